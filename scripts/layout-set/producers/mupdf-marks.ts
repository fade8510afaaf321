import * as mupdf from "mupdf";
import { type FontFamily, type Mark, type PlacedDocument, pageHeightPt, pageWidthPt } from "../marks.ts";
import type { Fonts } from "../metrics.ts";

/** Writes marks as a content stream, every text with its own position; Sarabun by the number of its glyphs. */
export function writeWithMupdf({ pages }: PlacedDocument, fonts: Fonts): Uint8Array {
  const document = new mupdf.PDFDocument();
  const families = new Map<string, { name: string; object: mupdf.PDFObject; font: mupdf.Font; embedded: boolean }>();
  const fontOf = (family: FontFamily, bold: boolean) => {
    const key = `${family} ${bold}`;
    const known = families.get(key);
    if (known !== undefined) return known;
    const font = fonts.font(family, bold);
    const embedded = family === "sarabun";
    const object = embedded ? document.addFont(font) : document.addSimpleFont(font, "Latin");
    const made = { name: `F${families.size}`, object, font, embedded };
    families.set(key, made);
    return made;
  };
  for (const { marks } of pages) {
    const content = marks.map((mark) => operators(mark, fontOf)).join("\n");
    const resources = document.addObject({ Font: {} });
    for (const { name, object } of families.values()) resources.get("Font").put(name, object);
    const page = document.addPage([0, 0, pageWidthPt, pageHeightPt], 0, resources, content);
    document.insertPage(-1, page);
    for (const mark of marks) annotate(document, page, mark, fontOf);
  }
  return document.saveToBuffer("compress").asUint8Array().slice();
}

type FontOf = (
  family: FontFamily,
  bold: boolean,
) => { name: string; object: mupdf.PDFObject; font: mupdf.Font; embedded: boolean };

function operators(mark: Mark, fontOf: FontOf): string {
  switch (mark.type) {
    case "text": {
      const { name, font, embedded } = fontOf(mark.family, mark.bold);
      const shown = embedded ? `<${glyphs(font, mark.text)}>` : `<${bytesOf(mark.text)}>`;
      return `BT /${name} ${mark.size} Tf 1 0 0 1 ${mark.x.toFixed(2)} ${up(mark.baseline)} Tm ${shown} Tj ET`;
    }
    case "line":
      return `${mark.width} w ${mark.x1.toFixed(2)} ${up(mark.y1)} m ${mark.x2.toFixed(2)} ${up(mark.y2)} l S`;
    case "rect":
      return `${mark.grey} g ${mark.x.toFixed(2)} ${up(mark.y + mark.height)} ${mark.width.toFixed(2)} ${mark.height.toFixed(2)} re f 0 g`;
    case "link":
    case "field":
    case "check":
      return "";
  }
}

const up = (y: number) => (pageHeightPt - y).toFixed(2);

const glyphs = (font: mupdf.Font, text: string): string =>
  Array.from(text, (character) =>
    font
      .encodeCharacter(character.codePointAt(0) ?? 32)
      .toString(16)
      .padStart(4, "0"),
  ).join("");

/** Latin-1, which is what the standard fonts are addressed by here. */
const bytesOf = (text: string): string =>
  Array.from(text, (character) => (character.codePointAt(0) ?? 32).toString(16).padStart(2, "0"))
    .map((code) => (code === "2022" ? "95" : code === "2013" ? "96" : code))
    .join("");

function annotate(document: mupdf.PDFDocument, page: mupdf.PDFObject, mark: Mark, fontOf: FontOf): void {
  const add = (annotation: mupdf.PDFObject) => {
    const held = page.get("Annots");
    const list = held.isArray() ? held : document.newArray();
    list.push(annotation);
    page.put("Annots", list);
  };
  if (mark.type === "link") {
    const action = { S: "URI", URI: document.newString(mark.url) };
    add(document.addObject({ Type: "Annot", Subtype: "Link", Rect: rectOf(mark), Border: [0, 0, 0], A: action }));
  }
  if (mark.type === "field") {
    const { name, object } = fontOf(mark.family === "sarabun" ? "helvetica" : mark.family, false);
    const content = `/Tx BMC q BT /${name} 10 Tf 2 5 Td <${bytesOf(mark.value)}> Tj ET Q EMC`;
    const form = {
      Type: "XObject",
      Subtype: "Form",
      BBox: [0, 0, mark.width, mark.height],
      Resources: { Font: { [name]: object } },
    };
    const appearance = document.addStream(content, form);
    const widget = document.addObject({
      Type: "Annot",
      Subtype: "Widget",
      FT: "Tx",
      Rect: rectOf(mark),
      F: 4,
      AP: { N: appearance },
    });
    widget.put("T", document.newString(mark.name));
    widget.put("V", document.newString(mark.value));
    addField(document, widget);
    add(widget);
  }
  if (mark.type === "check") {
    const box = { x: mark.x, y: mark.y, width: mark.size, height: mark.size };
    const form = { Type: "XObject", Subtype: "Form", BBox: [0, 0, mark.size, mark.size] };
    const frame = `0.6 w 0.5 0.5 ${mark.size - 1} ${mark.size - 1} re S`;
    const cross = `${frame} 2 2 m ${mark.size - 2} ${mark.size - 2} l S 2 ${mark.size - 2} m ${mark.size - 2} 2 l S`;
    const states = { Yes: document.addStream(cross, form), Off: document.addStream(frame, form) };
    const widget = document.addObject({
      Type: "Annot",
      Subtype: "Widget",
      FT: "Btn",
      Rect: rectOf(box),
      F: 4,
      AP: { N: states },
    });
    widget.put("T", document.newString(mark.name));
    for (const key of ["V", "AS"]) widget.put(key, document.newName(mark.checked ? "Yes" : "Off"));
    addField(document, widget);
    add(widget);
  }
}

const rectOf = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => [
  x,
  pageHeightPt - y - height,
  x + width,
  pageHeightPt - y,
];

function addField(document: mupdf.PDFDocument, widget: mupdf.PDFObject): void {
  const root = document.getTrailer().get("Root");
  if (!root.get("AcroForm").isDictionary()) root.put("AcroForm", { Fields: [] });
  root.get("AcroForm").get("Fields").push(widget);
}
