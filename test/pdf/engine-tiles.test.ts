import { describe, expect, test } from "bun:test";
import * as mupdf from "mupdf";
import type { EngineJob } from "../../src/pdf/messages.ts";
import { onePage, stream } from "../support/bad-documents/raw-pdf.ts";
import { runEngineJob } from "../support/engine-job.ts";
import { buildPng } from "../support/picture-builder.ts";

/** 842 points across 400 pixels are 34 dpi; at 130 dpi they are 1,520 pixels, and an overview has a third of them. */
const [widthPt, heightPt] = [600, 842];
const planning = {
  type: "plan-tiles",
  page: 1,
  longestSidePx: 400,
  turnDegrees: 0,
  maxTiles: 40,
  maxPagePixels: 1e7,
} as const;
const word = (x: number, y: number) => `BT /F1 10 Tf ${x} ${y} Td (Slab S-204) Tj ET`;

/** A picture of so many grey pixels, or a stencil of them. */
const picture = (width: number, height: number, isStencil = false) =>
  stream(
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} ${isStencil ? "/ImageMask true" : "/ColorSpace /DeviceGray /BitsPerComponent 8"}`,
    Buffer.alloc(isStencil ? Math.ceil(width / 8) * height : width * height, 100),
  );
/** `/Low` and the stencil `/S` have fewer pixels than a whole page is drawn in, `/High` has more, `/Wide` across alone. */
const pdf = (content: string) =>
  onePage({
    content,
    mediaBox: `0 0 ${widthPt} ${heightPt}`,
    resources:
      "/XObject << /Low 5 0 R /Wide 6 0 R /High 7 0 R /S 8 0 R >> /Shading << /Sh << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 200 0] /Function << /FunctionType 2 /Domain [0 1] /C0 [0] /C1 [0.5] /N 1 >> >> >>",
    objects: [picture(100, 300), picture(800, 20), picture(1300, 1900), picture(96, 300, true)],
  });
const onPage = (name: string) => `q ${widthPt} 0 0 ${heightPt} 0 0 cm /${name} Do Q`;

describe("a page that is read in pieces", () => {
  test("is planned by an overview of a third of its pixels", async () => {
    const { plan } = await runEngineJob(pdf(word(20, 800)), planning);
    expect(plan).toMatchObject({
      cellsWide: 361,
      cellsHigh: 506,
      pageLongestPx: 1520,
      resolutionShare: 1,
      reason: "a whole page would be seen at 34 dpi",
      crossings: [],
    });
    const [tile, ...others] = plan?.tiles ?? [];
    expect(others).toEqual([]);
    // The words stand 20 to 80 points from the left, and 32 to 45 from the top.
    expect(tile).toMatchObject({ left: expect.closeTo(20 * 0.6, -0.5), top: expect.closeTo(34 * 0.6, -0.5) });
    expect(tile?.width).toBeWithin(25, 45);
    expect(tile?.height).toBeWithin(3, 10);
  });

  test("is planned as it is turned", async () => {
    const { plan } = await runEngineJob(pdf(word(20, 800)), { ...planning, turnDegrees: 90 });
    expect(plan).toMatchObject({ cellsWide: 506, cellsHigh: 361 });
    // What stood at its upper left stands at its upper right.
    expect(plan?.tiles[0]?.left).toBeWithin(470, 490);
  });

  test("has an overview of five million cells at most", async () => {
    const large = onePage({ content: "0 0 50 50 re f", mediaBox: "0 0 5000 5000" });
    const job = { ...planning, longestSidePx: 6000 };
    const { plan } = await runEngineJob(large, job);
    expect(plan).toMatchObject({ cellsWide: 2236, cellsHigh: 2236, pageLongestPx: 9028 });
  });

  test("gives way in its resolution where there are too many pieces", async () => {
    const everywhere = Array.from({ length: 60 }, (_, at) => word(20 + (at % 6) * 95, 20 + Math.floor(at / 6) * 85));
    const bytes = pdf(everywhere.join("\n"));
    const many = await runEngineJob(bytes, planning);
    const few = await runEngineJob(bytes, { ...planning, maxTiles: 4 });
    expect(many.plan?.tiles.length).toBeGreaterThan(4);
    expect(few.plan?.tiles.length).toBeWithin(1, 5);
    expect(few.plan?.resolutionShare).toBeLessThan(1);
  });

  test.each<[string, string]>([
    ["text", word(20, 800)],
    ["stroked text", `1 Tr ${word(20, 800)}`],
    ["text on a coarse scan", `${onPage("Low")} ${word(20, 800)}`],
    ["a coarse scan under a line", `${onPage("Low")} 0 0 m 99 99 l S`],
    ["a coarse scan under a white line", `${onPage("Low")} 1 G 0 0 m 99 99 l S`],
    ["a coarse scan on a grey sheet", `0.9 g 0 0 600 842 re f ${onPage("Low")}`],
    ["a coarse scan on a gradient", `/Sh sh ${onPage("Low")}`],
    ["a fine scan", onPage("High")],
    ["a fine scan beside a coarse one", `${onPage("High")} ${onPage("Low")}`],
    ["a coarse scan beside a fine one", `${onPage("Low")} ${onPage("High")}`],
    ["a coarse picture that is drawn small", "q 100 0 0 100 0 0 cm /Low Do Q"],
    ["a picture that is finer in its width", "q 400 0 0 400 0 0 cm /Wide Do Q"],
  ])("is one of %s", async (_, content) => {
    expect((await runEngineJob(pdf(content), planning)).plan).toBeDefined();
  });

  test.each<[string, string, number]>([
    ["a coarse scan", onPage("Low"), 400],
    ["a coarse scan on a white sheet", `1 g 0 0 600 842 re f ${onPage("Low")}`, 400],
    ["a coarse stencil", onPage("S"), 400],
    ["a coarse scan of a strip", `q 100 0 0 ${heightPt} 0 0 cm /Low Do Q`, 400],
    ["a coarse scan on its side", `q 0 ${heightPt} ${-widthPt} 0 ${widthPt} 0 cm /Low Do Q`, 400],
    ["text that is seen well", word(20, 800), 1170],
  ])("is not one of %s", async (_, content, longestSidePx) => {
    expect((await runEngineJob(pdf(content), { ...planning, longestSidePx })).plan).toBeUndefined();
  });

  const print = buildPng(
    Array.from({ length: 12 }, () => "SLABS AND BEAMS OF FLOOR"),
    { widthPx: 1200, heightPx: 800 },
  );
  // Capitals of 29 of its 1,200 pixels make lines of 46.
  test.each([
    [400, "lines of print would be 15 pixels high"],
    [700, undefined],
  ])("that is a picture is one by its print: where it is seen in %d pixels", async (longestSidePx, reason) => {
    const { plan } = await runEngineJob(print, { ...planning, longestSidePx }, "png");
    expect(plan?.reason).toBe(reason);
  });
});

describe("a piece of a page", () => {
  /** Ten pixels of the piece for each cell. */
  const whole = { longestSidePx: 400, cellsWide: 40, cellsHigh: 20 };
  function tileOf(left: number, top: number, width: number, height: number) {
    return {
      ...{ left, top, width, height, drawnCells: width * height },
      ...{ leftEdge: Array(height).fill(left), rightEdge: Array(height).fill(left + width) },
      ...{ topEdge: Array(width).fill(top), bottomEdge: Array(width).fill(top + height) },
    };
  }
  type Job = Extract<EngineJob, { type: "render-tile" }>;
  async function piece(content: string, changes: Partial<Job> & Pick<Job, "tile">) {
    const job = { type: "render-tile", page: 1, turnDegrees: 0, maxPagePixels: 1e7, ...whole, ...changes } as const;
    const { png, widthPx, heightPx, ink } = await runEngineJob(onePage({ content }), job);
    const pixmap = new mupdf.Image(png).toPixmap();
    const [pixels, stride] = [pixmap.getPixels(), pixmap.getStride()];
    expect([pixmap.getWidth(), pixmap.getHeight()]).toEqual([widthPx, heightPx]);
    const at = (x: number, y: number) => Array.from(pixels.slice(y * stride + x * 3, y * stride + x * 3 + 3));
    return { widthPx, heightPx, ink, at };
  }
  const [red, blue, white] = [
    [255, 0, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];
  /** On a page of 200 × 100 points, two pixels each: red from 60 to 100 and 20 to 40 points, from above. */
  const square = "1 0 0 rg 60 60 40 20 re f";

  test("shows what stands there", async () => {
    const { widthPx, heightPx, at } = await piece(square, { tile: tileOf(10, 2, 20, 10) });
    expect([widthPx, heightPx]).toEqual([200, 100]);
    expect([at(19, 50), at(21, 50), at(98, 50), at(102, 50)]).toEqual([white, red, red, white]);
    expect([at(50, 18), at(50, 22), at(50, 58), at(50, 62)]).toEqual([white, red, red, white]);
  });

  test("holds whole pixels, and no more than the page has", async () => {
    const tile = tileOf(7, 3, 9, 5);
    // Cells of 13⅓ by 14²⁄₇ pixels.
    expect(await piece(square, { tile, cellsWide: 30, cellsHigh: 14 })).toMatchObject({ widthPx: 121, heightPx: 73 });
    const last = tileOf(20, 10, 12, 5);
    expect(await piece(square, { tile: last, cellsWide: 30, cellsHigh: 14 })).toMatchObject({
      widthPx: 134,
      heightPx: 58,
    });
  });

  test("is drawn as its page is turned", async () => {
    const { at, widthPx, heightPx } = await piece(square, {
      ...{ turnDegrees: 90, cellsWide: 20, cellsHigh: 40, tile: tileOf(10, 10, 10, 12) },
    });
    // Red from 120 to 160 pixels across, and from 120 to 200 down.
    expect([widthPx, heightPx]).toEqual([100, 120]);
    expect([at(18, 50), at(22, 50), at(58, 50), at(62, 50)]).toEqual([white, red, red, white]);
    expect([at(40, 18), at(40, 22), at(40, 98), at(40, 102)]).toEqual([white, red, red, white]);
  });

  test("has the colour of its ground where its neighbours are", async () => {
    const tile = { ...tileOf(10, 2, 20, 10), leftEdge: Array(10).fill(16), bottomEdge: Array(20).fill(7) };
    const { at, ink } = await piece(`0 0 1 rg 0 0 200 100 re f ${square}`, { tile });
    expect([at(58, 30), at(62, 30), at(80, 48), at(80, 52)]).toEqual([blue, red, red, blue]);
    // Of 200 × 100 pixels, 40 × 30.
    expect(ink).toBeCloseTo(0.06, 1);
  });
});
