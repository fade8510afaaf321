import { describe, expect, test } from "bun:test";
import * as mupdf from "mupdf";
import { checkBoxesOf, isChecked } from "../../src/pdf/engine/check-boxes.ts";
import { finishPicture } from "../../src/pdf/engine/finish-picture.ts";
import { linksOf, placedCheckBoxes } from "../../src/pdf/engine/page-extras.ts";
import { onePage, stream } from "../support/bad-documents/raw-pdf.ts";
import { runEngineJob } from "../support/engine-job.ts";
import { withPdfPage } from "../support/pdf-page.ts";
import { buildPng } from "../support/picture-builder.ts";
import { greyAlphaPng } from "../support/png.ts";

const drawing = { type: "render", page: 1, longestSidePx: 400, turnDegrees: 0, maxPagePixels: 1e7 } as const;
const pixelsOf = (png: Uint8Array) => {
  const pixmap = new mupdf.Image(png).toPixmap();
  const [pixels, stride, parts] = [pixmap.getPixels(), pixmap.getStride(), pixmap.getNumberOfComponents()];
  const at = (x: number, y: number) => Array.from(pixels.slice(y * stride + x * parts, y * stride + x * parts + parts));
  return { widthPx: pixmap.getWidth(), heightPx: pixmap.getHeight(), at };
};

describe("a picture that is smaller than a model can see", () => {
  test("stands in the middle of the colour of its ground", () => {
    const drawn = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, 11, 40], false);
    const pixels = drawn.getPixels();
    for (let at = 0; at < pixels.length; at += 3) pixels.set([200, 220, 240], at);
    pixels.set([9, 8, 7], 0);
    pixels.set([1, 2, 3], 39 * drawn.getStride() + 3 * 10);
    const { png, widthPx, heightPx, ink } = finishPicture(drawn);
    expect([widthPx, heightPx, ink]).toEqual([28, 40, expect.closeTo(2 / 440, 6)]);
    const { at, ...size } = pixelsOf(png);
    expect(size).toEqual({ widthPx, heightPx });
    // Eight columns to its left, nine to its right.
    const ground = [200, 220, 240];
    expect([at(7, 0), at(8, 0), at(9, 0)]).toEqual([ground, [9, 8, 7], ground]);
    expect([at(17, 39), at(18, 39), at(19, 39), at(27, 39)]).toEqual([ground, [1, 2, 3], ground, ground]);
    drawn.destroy();
  });

  test("is as it is where it is large enough", () => {
    const drawn = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, 28, 30], false);
    drawn.clear(255);
    expect(finishPicture(drawn)).toMatchObject({ widthPx: 28, heightPx: 30, ink: 0 });
    drawn.destroy();
  });

  test("is padded above and below, too", () => {
    const drawn = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, 40, 10], false);
    drawn.clear(255);
    drawn.getPixels().set([0, 0, 0], 0);
    const { at } = pixelsOf(finishPicture(drawn).png);
    expect([at(0, 8), at(0, 9), at(0, 10)]).toEqual([
      [255, 255, 255],
      [0, 0, 0],
      [255, 255, 255],
    ]);
    drawn.destroy();
  });
});

describe("a file that is a picture", () => {
  test("is enlarged to twice its longer side, be that its height", async () => {
    const tall = buildPng(["tall"], { widthPx: 100, heightPx: 150 });
    expect(await runEngineJob(tall, drawing, "png")).toMatchObject({ widthPx: 200, heightPx: 300 });
  });

  test("of nothing but transparent pixels is drawn on white", async () => {
    const nothing = greyAlphaPng(Buffer.alloc(2 * 50 * 50), 50, 50);
    const { png, ink } = await runEngineJob(nothing, drawing, "png");
    expect([ink, pixelsOf(png).at(50, 50)]).toEqual([0, [255, 255, 255]]);
  });

  test("has no text layer, and nothing is said of one", async () => {
    const bounds = { fewCharacters: 0, maxPagePixels: 1e7, format: "plain" } as const;
    const read = { type: "read-pages" as const, pages: [1], ...bounds };
    // At 96 dpi.
    const { pages } = await runEngineJob(buildPng(["one"], { widthPx: 50, heightPx: 40 }), read, "png");
    expect(pages).toMatchObject([
      {
        ...{ page: 1, widthPt: 37.5, heightPt: 30, rotation: 0, text: "", characters: 0, unmapped: "", warnings: [] },
        ...{ imageCoverage: 1, drawn: true, hiddenCharacters: 0, unreadLetters: 0, attachedFiles: 0 },
      },
    ]);
  });

  test("may have more pixels than a picture on a page of a PDF", async () => {
    const large = buildPng(["large"], { widthPx: 300, heightPx: 200 });
    expect(await runEngineJob(large, { ...drawing, maxPagePixels: 60_000 }, "png")).toMatchObject({ widthPx: 400 });
  });
});

test("annotations are drawn with their page", async () => {
  const stamp = "/Annots [<< /Type /Annot /Subtype /Stamp /Rect [50 20 150 80] /AP << /N 5 0 R >> >>]";
  const look = stream("/Type /XObject /Subtype /Form /BBox [0 0 100 60]", "0 0 100 60 re f");
  const bytes = onePage({ content: "", page: stamp, objects: [look] });
  expect((await runEngineJob(bytes, drawing)).ink).toBeCloseTo(0.3, 1);
  const bounds = { fewCharacters: 0, maxPagePixels: 1e7, format: "plain" } as const;
  const { pages } = await runEngineJob(bytes, { type: "read-pages", pages: [1], ...bounds });
  expect(pages).toMatchObject([{ drawn: true, pathSegments: 4 }]);
});

describe("the check boxes of a page", () => {
  const box = (entries: string) => `<< /Type /Annot /Subtype /Widget /Rect [10 20 30 40] ${entries} >>`;
  const button = (entries: string) => box(`/FT /Btn ${entries}`);
  const checked = (annotations: string, objects: string[] = []) =>
    withPdfPage(onePage({ content: "", page: `/Annots [${annotations}]`, objects }), (page) =>
      checkBoxesOf(page.getObject()).map(isChecked),
    );

  test.each<[string, boolean[], boolean[]]>([
    ["are told by their state", checked(button("/AS /Yes") + button("/AS /Off") + button("")), [true, false, false]],
    ["are no other fields", checked(box("/FT /Tx /AS /Yes") + box("/AS /Yes")), []],
    ["are no buttons to push", checked(button(`/Ff ${1 << 16} /AS /Yes`)), []],
    ["are buttons of other flags", checked(button(`/Ff ${1 << 15} /AS /Yes`)), [true]],
    ["have the kind of the field above them", checked(box("/AS /On /Parent 5 0 R"), ["<< /FT /Btn >>"]), [true]],
    ["are nothing else", checked(`${button("/AS /Yes")} null 7 (x)`), [true]],
    ["are looked at up to a number of annotations", checked(button("").repeat(2000)), Array(2000).fill(false)],
    ["are not where there are more", checked(button("").repeat(2001)), []],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  const placed = (rectangle: string, more = "") =>
    withPdfPage(
      onePage({ content: "", page: `${more} /Annots [<< /FT /Btn /AS /Yes /Rect [${rectangle}] >>]` }),
      placedCheckBoxes,
    );
  test.each<[string, string, string, number[] | undefined]>([
    ["as they are shown", "10 20 30 50", "", [10, 50, 30, 80]],
    ["with their corners the other way round", "30 50 10 20", "", [10, 50, 30, 80]],
    ["on a page that is turned", "10 20 30 50", "/Rotate 90", [20, 10, 50, 30]],
    ["nowhere without all their edges", "10 20 30", "", undefined],
    ["nowhere by a lower edge that is no number", "10 /a 30 50", "", undefined],
    ["nowhere by what is no number", "10 20 /a 50", "", undefined],
  ])("stand %s", (_, rectangle, more, expected) => {
    const found = placed(rectangle, more).map(({ box: edges, checked }) => [...edges.map(Math.round), checked]);
    expect(found).toEqual(expected === undefined ? [] : [[...expected, true]]);
  });
});

describe("the links of a page", () => {
  const link = (action: string) => `<< /Type /Annot /Subtype /Link /Rect [10 20 30 50] ${action} >>`;
  const out = link("/A << /S /URI /URI (https://example.org/) >>");
  const links = (annotations: string) =>
    withPdfPage(onePage({ content: "", page: `/Annots [${annotations}]` }), linksOf);

  test("are those that lead out of the document, where they stand", () => {
    const found = links(`${out} ${link("/Dest [3 0 R /Fit]")}`);
    expect(found).toEqual([{ box: [10, 50, 30, 80], url: "https://example.org/" }]);
  });

  test("are none where there are very many", () => {
    expect([2000, 2001].map((count) => links(out.repeat(count)).length)).toEqual([2000, 0]);
  });
});
