import type * as mupdf from "mupdf";
import { entryOf } from "./coded-picture.ts";

/** Annotations of a page that are looked at; each costs some microseconds. */
const maxAnnotations = 2000;
/** The bit of a button's flags that makes it one to push. */
const pushButton = 1 << 16;

/** Check boxes and radio buttons of a page, as the file has them; none where the page has very many annotations. */
export function checkBoxesOf(page: mupdf.PDFObject): mupdf.PDFObject[] {
  const boxes: mupdf.PDFObject[] = [];
  const annotations = page.get("Annots");
  if (!annotations.isArray() || annotations.length > maxAnnotations) return boxes;
  annotations.forEach((annotation) => {
    if (!annotation.isDictionary() || annotation.getInheritable("FT").toString() !== "/Btn") return;
    const flags = annotation.getInheritable("Ff");
    if (!flags.isNumber() || (flags.asNumber() & pushButton) === 0) boxes.push(annotation);
  });
  return boxes;
}

export function isChecked(box: mupdf.PDFObject): boolean {
  const state = box.get("AS");
  return state.isName() && state.asName() !== "Off";
}

/**
 * Lets ticked boxes be drawn as the file says. The engine draws fields without an appearance, and all fields of a form that
 * asks for it, in its own way: a tick is then told as the `3` that it is in the code of its font. Must come before the
 * page is loaded.
 */
export function keepTicks(document: mupdf.PDFDocument, page: mupdf.PDFObject): void {
  const form = entryOf(document.getTrailer(), "Root", "AcroForm");
  if (!form.isDictionary()) return;
  const drawsAnew = form.get("NeedAppearances").asBoolean();
  for (const box of checkBoxesOf(page)) {
    const look = entryOf(box, "AP", "N");
    const hasLook = look.isStream() || entryOf(look, box.get("AS").asName()).isStream();
    if (!isChecked(box) || (hasLook && !drawsAnew)) continue;
    if (!hasLook) box.put("AP", { N: tickOf(document, box) });
    // Stamps are never drawn anew.
    box.put("Subtype", document.newName("Stamp"));
  }
}

/** The box's own sign, in the font that such signs have. */
function tickOf(document: mupdf.PDFDocument, box: mupdf.PDFObject): mupdf.PDFObject {
  const [left = 0, bottom = 0, right = 0, top = 0] = [0, 1, 2, 3].map((at) => entryOf(box, "Rect", at).asNumber());
  const [width, height] = [Math.abs(right - left), Math.abs(top - bottom)];
  const told = entryOf(box, "MK", "CA");
  const sign = told.isString() ? (told.asByteString()[0] ?? tick) : tick;
  const size = 0.8 * height;
  const content = `BT /F ${size} Tf ${(width - 0.8 * size) / 2} ${0.15 * height} Td <${sign.toString(16).padStart(2, "0")}> Tj ET`;
  const form = document.newDictionary();
  form.put("Type", document.newName("XObject"));
  form.put("Subtype", document.newName("Form"));
  form.put("BBox", [0, 0, width, height]);
  form.put("Resources", { Font: { F: { Type: "Font", Subtype: "Type1", BaseFont: "ZapfDingbats" } } });
  return document.addStream(content, form);
}

/** ✔ in ZapfDingbats. */
const tick = 0x34;
