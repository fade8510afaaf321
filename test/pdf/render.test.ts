import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as mupdf from "mupdf";
import type { DocumentKind } from "../../src/pdf/document.ts";
import { fitPage } from "../../src/pdf/geometry/fit-page.ts";
import { measureInk } from "../../src/pdf/geometry/ink.ts";
import { leastSides } from "../../src/pdf/geometry/least-sides.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { documentFile } from "../support/document-file.ts";
import { buildPdf, type TestPage } from "../support/pdf-builder.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { buildJpeg, buildPng, buildTiff } from "../support/picture-builder.ts";
import { greyAlphaPng, makePng } from "../support/png.ts";
import { refusalOf } from "../support/refusal-of.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, maxPagePixels: 2_000_000 });
afterAll(() => pool.close());
const { signal } = new AbortController();
const upright = { longestSidePx: 1800, turnDegrees: 0 };
/** A black square in the upper left corner of the page. */
const corner: TestPage = { kind: "raw", content: "0 0 0 rg 0 742 100 100 re f" };

async function render(bytes: Uint8Array, kind: DocumentKind, options = upright, page = 1) {
  const document = await pool.open(documentFile(bytes), kind, signal);
  const rendered = await document.render(page, options, signal);
  document.close();
  return rendered;
}

/** Which corner of the picture is black, and how it is coloured. */
function look(png: Uint8Array) {
  const pixmap = new mupdf.Image(png).toPixmap();
  const [width, height, channels] = [pixmap.getWidth(), pixmap.getHeight(), pixmap.getNumberOfComponents()];
  const pixels = pixmap.getPixels();
  const isDark = (x: number, y: number) => (pixels[y * pixmap.getStride() + x * channels] ?? 255) < 128;
  const corners = {
    "upper left": isDark(9, 9),
    "upper right": isDark(width - 9, 9),
    "lower left": isDark(9, height - 9),
    "lower right": isDark(width - 9, height - 9),
  };
  return { width, height, channels, dark: Object.entries(corners).flatMap(([name, dark]) => (dark ? [name] : [])) };
}

describe("rendering a page", () => {
  test("of a document leaves white on white what it is", async () => {
    const page: TestPage = { kind: "raw", content: "1 g 100 100 200 200 re f" };
    const { png, ink } = await render(buildPdf([page]), "pdf");
    expect(ink).toBe(0);
    expect(new Set(new mupdf.Image(png).toPixmap().getPixels())).toEqual(new Set([255]));
  });

  test.each([
    [0, 0, 1272, 1800, "upper left"],
    [0, 90, 1800, 1272, "upper right"],
    [0, 180, 1272, 1800, "lower right"],
    [0, 270, 1800, 1272, "lower left"],
    [90, 0, 1800, 1272, "upper right"],
    [90, 270, 1272, 1800, "upper left"],
    [270, 180, 1800, 1272, "upper right"],
  ] as const)(
    "a page rotated by %p and turned by %p lies as it should",
    async (rotation, turnDegrees, widthPx, heightPx, where) => {
      const rendered = await render(buildPdf([{ ...corner, rotation }]), "pdf", { ...upright, turnDegrees });
      expect(rendered).toMatchObject({ widthPx, heightPx });
      expect(look(rendered.png)).toEqual({ width: widthPx, height: heightPx, channels: 3, dark: [where] });
    },
  );

  test.each([
    ["1,000,000 × 1,000,000 pt", 1e6, 1e6, 1800, 1800],
    ["1 × 1,000,000 pt", 1, 1e6, 28, 1800],
    ["1,000,000 × 1 pt", 1e6, 1, 1800, 28],
    ["14,295 × 200 pt", 14_295, 200, 1800, 28],
  ])("a page of %s becomes a picture of sane size", async (_name, widthPt, heightPt, widthPx, heightPx) => {
    const page: TestPage = { kind: "raw", content: "0 0 1 1 re f", widthPt, heightPt };
    expect(await render(buildPdf([page]), "pdf")).toMatchObject({ widthPx, heightPx });
  });

  test("ink tells an empty page from a written one", async () => {
    expect((await render(buildPdf([{ kind: "blank" }]), "pdf")).ink).toBe(0);
    expect((await render(buildPdf([{ kind: "scan", lines: ["something"] }]), "pdf")).ink).toBeWithin(0.001, 0.1);
  });

  test("a picture with more pixels than allowed is refused before it is decoded", async () => {
    const png = buildPng(["large"], { widthPx: 2001, heightPx: 1000 });
    expect(await refusalOf(render(png, "png"))).toMatchObject({ code: "page_too_large" });
    const claims = Buffer.from(buildPng(["liar"], { widthPx: 10, heightPx: 10 }));
    claims.writeUInt32BE(20_000, 16);
    claims.writeUInt32BE(20_000, 20);
    claims.writeUInt32BE(Bun.hash.crc32(claims.subarray(12, 29)), 29);
    expect(await refusalOf(render(claims, "png"))).toMatchObject({ code: "page_too_large" });
    const page: TestPage = { kind: "scan", lines: ["large"], widthPt: 1000, heightPt: 1000 };
    expect(await refusalOf(render(buildPdf([page]), "pdf"))).toMatchObject({ code: "page_too_large" });
  });

  test("a picture is enlarged to at most twice its own pixels", async () => {
    const small = buildPng(["small"], { widthPx: 300, heightPx: 200 });
    expect(await render(small, "png")).toMatchObject({ widthPx: 600, heightPx: 400 });
    const large = buildPng(["large"], { widthPx: 1000, heightPx: 500 });
    expect(await render(large, "png")).toMatchObject({ widthPx: 1800, heightPx: 900 });
  });

  test("a small picture gets a margin of the colour of its ground", async () => {
    const { png, widthPx, heightPx } = await render(makePng(60, 14, 7), "png");
    expect({ widthPx, heightPx }).toEqual({ widthPx: 28, heightPx: 28 });
    expect([...new mupdf.Image(png).toPixmap().getPixels()].every((level) => level === 60)).toBe(true);
  });

  test("white letters on a transparent ground are drawn on black", async () => {
    const alpha = Buffer.alloc(2 * 100 * 100);
    for (let at = 0; at < 2000; at += 2) alpha.set([255, 255], at);
    for (let at = 2000; at < alpha.length; at += 2) alpha.set([255, 0], at);
    expect((await render(greyAlphaPng(alpha, 100, 100), "png")).ink).toBeCloseTo(0.1, 1);
  });

  test("a camera's orientation is applied", async () => {
    const turned = buildJpeg(["turned"], { widthPx: 900, heightPx: 450 }, 6);
    expect(await render(turned, "jpeg")).toMatchObject({ widthPx: 900, heightPx: 1800 });
  });

  test("each page of a TIFF is its own picture", async () => {
    const tiff = buildTiff([["one"], ["two"], ["three"]], { widthPx: 300, heightPx: 200 });
    const pngs = await Promise.all([1, 2, 3].map((page) => render(tiff, "tiff", upright, page)));
    expect(new Set(pngs.map(({ png }) => Bun.hash(png))).size).toBe(3);
    expect(pngs.every(({ ink }) => ink > 0)).toBe(true);
  });

  test("a cut picture is damaged, not white", async () => {
    const png = buildPng(["cut"], { widthPx: 300, heightPx: 200 });
    expect(await refusalOf(render(png.slice(0, 40), "png"))).toMatchObject({ code: "document_damaged" });
  });

  test("a page that does not exist is refused", async () => {
    expect(await refusalOf(render(buildPdf([corner]), "pdf", upright, 2))).toMatchObject({ code: "document_damaged" });
  });
});

test.each([
  [1000, 500, 1000, 500],
  [27, 500, 28, 500],
  [1, 1, 28, 28],
  [1800, 1, 1800, 28],
  [9000, 30, 9000, 45],
])("a picture of %p × %p is given to a model as %p × %p", (widthPx, heightPx, leastWidth, leastHeight) => {
  expect(leastSides({ widthPx, heightPx })).toEqual({ widthPx: leastWidth, heightPx: leastHeight });
});

describe("fitting a page", () => {
  test("a box that does not begin at the origin is moved there", () => {
    const { map } = fitPage([100, 200, 300, 400], {
      longestSidePx: 400,
      turnDegrees: 0,
      nativeLongestSidePx: undefined,
    });
    expect(map).toEqual([2, 0, 0, 2, -200, -400]);
  });

  test("a box without an area becomes one pixel at least", () => {
    const fit = fitPage([5, 5, 5, 5], { longestSidePx: 100, turnDegrees: 0, nativeLongestSidePx: undefined });
    expect(fit.widthPx).toBeWithin(1, 101);
    expect(fit.heightPx).toBeWithin(1, 101);
  });
});

describe("ink", () => {
  const pixels = (count: number, colour: readonly [number, number, number]) =>
    Array.from({ length: count }, () => colour);
  const share = (...parts: Array<ReadonlyArray<readonly [number, number, number]>>) => {
    const flat = parts.flat(2);
    return measureInk(flat, flat.length / 3, 1, flat.length).share;
  };

  test.each([
    ["grey paper is no ink", [pixels(100, [170, 170, 170])], 0],
    ["dark on grey is ink", [pixels(90, [170, 170, 170]), pixels(10, [60, 60, 60])], 0.1],
    ["yellowed paper is no ink", [pixels(100, [250, 235, 190])], 0],
    ["a red stamp on white is ink", [pixels(80, [255, 255, 255]), pixels(20, [255, 120, 120])], 0.2],
    ["white on black is ink", [pixels(90, [0, 0, 0]), pixels(10, [255, 255, 255])], 0.1],
    ["white on blue is ink", [pixels(90, [20, 60, 140]), pixels(10, [250, 250, 250])], 0.1],
    ["a white margin of grey paper is no ink", [pixels(90, [170, 170, 170]), pixels(10, [255, 255, 255])], 0],
    ["noise of a scanner is no ink", [pixels(60, [255, 255, 255]), pixels(40, [225, 225, 225])], 0],
  ] as const)("%s", (_name, parts, expected) => {
    expect(share(...parts)).toBeCloseTo(expected, 5);
  });
});
