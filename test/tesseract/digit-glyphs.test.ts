import { describe, expect, test } from "bun:test";
import { glyphShape } from "../../src/tesseract/digits/glyph-shape.ts";
import type { SeenDigit } from "../../src/tesseract/digits/judge-digit.ts";
import { judgeGlyph } from "../../src/tesseract/digits/judge-glyph.ts";
import type { KnownGlyph } from "../../src/tesseract/digits/known-glyphs.ts";
import { cutGlyph, lineGlyphs } from "../../src/tesseract/digits/line-glyphs.ts";
import { lineSymbols } from "../../src/tesseract/digits/line-symbols.ts";
import { seenGlyphs } from "../../src/tesseract/digits/seen-glyphs.ts";
import { splitGlyph } from "../../src/tesseract/digits/split-glyph.ts";
import type { RecognisedLine } from "../../src/tesseract/lines/recognised-line.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import { painted } from "../support/painted.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

const threshold = 128;
const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });
const boxesIn = (width: number, height: number, ...ink: readonly Rectangle[]) =>
  lineGlyphs(drawing(width, height, ink), threshold).map((glyph) => glyph.box);

describe("the glyphs of a line", () => {
  test.each<[string, Rectangle[], Box[]]>([
    [
      "come from left to right",
      [
        [40, 2, 6, 6],
        [10, 9, 6, 6],
      ],
      [box(10, 9, 6, 6), box(40, 2, 6, 6)],
    ],
    [
      "hang together by a corner",
      [
        [10, 5, 6, 6],
        [16, 11, 6, 6],
      ],
      [box(10, 5, 12, 12)],
    ],
    ["have six pixels", [[10, 5, 3, 2]], [box(10, 5, 3, 2)]],
    ["and no fewer", [[10, 5, 5, 1]], []],
    [
      "take in what stands above them",
      [
        [10, 10, 10, 10],
        [12, 2, 4, 4],
      ],
      [box(10, 2, 10, 18)],
    ],
    [
      "take in what stands over them with 0.6 of its width",
      [
        [10, 10, 10, 10],
        [17, 2, 5, 4],
      ],
      [box(10, 2, 12, 18)],
    ],
    [
      "and not what stands over them with less",
      [
        [10, 10, 10, 10],
        [18, 2, 5, 4],
      ],
      [box(10, 10, 10, 10), box(18, 2, 5, 4)],
    ],
    [
      "take in what is wider than they are",
      [
        [12, 10, 5, 10],
        [10, 2, 20, 4],
      ],
      [box(10, 2, 20, 18)],
    ],
    [
      "take in more than one mark",
      [
        [10, 10, 10, 10],
        [11, 2, 4, 4],
        [15, 6, 4, 3],
      ],
      [box(10, 2, 10, 18)],
    ],
    [
      "take in each of the marks above them",
      [
        [10, 10, 20, 10],
        [12, 2, 4, 4],
        [24, 2, 5, 4],
      ],
      [box(10, 2, 20, 18)],
    ],
    [
      "end at the right edge, and the next row begins another",
      [
        [54, 0, 6, 6],
        [0, 1, 6, 6],
      ],
      [box(0, 1, 6, 6), box(54, 0, 6, 6)],
    ],
    ["reach the lower edge", [[20, 14, 6, 6]], [box(20, 14, 6, 6)]],
  ])("%s", (_, ink, boxes) => {
    expect(boxesIn(60, 20, ...ink)).toEqual(boxes);
  });

  test("have their own pixels and the blurred ones beside them, and none of what reaches into their box", () => {
    const image = painted(40, 20, 255, [
      [10, 4, 2, 12, 20],
      [12, 14, 10, 2, 20],
      [12, 13, 1, 1, 150],
      [18, 4, 3, 3, 30],
    ]);
    const [corner, dot] = lineGlyphs(image, threshold);
    // The dot stands over the corner by all of its width, and is one with it.
    expect(dot).toBeUndefined();
    expect(corner?.box).toEqual(box(10, 4, 12, 12));
    expect(corner?.image.data[9 * 12 + 2]).toBe(150);
    const apart = lineGlyphs(
      painted(40, 20, 255, [
        [10, 4, 12, 2, 20],
        [10, 6, 2, 10, 20],
        [21, 10, 12, 6, 30],
      ]),
      threshold,
    );
    expect(apart[0]?.image).toEqual(
      painted(12, 12, 255, [
        [0, 0, 12, 2, 20],
        [0, 2, 2, 10, 20],
      ]),
    );
  });

  test("can be cut between columns, and say where the part stands", () => {
    const [whole] = lineGlyphs(
      drawing(60, 30, [
        [10, 5, 20, 3],
        [10, 8, 4, 12],
        [26, 8, 4, 7],
      ]),
      threshold,
    );
    if (whole === undefined) throw new Error("no glyph");
    expect(cutGlyph(whole, 0, 4, threshold)?.box).toEqual(box(10, 5, 4, 15));
    expect(cutGlyph(whole, 16, 20, threshold)?.box).toEqual(box(26, 5, 4, 10));
    expect(cutGlyph(whole, 4, 6, threshold)?.box).toEqual(box(14, 5, 2, 3));
    expect(cutGlyph(whole, 4, 5, threshold)).toBeUndefined();
  });
});

const shapeOf = (character: string, image: GreyImage): KnownGlyph => ({
  character,
  aspect: image.width / image.height,
  shape: glyphShape(image),
});
const [bar, corner, cross] = [
  drawing(10, 20, [[3, 0, 4, 20]]),
  drawing(10, 20, [
    [0, 0, 3, 20],
    [0, 17, 10, 3],
  ]),
  drawing(10, 20, [
    [4, 0, 3, 20],
    [0, 8, 10, 3],
  ]),
];

describe("a glyph that is judged", () => {
  test("is the digit that it is most like, by so much more than the next and than any other character", () => {
    const known = [shapeOf("๑", bar), shapeOf("๒", corner), shapeOf("ก", cross), shapeOf("๒", bar)];
    const seen = judgeGlyph(corner, known);
    expect(seen?.digit).toBe("๒");
    expect(seen?.likeness).toBeCloseTo(1, 5);
    const [toBar, toCross] = [judgeGlyph(corner, [shapeOf("๑", bar)]), judgeGlyph(corner, [shapeOf("๑", cross)])];
    expect([toBar, toCross]).toEqual([undefined, undefined]);
    expect(seen?.overDigits).toBeGreaterThan(0.3);
    expect(seen?.overOthers).toBeGreaterThan(0.3);
  });

  test("may be more like another character", () => {
    const seen = judgeGlyph(corner, [{ ...shapeOf("๒", corner), aspect: 1 }, shapeOf("ก", corner)]);
    expect(seen?.likeness).toBeCloseTo(1 - 0.15 * Math.log(2), 5);
    expect(seen?.overOthers).toBeCloseTo(-0.15 * Math.log(2), 5);
    expect(seen?.overDigits).toBe(seen?.likeness ?? -1);
  });

  test.each([
    [7.3, "๒"],
    [7.5, undefined],
    [1 / 7.3, "๒"],
    [1 / 7.5, undefined],
  ])("is none where it is less like one than 0.7, here by its width: %p times", (times, digit) => {
    expect(judgeGlyph(corner, [{ ...shapeOf("๒", corner), aspect: 0.5 * times }])?.digit).toBe(digit);
  });

  test("is the better of two digits, be it the first or the second", () => {
    const [near, far] = [
      { ...shapeOf("๒", corner), aspect: 0.6 },
      { ...shapeOf("๖", corner), aspect: 0.7 },
    ];
    for (const known of [
      [near, far],
      [far, near],
    ]) {
      const seen = judgeGlyph(corner, known);
      expect(seen?.digit).toBe("๒");
      expect(seen?.overDigits).toBeCloseTo(0.15 * Math.log(0.7 / 0.6), 5);
    }
  });
});

describe("the glyphs that are seen in a line", () => {
  const bar = [shapeOf("๑", drawing(8, 20, [[0, 0, 8, 20]]))];
  const line = (where: Box): RecognisedLine => ({ text: "", confidence: 90, box: where, words: [] });
  /** Letters of 20 px and what stands beside them. */
  const seenIn = (ink: readonly Rectangle[], where = box(0, 0, 300, 60)) =>
    seenGlyphs(
      line(where),
      drawing(300, 60, [...[0, 1, 2, 3, 4].map((at): Rectangle => [10 + 12 * at, 20, 8, 20]), ...ink]),
      (glyph) => {
        const nearest = judgeGlyph(glyph, bar);
        return nearest && { ...nearest, lead: 3 };
      },
      false,
    );

  test.each([
    [75, false],
    [76, true],
  ])("begin a word behind a gap of more than 0.45 of a letter: from 66 to %p px", (left, startsWord) => {
    const seen = seenIn([[left, 20, 8, 20]]);
    expect(seen.heightPx).toBe(20);
    expect(seen.glyphs.map((glyph) => glyph.startsWord)).toEqual([true, false, false, false, false, startsWord]);
  });

  test.each([
    ["a point where they are lower than 0.6 of a letter", [70, 29, 8, 11], true, undefined],
    ["a letter from there on", [70, 28, 8, 12], false, "๑"],
    ["looked at up to 1.6 letters", [70, 8, 8, 32], false, "๑"],
    ["not looked at where they are higher", [70, 7, 8, 33], false, undefined],
  ] as const)("are %s", (_, ink, isPoint, digit) => {
    const last = seenIn([ink]).glyphs.at(-1);
    expect([last?.isPoint, last?.seen()?.digit]).toEqual([isPoint, digit]);
  });

  test("are those of the line, whatever stands above and below it", () => {
    const ink: Rectangle[] = [
      [10, 2, 8, 8],
      [10, 48, 8, 8],
    ];
    expect(seenIn(ink, box(0, 12, 300, 33)).glyphs.map((glyph) => glyph.box.top)).toEqual([8, 8, 8, 8, 8]);
  });

  test("stand where they stand on the page, be the line a part of it and beyond its edge", () => {
    expect(seenIn([]).glyphs.map(({ middle }) => middle)).toEqual([14, 26, 38, 50, 62]);
    expect(seenIn([], box(31, 15, 400, 100)).glyphs.map(({ middle }) => middle)).toEqual([38, 50, 62]);
    expect(seenIn([], box(-9, -9, 42, 100)).glyphs.map(({ middle }) => middle)).toEqual([14, 26]);
  });
});

describe("a glyph in which digits may touch", () => {
  const heightPx = 20;
  const judged = (digit = "๑", likeness = 0.9): SeenDigit => ({
    digit,
    likeness,
    overDigits: 0.2,
    overOthers: 0.2,
    lead: 3,
  });
  /** Blocks of 10 px joined by thin bridges of 2 px. */
  const touching = (count: number) => {
    const ink = Array.from({ length: count }, (_, at): Rectangle[] => [
      [12 * at, 0, 10, 20],
      [12 * at + 10, 18, at === count - 1 ? 0 : 2, 2],
    ]);
    const [glyph] = lineGlyphs(drawing(12 * count + 4, 20, ink.flat()), threshold);
    if (glyph === undefined) throw new Error("no glyph");
    return glyph;
  };
  const lefts = (count: number, judge: (image: GreyImage) => SeenDigit | undefined) =>
    splitGlyph(touching(count), heightPx, threshold, judge).map((part) => part.box.left);

  test.each<[string, number, (image: GreyImage) => SeenDigit | undefined, number]>([
    ["is cut where each part is like one", 3, ({ width }) => (width > 15 ? undefined : judged()), 3],
    ["is left alone where it is narrower than 1.35 letters", 2, ({ width }) => (width > 15 ? undefined : judged()), 1],
    ["is left alone where it is wider than eight letters", 14, () => judged(), 1],
    ["is left alone where a part is like none", 3, ({ width }) => (width < 15 ? undefined : judged()), 1],
    [
      "is cut so that the parts are together most like digits",
      4,
      ({ width }) => (width > 15 ? judged("๒", 0.95) : judged()),
      2,
    ],
    [
      "is cut so that the narrow parts are most like digits",
      4,
      ({ width }) => (width > 15 ? judged("๒", 0.8) : judged()),
      4,
    ],
  ])("%s", (_, count, judge, parts) => {
    expect(lefts(count, judge)).toHaveLength(parts);
  });

  test("is cut into all of it, from left to right", () => {
    const parts = splitGlyph(touching(3), heightPx, threshold, ({ width }) => (width > 15 ? undefined : judged()));
    expect(parts[0]?.box.left).toBe(0);
    expect(parts.map(({ box: { left, width } }) => left + width).at(-1)).toBe(34);
    const ends = parts
      .slice(0, -1)
      .map(({ box: { left, width } }, at) => (parts[at + 1]?.box.left ?? 0) - left - width);
    expect(ends).toEqual([0, 0]);
  });

  test("is not cut where it is thick", () => {
    const ink: Rectangle[] = [
      [0, 0, 10, 20],
      [10, 8, 2, 11],
      [12, 0, 10, 20],
      [22, 8, 2, 11],
      [24, 0, 10, 20],
    ];
    const [glyph] = lineGlyphs(drawing(40, 20, ink), threshold);
    expect(glyph === undefined ? [] : splitGlyph(glyph, heightPx, threshold, () => judged())).toHaveLength(1);
  });
});

describe("the symbols of a line", () => {
  const word = (text: string, left: number, width: number) => ({
    ...{ text, left, width, top: 0, height: 20 },
    confidence: 90,
  });
  const line = {
    text: "กี่ข  12 ค",
    confidence: 90,
    box: box(0, 0, 200, 20),
    words: [word("กี่ข", 0, 40), word("12", 60, 40), word("ค", 120, 20)],
  };

  test("are its characters without marks, where they stand in their words, and what begins a word", () => {
    const symbols = lineSymbols(line)?.symbols.map(({ character, middle, startsWord }) => [
      character,
      middle,
      startsWord,
    ]);
    expect(symbols).toEqual([
      ["ก", 10, true],
      ["ข", 30, false],
      ["1", 70, true],
      ["2", 90, false],
      ["ค", 130, true],
    ]);
  });

  test("are written with their marks and blanks, and with what stands for them", () => {
    const read = lineSymbols(line);
    const [, second, third, fourth, last] = read?.symbols ?? [];
    if (second !== undefined) second.output = "๑๒";
    if (third !== undefined) third.output = "";
    if (fourth !== undefined) fourth.output = "";
    expect(read?.written()).toMatchObject({ text: "กี่๑๒   ค", words: [{ text: "กี่๑๒" }, { text: "ค", left: 120 }] });
    if (last !== undefined) last.output = "";
    expect(read?.written()).toMatchObject({ text: "กี่๑๒", words: [{ text: "กี่๑๒" }] });
  });

  test("are unknown where the words are not those of the text", () => {
    expect(lineSymbols({ ...line, text: "กี่ข 13 ค" })).toBeUndefined();
  });
});
