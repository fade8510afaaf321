import { describe, expect, test } from "bun:test";
import { observeMarks } from "../../src/pdf/engine/marks.ts";
import { onePage, stream } from "../support/bad-documents/raw-pdf.ts";
import { withList } from "../support/pdf-page.ts";

const states = Object.entries({ A0: 0, A01: 0.01, A03: 0.03, A29: 0.29, A31: 0.31 })
  .map(([name, alpha]) => `/${name} << /ca ${alpha} /CA ${alpha} >>`)
  .join(" ");
const grey = (px: number) =>
  stream(
    `/Type /XObject /Subtype /Image /Width ${px} /Height ${px} /ColorSpace /DeviceGray /BitsPerComponent 8`,
    Buffer.alloc(px * px, 128),
  );
const stencil = stream("/Type /XObject /Subtype /Image /Width 8 /Height 8 /ImageMask true", Buffer.alloc(8));
const group = (entries: string, content: string) =>
  stream(
    `/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Group << /S /Transparency ${entries} >> /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>`,
    content,
  );
const word = "BT /F1 10 Tf 50 50 Td (four) Tj ET";

/** Of a page of 200 × 100 points; `/A…` are opacities, `/P10` and `/P20` pictures, `/S` a stencil, `/Sh` a gradient. */
const marksOf = (content: string) =>
  withList(
    onePage({
      content,
      resources: `/ExtGState << ${states} /Multiply << /BM /Multiply >> /Masked << /SMask << /S /Luminosity /G 9 0 R >> >> >> /XObject << /P10 5 0 R /P20 6 0 R /S 7 0 R /Words 8 0 R >> /Shading << /Sh << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 200 0] /Function << /FunctionType 2 /Domain [0 1] /C0 [0] /C1 [0.5] /N 1 >> >> >>`,
      objects: [grey(10), grey(20), stencil, group("", word), group("/CS /DeviceGray", "1 g 0 0 200 100 re f")],
    }),
    (list, box) => {
      const marks = observeMarks(list, box);
      return {
        ...marks,
        doubtful: marks.doubtfulGlyphs(),
        /** Where the picture of the page shows that text stands out wherever that is asked. */
        unclear: marks.doubtfulGlyphs(() => true),
      };
    },
  );
const page20 = (alpha: string) => `q /${alpha} gs 200 0 0 100 0 0 cm /P20 Do Q`;
const sheet = (alpha: string) => `q /${alpha} gs 0 0 200 100 re f Q`;

test.each<[string, string, object]>([
  ["text that is hardly drawn", `/A01 gs ${word}`, { invisibleGlyphs: 4, doubtful: 0, drawn: false }],
  ["text that is drawn a little", `/A03 gs ${word}`, { invisibleGlyphs: 0, doubtful: 4, drawn: true }],
  ["text that is drawn somewhat", `/A31 gs ${word}`, { invisibleGlyphs: 0, doubtful: 0, drawn: true }],
  ["stroked text", `1 Tr ${word}`, { invisibleGlyphs: 0, doubtful: 0, drawn: true }],
  ["hidden text", `3 Tr ${word}`, { invisibleGlyphs: 4, doubtful: 0, drawn: false }],
  ["text that is clipped away", `q 0 0 9 9 re W n ${word} 3 Tr ${word} Q`, { invisibleGlyphs: 0, drawn: false }],
  ["faint text that is clipped away", `q 0 0 9 9 re W n /A01 gs ${word} Q`, { invisibleGlyphs: 0, doubtful: 0 }],
  ["white text", `1 g ${word}`, { invisibleGlyphs: 0, doubtful: 4, drawn: false }],
  ["text on a ground of its colour", `${sheet("A31")} ${word}`, { doubtful: 4 }],
  ["text on a ground of its colour that is hardly drawn", `${sheet("A29")} ${word}`, { doubtful: 0 }],
  ["text on a picture", `${page20("A31")} ${word}`, { doubtful: 4, unclear: 0 }],
  ["text on a picture that is hardly drawn", `${page20("A29")} ${word}`, { doubtful: 0 }],
  ["text on a stencil", `q 200 0 0 100 0 0 cm /S Do Q ${word}`, { doubtful: 4, unclear: 0 }],
  ["text on a gradient", `/Sh sh ${word}`, { doubtful: 4, unclear: 0 }],
  ["text on a gradient that is not drawn", `q /A0 gs /Sh sh Q ${word}`, { doubtful: 0 }],
  ["text beside a gradient", `q 0 0 20 100 re W n /Sh sh Q ${word}`, { doubtful: 0 }],
  ["text in a group", `${page20("A31")} /Words Do`, { doubtful: 4, unclear: 0 }],
  ["text in a group that is mixed", `${page20("A31")} q /Multiply gs /Words Do Q`, { doubtful: 4, unclear: 4 }],
  ["text behind a mixed group", `${page20("A31")} q /Multiply gs /Words Do Q ${word}`, { doubtful: 8, unclear: 4 }],
  ["text before a mask", `${word} q /Masked gs 0 0 9 9 re f Q`, { doubtful: 0 }],
  ["text under a mask", `q /Masked gs ${word} Q`, { doubtful: 4, unclear: 4, drawn: true }],
])("%s", (_, content, expected) => {
  expect(marksOf(content)).toMatchObject(expected);
});

describe("a page is drawn on by", () => {
  test.each<[string, string]>([
    ["a grey line", "0.9 G 10 10 m 90 10 l S"],
    ["a black stencil", "q 50 0 0 50 0 0 cm /S Do Q"],
    ["a picture", "q 50 0 0 50 0 0 cm /P20 Do Q"],
    ["what is seen through letters", "q 7 Tr BT /F1 10 Tf 50 50 Td (four) Tj ET 40 40 50 50 re f Q"],
    ["what outlines of letters clip away", "q 5 Tr BT /F1 10 Tf 50 50 Td (four) Tj ET Q"],
    ["what stands behind a clip", "q 7 Tr BT /F1 10 Tf 50 50 Td (four) Tj ET Q 120 10 50 50 re f"],
  ])("%s", (_, content) => {
    expect(marksOf(content).drawn).toBe(true);
  });
});

describe("a page is not drawn on by", () => {
  test.each<[string, string]>([
    ["a white line", "1 G 10 10 m 90 10 l S"],
    ["a white stencil", "1 g q 50 0 0 50 0 0 cm /S Do Q"],
    ["a stencil outside the page", "q 50 0 0 50 300 0 cm /S Do Q"],
    ["a picture outside the page", "q 50 0 0 50 300 0 cm /P20 Do Q"],
    ["a picture without opacity", `q /A0 gs 50 0 0 50 0 0 cm /P20 Do Q`],
    ["a gradient without opacity", "/A0 gs /Sh sh"],
    ["a line without opacity", "/A0 gs 10 10 m 90 10 l S"],
    ["what letters clip away", "q 7 Tr BT /F1 10 Tf 50 50 Td (four) Tj ET 120 10 50 50 re f Q"],
  ])("%s", (_, content) => {
    expect(marksOf(content).drawn).toBe(false);
  });
});

describe("the pictures of a page", () => {
  const at = (name: string, x: number) => `q 50 0 0 50 ${x} 0 cm /${name} Do Q`;
  test.each<[string, string, [number, number]]>([
    ["the larger first", `${at("P20", 0)} ${at("P10", 100)}`, [400, 500]],
    ["the larger last", `${at("P10", 0)} ${at("P20", 100)}`, [400, 500]],
    ["one of them not on the page", `${at("P10", 0)} ${at("P20", 300)}`, [100, 100]],
    ["none", "", [0, 0]],
  ])("have so many pixels: %s", (_, content, [largest, all]) => {
    expect(marksOf(content)).toMatchObject({ picturePixels: largest, allPicturePixels: all });
  });

  test("stand where letters may be", () => {
    const [region, ...others] = marksOf(at("P10", 100)).letterRegions;
    expect([region, others]).toEqual([[100, 50, 150, 100], []]);
  });
});

describe("shapes that may be letters", () => {
  const corners = (count: number) =>
    Array.from({ length: count }, (_, at) => `${90 + (at % 2) * 90} ${at} l`).join(" ");
  test.each<[string, string, number, number, number]>([
    ["of the size of letters", "20 20 8 10 re f 40 20 8 10 re f", 2, 8, 1],
    ["too low", "20 20 8 0.5 re f", 0, 4, 0],
    ["low", "20 20 4 2 re f", 1, 4, 1],
    ["too high", "20 20 8 62 re f", 0, 4, 0],
    ["high", "20 20 8 57 re f", 1, 4, 1],
    ["too wide", "20 20 60 10 re f", 0, 4, 0],
    ["wide", "20 20 19 10 re f", 1, 4, 1],
    ["upright rules", "0.5 w 20 20 m 20 40 l S", 0, 1, 0],
    ["aslant", "0.5 w 20 20 m 29 40 l S", 1, 1, 1],
    ["thin, of several lines", "0.5 w 20 20 m 20 30 l 20 40 l S", 1, 2, 1],
    ["large, of few lines", `0 0 m ${corners(11)} S`, 0, 11, 0],
    ["large, of many lines", `0 0 m ${corners(12)} S`, 1, 12, 1],
    ["large, of very many", `0 0 m ${corners(35)} S`, 2, 35, 1],
  ])("%s", (_, content, letterShapes, pathSegments, regions) => {
    const marks = marksOf(content);
    expect(marks).toMatchObject({ letterShapes, pathSegments });
    expect(marks.letterRegions).toHaveLength(regions);
  });

  test("stand anywhere on a drawing that is not looked at to its end", () => {
    const many = `0 0 m ${Array.from({ length: 20_000 }, (_, at) => `${at % 7} ${at % 3} l`).join(" ")} S`;
    const marks = marksOf(`${many} 100 10 80 80 re f 1 g ${word}`);
    expect(marks).toMatchObject({ pathSegments: 20_000, letterRegions: [[0, 0, 200, 100]], doubtful: 4 });
  });
});
