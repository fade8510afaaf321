import type * as mupdf from "mupdf";
import { type Box, unionOf } from "../markdown/box.ts";
import type { CheckBox, PageLink } from "../markdown/page-structure.ts";
import { checkBoxesOf, isChecked } from "./check-boxes.ts";

/** Links of a page that are looked at; each costs some microseconds. */
const maxLinks = 2000;

/** The links that lead out of the document. */
export function linksOf(page: mupdf.PDFPage): PageLink[] {
  const links = page.getLinks();
  try {
    if (links.length > maxLinks) return [];
    return links.filter((link) => link.isExternal()).map((link) => ({ box: link.getBounds(), url: link.getURI() }));
  } finally {
    for (const link of links) link.destroy();
  }
}

/**
 * Check boxes and radio buttons, with what their appearance shows. Read from the file's own objects, because the engine
 * hands out the same widgets again after they have been given back.
 */
export function placedCheckBoxes(page: mupdf.PDFPage): CheckBox[] {
  const toPage = page.getTransform();
  return checkBoxesOf(page.getObject()).flatMap((box) => {
    const place = placed(box.get("Rect"), toPage);
    return place === undefined ? [] : [{ box: place, checked: isChecked(box) }];
  });
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
