import * as mupdf from "mupdf";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";

/** A4 in points. */
const widthPt = 595;
const heightPt = 842;

const style = `<style>
body { font-family: evaluation; font-size: 14pt; line-height: 1.5; margin: 24pt }
h2 { text-align: center }
table { width: 100% } td { border: 1pt solid black; padding: 6pt }
</style>`;

/** Gives the engine one font for all that it sets, and for none of what it opens in this process later. */
function withFont<Value>(font: Uint8Array, set: () => Value): Value {
  mupdf.installLoadFontFunction(() => new mupdf.Font("evaluation", font));
  try {
    return set();
  } finally {
    mupdf.installLoadFontFunction(() => null);
  }
}

/** Typesets HTML on A4 with one TrueType font; the engine shapes it, so that Thai marks stand where they belong. */
export const typesetPdf = (html: string, font: Uint8Array, pages = 1): Uint8Array =>
  withFont(font, () => typeset(html, pages));

function typeset(html: string, pages: number): Uint8Array {
  const body = Array.from({ length: pages }, () => `<div style="page-break-after: always">${html}</div>`).join("");
  const source = mupdf.Document.openDocument(
    new TextEncoder().encode(`<html>${style}<body>${body}</body></html>`),
    "text/html",
  );
  source.layout(widthPt, heightPt, 14);
  const buffer = new mupdf.Buffer();
  const writer = new mupdf.DocumentWriter(buffer, "pdf", "");
  for (let index = 0; index < source.countPages(); index++) {
    const device = writer.beginPage([0, 0, widthPt, heightPt]);
    source.loadPage(index).run(device, mupdf.Matrix.identity);
    writer.endPage();
  }
  writer.close();
  return buffer.asUint8Array().slice();
}

/** HTML that is set in a place of its own, in points from the upper left corner of an A4 page. */
export interface PlacedPart {
  html: string;
  left: number;
  top: number;
  width: number;
  sizePt: number;
}

/** A straight line from one point to another, in points. */
export type Rule = readonly [fromX: number, fromY: number, toX: number, toY: number];

/** Typesets parts in their places on one A4 page, with lines of half a point between them. */
export const placedPdf = (parts: readonly PlacedPart[], rules: readonly Rule[], font: Uint8Array): Uint8Array =>
  withFont(font, () => place(parts, rules));

function place(parts: readonly PlacedPart[], rules: readonly Rule[]): Uint8Array {
  const buffer = new mupdf.Buffer();
  const writer = new mupdf.DocumentWriter(buffer, "pdf", "");
  const device = writer.beginPage([0, 0, widthPt, heightPt]);
  for (const { html, left, top, width, sizePt } of parts) {
    const style = `<style>@page { margin: 0 } body { font-family: evaluation; font-size: ${sizePt}pt; line-height: 1.4; margin: 0 } p, h2 { margin: 0 0 4pt }</style>`;
    const source = mupdf.Document.openDocument(
      new TextEncoder().encode(`<html>${style}<body>${html}</body></html>`),
      "text/html",
    );
    source.layout(width, heightPt, sizePt);
    source.loadPage(0).run(device, mupdf.Matrix.translate(left, top));
  }
  const path = new mupdf.Path();
  for (const [fromX, fromY, toX, toY] of rules) {
    path.moveTo(fromX, fromY);
    path.lineTo(toX, toY);
  }
  const stroke = new mupdf.StrokeState({ lineCap: "Square", lineJoin: "Miter", lineWidth: 0.5, miterLimit: 10 });
  device.strokePath(path, stroke, mupdf.Matrix.identity, mupdf.ColorSpace.DeviceGray, [0], 1);
  writer.endPage();
  writer.close();
  return buffer.asUint8Array().slice();
}

/** Renders the first page of a PDF in grey; `longestSidePx` is the longer side. */
export function renderGrey(pdf: Uint8Array, longestSidePx: number): GreyImage {
  const page = mupdf.Document.openDocument(pdf, "application/pdf").loadPage(0);
  const [left, top, right, bottom] = page.getBounds();
  const scale = longestSidePx / Math.max(right - left, bottom - top);
  const pixmap = page.toPixmap(mupdf.Matrix.scale(scale, scale), mupdf.ColorSpace.DeviceGray, false);
  const width = pixmap.getWidth();
  const height = pixmap.getHeight();
  const stride = pixmap.getStride();
  const pixels = pixmap.getPixels();
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) data.set(pixels.subarray(y * stride, y * stride + width), y * width);
  return { width, height, data };
}

/** A PDF of pages as wide as A4 that hold nothing but a picture each (PNG or JPEG), as scanners make them. */
export function pictureOnlyPdf(...pictures: Uint8Array[]): Uint8Array {
  const document = new mupdf.PDFDocument();
  for (const picture of pictures) {
    const image = new mupdf.Image(picture);
    const heightPt = (widthPt * image.getHeight()) / image.getWidth();
    const contents = `q ${widthPt} 0 0 ${heightPt} 0 0 cm /Scan Do Q`;
    const resources = { XObject: { Scan: document.addImage(image) } };
    const page = document.addPage([0, 0, widthPt, heightPt], 0, resources, contents);
    document.insertPage(-1, page);
  }
  return document.saveToBuffer("compress").asUint8Array().slice();
}
