import { afterAll, expect, test } from "bun:test";
import * as mupdf from "mupdf";
import { canvasOf } from "../../src/pdf/engine/page-canvas.ts";
import { buildPdf } from "../support/pdf-builder.ts";

const content = "0 0 1 rg 100 600 50 50 re f 0 g BT /F1 24 Tf 300 300 Td (Slab) Tj ET";
const document = mupdf.Document.openDocument(buildPdf([{ kind: "raw", content }]), "application/pdf");
const page = document.loadPage(0);
const list = page.toDisplayList(true);
const box = page.getBounds();
const size = { pixelsPerPoint: 1, fewestPixels: 1, mostPixels: 1e7 };
afterAll(() => {
  for (const held of [list, page, document]) held.destroy();
});

/** How many of the pixels are not white. */
const marked = (pixels: Uint8ClampedArray) => {
  let count = 0;
  for (let at = 0; at < pixels.length; at += 3)
    if (Math.min(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0) < 200) count += 1;
  return count;
};

test.each([
  ["as large as asked for", size, 1],
  ["smaller where that is too large", { ...size, mostPixels: (595 * 842) / 4 }, 0.5],
  ["larger where that is too small", { ...size, fewestPixels: 595 * 842 * 4 }, 2],
])("a page is drawn %s", (_, asked, scale) => {
  const canvas = canvasOf(box, asked);
  expect(canvas.widthPx).toBeCloseTo((box[2] - box[0]) * scale, -1);
  expect(canvas.heightPx).toBeCloseTo((box[3] - box[1]) * scale, -1);
  expect(canvas.toPixels([10, 20, 30, 40])[2]).toBeCloseTo(30 * scale, 1);
});

test("an area of it has what stands there, and nothing else", () => {
  const canvas = canvasOf(box, size);
  const square = canvas.toPixels([100, box[3] - 650, 150, box[3] - 600]);
  const [left, top] = [Math.round(square[0]), Math.round(square[1])];
  expect(canvas.draw(list, [left, top, left + 50, top + 50], marked)).toBeWithin(2_300, 2_501);
  expect(canvas.draw(list, [left + 60, top, left + 110, top + 50], marked)).toBe(0);
});

test("for a comparison it is drawn with its text and without", () => {
  const canvas = canvasOf(box, size);
  const [withText, without] = [true, false].map((text) => canvas.drawForComparison(list, text, marked));
  expect(without).toBeWithin(2_300, 2_602);
  expect(withText).toBeGreaterThan((without ?? 0) + 100);
});

test.each([
  ["the letters", 7],
  ["the outlines of the letters", 5],
])("what is drawn inside %s only is not drawn without them, and what follows is", (_, mode) => {
  const slab = `q BT ${mode} Tr 0 g /F1 60 Tf 100 300 Td (SLAB) Tj ET 1 0 0 rg 0 0 595 500 re f Q 0 0 1 rg 100 600 50 50 re f`;
  const clipped = mupdf.Document.openDocument(buildPdf([{ kind: "raw", content: slab }]), "application/pdf");
  const clippedPage = clipped.loadPage(0);
  const clippedList = clippedPage.toDisplayList(true);
  const canvas = canvasOf(box, size);
  const [withText, without] = [true, false].map((text) => canvas.drawForComparison(clippedList, text, marked));
  expect(without).toBeWithin(2_300, 2_602);
  expect(withText).toBeGreaterThan((without ?? 0) + 500);
  for (const held of [clippedList, clippedPage, clipped]) held.destroy();
});
