import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { deflateSync } from "node:zlib";
import * as mupdf from "mupdf";
import { isPageFault } from "../../src/ocr/page-faults.ts";
import type { DocumentKind } from "../../src/pdf/document.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { jp2File, jpxCodestream } from "../support/coded-pictures.ts";
import { documentFile } from "../support/document-file.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { buildJpeg, exifData } from "../support/picture-builder.ts";
import { bmp, gif } from "../support/picture-files.ts";
import { makePng, withChunk } from "../support/png.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { greyTiff } from "../support/tiff-builder.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1, maxPagePixels: 2_000_000 });
afterAll(() => pool.close());
const { signal } = new AbortController();

const open = (bytes: Uint8Array, kind: DocumentKind) => pool.open(documentFile(bytes), kind, signal);

async function render(bytes: Uint8Array, kind: DocumentKind, page = 1) {
  const document = await open(bytes, kind);
  try {
    return await document.render(page, { longestSidePx: 400, turnDegrees: 0 }, signal);
  } finally {
    document.close();
  }
}

const [widthPx, heightPx] = [120, 80];
/** Three blots that show how a picture lies: two above, the larger one left, and one in the lower left corner. */
const isBlot = (x: number, y: number) => (y < 20 && (x < 60 || x >= 100)) || (y >= 70 && x < 20);

/** Where a pixel of the upright picture comes from in one that lies as the orientation says. */
const stored: Record<number, (x: number, y: number) => [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y) => [widthPx - 1 - x, y],
  3: (x, y) => [widthPx - 1 - x, heightPx - 1 - y],
  4: (x, y) => [x, heightPx - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y) => [widthPx - 1 - y, x],
  7: (x, y) => [widthPx - 1 - y, heightPx - 1 - x],
  8: (x, y) => [y, heightPx - 1 - x],
};

/** The blots as rows of grey values, lying as the orientation says. */
function lying(orientation: number) {
  const isTurned = orientation > 4;
  const [wide, high] = isTurned ? [heightPx, widthPx] : [widthPx, heightPx];
  const from = stored[orientation] ?? ((x: number, y: number): [number, number] => [x, y]);
  const data = Uint8Array.from({ length: wide * high }, (_, at) =>
    isBlot(...from(at % wide, Math.floor(at / wide))) ? 0 : 255,
  );
  return { widthPx: wide, heightPx: high, data };
}

/** How much of each quarter of a picture is dark, rounded to tenths. */
function quarters(png: Uint8Array): number[] {
  const pixmap = new mupdf.Image(png).toPixmap();
  const [width, height, step] = [pixmap.getWidth(), pixmap.getHeight(), pixmap.getNumberOfComponents()];
  const pixels = pixmap.getPixels();
  const dark = [0, 0, 0, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const quarter = (y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1);
      if ((pixels[y * pixmap.getStride() + x * step] ?? 255) < 128) dark[quarter] = (dark[quarter] ?? 0) + 1;
    }
  }
  return dark.map((count) => Math.round((40 * count) / (width * height)) / 10);
}

describe("a picture is turned and mirrored as it says", () => {
  const upright = [0.5, 0.2, 0.1, 0];

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("orientation %p of a TIFF", async (orientation) => {
    const rendered = await render(greyTiff([{ ...lying(orientation), fields: { 274: orientation } }]), "tiff");
    expect(rendered).toMatchObject({ widthPx: 240, heightPx: 160 });
    expect(quarters(rendered.png)).toEqual(upright);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("orientation %p of a PNG", async (orientation) => {
    const { data, ...size } = lying(orientation);
    const png = withChunk(makePng(data, size.widthPx, size.heightPx), "eXIf", exifData(orientation));
    const rendered = await render(png, "png");
    expect(rendered).toMatchObject({ widthPx: 240, heightPx: 160 });
    expect(quarters(rendered.png)).toEqual(upright);
  });

  test("and its facts are those of the upright picture", async () => {
    const document = await open(greyTiff([{ ...lying(6), fields: { 274: 6 } }]), "tiff");
    const [facts] = await document.readPages([1], signal);
    expect((facts?.widthPt ?? 0) / (facts?.heightPt ?? 1)).toBeCloseTo(1.5, 5);
    document.close();
  });

  test("an orientation that there is not is none", async () => {
    expect(quarters((await render(greyTiff([{ ...lying(1), fields: { 274: 9 } }]), "tiff")).png)).toEqual(upright);
  });
});

describe("the pages of a TIFF", () => {
  const page = lying(1);
  const small = { widthPx: 12, heightPx: 8, data: new Uint8Array(96).fill(128) };
  const pageCount = async (...pictures: Parameters<typeof greyTiff>[0]) => {
    const document = await open(greyTiff(pictures), "tiff");
    document.close();
    return document.pageCount;
  };

  test.each<[string, number, Parameters<typeof greyTiff>[0]]>([
    ["a reduced copy behind it", 1, [page, { ...small, fields: { 254: 1 } }]],
    ["a reduced copy before it", 1, [{ ...small, fields: { 254: 1 } }, page]],
    ["a reduced copy as the older field tells it", 1, [page, { ...small, fields: { 255: 2 } }]],
    ["a mask", 1, [page, { ...small, fields: { 254: 4 } }]],
    ["copies of each of two pages", 2, [{ ...page, fields: { 254: 2 } }, { ...small, fields: { 254: 3 } }, page]],
    ["nothing but a copy", 1, [{ ...small, fields: { 254: 1 } }]],
  ])("%s is no page of its own", async (_name, pages, pictures) => {
    expect(await pageCount(...pictures)).toBe(pages);
  });

  test("are read where one of them is of no supported kind or too large", async () => {
    const planar = { ...page, fields: { 277: 3, 284: 2 } };
    const huge = { ...page, fields: { 256: 3000, 257: 3000 } };
    const document = await open(greyTiff([planar, page, huge]), "tiff");
    const refusals = await Promise.all([1, 3].map((bad) => refusalOf(document.readPages([bad], signal))));
    expect(refusals).toMatchObject([{ code: "unsupported_file_type" }, { code: "page_too_large" }]);
    expect(refusals.every(isPageFault)).toBe(true);
    expect(await document.readPages([2], signal)).toMatchObject([{ drawn: true }]);
    document.close();
  });
});

describe("what cannot be read is told as such", () => {
  test.each<[string, Record<number, number>, string]>([
    ["planes", { 277: 3, 284: 2 }, "plane by plane"],
    ["floating-point samples", { 258: 32, 339: 3 }, "floating-point"],
    ["samples of 32 bits", { 258: 32 }, "32 bits"],
    ["Zstandard", { 259: 50_000 }, "Zstandard"],
    ["an unknown compression", { 259: 4711 }, "method 4711"],
    ["CMYK compressed by JPEG", { 259: 7, 262: 5, 277: 4 }, "CMYK"],
  ])("a TIFF of %s", async (_name, fields, words) => {
    const refusal = await refusalOf(open(greyTiff([{ ...lying(1), fields }]), "tiff"));
    expect(refusal).toMatchObject({ code: "unsupported_file_type", message: expect.stringContaining(words) });
  });

  test("a GIF of several frames", async () => {
    const refusal = await refusalOf(open(gif(2), "gif"));
    expect(refusal).toMatchObject({ code: "unsupported_file_type", message: expect.stringContaining("frames") });
  });
});

describe("a sound picture is read", () => {
  test("where its colour profile does not fit", async () => {
    const profile = Buffer.concat([Buffer.from("icc\0\0", "latin1"), deflateSync("no profile at all")]);
    const { data } = lying(1);
    expect((await render(withChunk(makePng(data, widthPx, heightPx), "iCCP", profile), "png")).ink).toBeGreaterThan(
      0.1,
    );
  });

  test.each<[DocumentKind, Uint8Array]>([
    ["bmp", bmp(lying(1))],
    ["gif", gif(1)],
    ["jp2", jpxCodestream(100, 100)],
    ["jp2", jp2File(jpxCodestream(100, 100), { widthPx: 100, heightPx: 100 })],
  ])("as %s", async (kind, bytes) => {
    const document = await open(bytes, kind);
    expect(await document.readPages([1], signal)).toMatchObject([{ drawn: true }]);
    expect((await document.render(1, { longestSidePx: 400, turnDegrees: 0 }, signal)).widthPx).toBeGreaterThan(50);
    document.close();
  });
});

describe("a picture that is cut", () => {
  const jpeg = buildJpeg(["Line 001", "Line 002"], { widthPx: 300, heightPx: 200 });

  test("is damaged as JPEG, and so it is told when it is opened", async () => {
    const refusal = await refusalOf(open(jpeg.slice(0, jpeg.length / 2), "jpeg"));
    expect(refusal).toMatchObject({ code: "document_damaged", message: expect.stringContaining("break off") });
    expect((await render(jpeg.slice(0, -2), "jpeg")).ink).toBeGreaterThan(0);
  });

  test("is damaged as BMP", async () => {
    const whole = bmp(lying(1));
    expect(await refusalOf(render(whole.slice(0, whole.length / 2), "bmp"))).toMatchObject({
      code: "document_damaged",
    });
  });
});

describe("a picture of more pixels than one may have", () => {
  test.each<[string, DocumentKind, Uint8Array]>([
    ["PNG", "png", makePng(255, 3000, 3000)],
    ["BMP", "bmp", bmp({ widthPx: 1500, heightPx: 1500, data: new Uint8Array(0) })],
    ["JPEG 2000", "jp2", jpxCodestream(3000, 3000)],
    ["TIFF", "tiff", greyTiff([{ widthPx: 3000, heightPx: 3000, data: new Uint8Array(1) }])],
  ])("is refused as %s before it is decoded", async (_name, kind, bytes) => {
    expect(await refusalOf(open(bytes, kind))).toMatchObject({ code: "page_too_large" });
  });

  test("is read in grey up to three times as large, because it takes as much memory", async () => {
    expect(await render(makePng(255, 2400, 2400), "png")).toMatchObject({ widthPx: 400 });
  });
});
