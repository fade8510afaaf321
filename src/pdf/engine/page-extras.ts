import type * as mupdf from "mupdf";
import { type Box, unionOf } from "../markdown/box.ts";
import type { CheckBox, PageLink } from "../markdown/page-structure.ts";

/** Links and check boxes of a page that are looked at; each costs some microseconds. */
const maxExtras = 2000;

/** The links that lead out of the document. */
export function linksOf(page: mupdf.PDFPage): PageLink[] {
  const links = page.getLinks();
  try {
    if (links.length > maxExtras) return [];
    return links.filter((link) => link.isExternal()).map((link) => ({ box: link.getBounds(), url: link.getURI() }));
  } finally {
    for (const link of links) link.destroy();
  }
}

/** The bit of a button's flags that makes it one to push. */
const pushButton = 1 << 16;

/**
 * Check boxes and radio buttons, with what their appearance shows. Read from the file's own objects, because the engine
 * hands out the same widgets again after they have been given back.
 */
export function checkBoxesOf(page: mupdf.PDFPage): CheckBox[] {
  const boxes: CheckBox[] = [];
  const annotations = page.getObject().get("Annots");
  if (!annotations.isArray() || annotations.length > maxExtras) return boxes;
  const toPage = page.getTransform();
  annotations.forEach((annotation) => {
    if (!annotation.isDictionary() || annotation.getInheritable("FT").toString() !== "/Btn") return;
    const flags = annotation.getInheritable("Ff");
    if (flags.isNumber() && (flags.asNumber() & pushButton) !== 0) return;
    const box = placed(annotation.get("Rect"), toPage);
    if (box !== undefined) boxes.push({ box, checked: isOn(annotation.get("AS")) });
  });
  return boxes;
}

function placed(rectangle: mupdf.PDFObject, [a, b, c, d, e, f]: mupdf.Matrix): Box | undefined {
  const [left, bottom, right, top] = [0, 1, 2, 3]
    .map((at) => rectangle.get(at))
    .map((edge) => (edge.isNumber() ? edge.asNumber() : undefined));
  if (left === undefined || bottom === undefined || right === undefined || top === undefined) return undefined;
  const corners = [
    [left, bottom],
    [right, top],
  ].map(([x = 0, y = 0]) => [a * x + c * y + e, b * x + d * y + f] as const);
  return unionOf(corners.map(([x, y]) => [x, y, x, y]));
}

const isOn = (state: mupdf.PDFObject) => state.isName() && state.asName() !== "Off";
