import { describe, expect, test } from "bun:test";
import { aroundPieces, boxToRead, unclaimed } from "../../src/tesseract/lines/boxes-to-read.ts";
import { lineOf as readLineOf } from "../../src/tesseract/lines/read-line.ts";
import type { Word } from "../../src/tesseract/lines/recognised-line.ts";
import { scaleSeen, stripsOf } from "../../src/tesseract/lines/text-detector.ts";
import { boxesOfMap } from "../../src/tesseract/lines/text-map.ts";
import { resized } from "../../src/tesseract/picture/resize.ts";

/** A map of 100 × 60 with rectangles of one probability: left, top, width, height, probability. */
function mapOf(...cores: [number, number, number, number, number][]) {
  const probabilities = new Float32Array(100 * 60);
  for (const [left, top, width, height, value] of cores) {
    for (let y = top; y < top + height; y++) probabilities.fill(value, y * 100 + left, y * 100 + left + width);
  }
  return { width: 100, height: 60, probabilities };
}

describe("boxes of the detector's map", () => {
  test("are cores grown by half their area over their perimeter and more, in pixels of the picture", () => {
    // 40 × 4, times 1.5, over twice 44: 2.7 pixels of the map on each side; the picture is twice as large.
    const boxes = boxesOfMap(mapOf([20, 10, 40, 4, 0.9]), { width: 200, height: 120 });
    expect(boxes).toEqual([{ left: 35, top: 15, width: 90, height: 18 }]);
  });

  test.each([
    ["what is too unlikely", mapOf([20, 10, 40, 4, 0.3])],
    ["what is unlikely as a whole", mapOf([20, 10, 40, 4, 0.49])],
    ["what is lower than three pixels", mapOf([20, 10, 40, 2, 0.9])],
    ["what has fewer than ten pixels", mapOf([20, 10, 3, 3, 0.9])],
    ["what is narrower than three pixels", mapOf([20, 10, 2, 30, 0.9])],
  ])("leave out %s", (_, map) => {
    expect(boxesOfMap(map, map)).toEqual([]);
  });

  test.each([
    ["what is likely enough as a whole", mapOf([20, 10, 40, 4, 0.5])],
    ["what is three pixels high and has ten", mapOf([20, 10, 4, 3, 0.9])],
    ["what is likely in part", mapOf([20, 10, 40, 4, 0.9], [20, 12, 20, 2, 0.31])],
  ])("take in %s", (_, map) => {
    expect(boxesOfMap(map, map)).toHaveLength(1);
  });

  test("are as many as there are cores beside and below each other", () => {
    const map = mapOf([10, 5, 20, 5, 0.9], [60, 5, 20, 5, 0.9], [10, 40, 20, 5, 0.9], [60, 40, 20, 5, 0.9]);
    expect(boxesOfMap(map, map).map(({ left, top }) => [left, top])).toEqual([
      [7, 2],
      [57, 2],
      [7, 37],
      [57, 37],
    ]);
  });

  const [across, lower] = [
    [20, 10, 40, 4, 0.9],
    [20, 30, 40, 4, 0.9],
  ] as [number, number, number, number, number][];
  const [leftArm, rightArm] = [
    [20, 10, 4, 24, 0.9],
    [56, 10, 4, 24, 0.9],
  ] as [number, number, number, number, number][];
  test.each([
    ["open above", [leftArm, lower, rightArm]],
    ["open below", [across, leftArm, rightArm]],
    ["open on its right", [across, leftArm, lower]],
    ["open on its left", [across, rightArm, lower]],
  ])("are one around a core that is %s", (_, cores) => {
    const map = mapOf(...cores.flatMap((core) => (core === undefined ? [] : [core])));
    expect(boxesOfMap(map, map)).toEqual([{ left: 9, top: 0, width: 62, height: 45 }]);
  });

  test("are parted where the right edge of the map ends and its left edge begins", () => {
    const map = mapOf([90, 10, 10, 4, 0.9], [0, 11, 10, 4, 0.9]);
    expect(boxesOfMap(map, map)).toEqual([
      { left: 88, top: 8, width: 12, height: 8 },
      { left: 0, top: 9, width: 12, height: 8 },
    ]);
  });

  test("end at the lower right edge of the picture", () => {
    const map = mapOf([60, 56, 40, 4, 0.9]);
    expect(boxesOfMap(map, { width: 200, height: 120 })).toEqual([{ left: 115, top: 107, width: 85, height: 13 }]);
  });

  test("end at the edges of the picture, and cores that touch by a corner are one", () => {
    const map = mapOf([0, 0, 20, 5, 0.9], [20, 5, 80, 5, 0.9]);
    expect(boxesOfMap(map, map)).toEqual([{ left: 0, top: 0, width: 100, height: 17 }]);
  });
});

describe("a picture in another size", () => {
  const image = { width: 4, height: 2, data: Uint8Array.from([0, 100, 200, 40, 0, 100, 200, 40]) };

  test.each([
    ["half", 2, 1, [50, 120]],
    ["the same", 4, 2, [0, 100, 200, 40, 0, 100, 200, 40]],
    ["one and a third to one", 3, 1, [25, 150, 80]],
  ])("is the mean of what each pixel covers: %s", (_, width, height, data) => {
    expect([...resized(image, width, height).data]).toEqual(data);
  });

  test.each([
    ["half", 2, [50, 120]],
    ["one and a third to one", 3, [25, 150, 80]],
    ["twice", 8, [0, 25, 75, 125, 175, 160, 80, 40]],
  ])("is so from top to bottom as well: %s", (_, height, data) => {
    const upright = { width: 1, height: 4, data: Uint8Array.from([0, 100, 200, 40]) };
    expect([...resized(upright, 1, height).data]).toEqual(data);
  });

  test("lies between its neighbours when it is enlarged", () => {
    expect([...resized({ width: 2, height: 1, data: Uint8Array.from([0, 100]) }, 4, 1).data]).toEqual([0, 25, 75, 100]);
  });
});

describe("what is read", () => {
  const word = (text: string, left: number, confidence = 90, height = 20) => ({
    text,
    left,
    top: 100,
    width: 20,
    height,
    confidence,
  });
  const found = { left: 100, top: 95, width: 100, height: 30 };
  const lineOf = (...words: ReturnType<typeof word>[]) => [{ text: "", confidence: 0, box: found, words }];

  test.each([
    [
      "words that the detector has not found",
      [word("7", 20), word("a", 120), word("b", 300), word("c", 330)],
      [
        [20, 20],
        [300, 50],
      ],
    ],
    [
      "those far apart for themselves",
      [word("7", 300), word("8", 365)],
      [
        [300, 20],
        [365, 20],
      ],
    ],
    ["no word that reaches out of it by 0.35 of its height", [word("a", 200), word("b", 80)], []],
    [
      "a word farther out on either side",
      [word("b", 79), word("a", 201)],
      [
        [79, 20],
        [201, 20],
      ],
    ],
    [
      "no word that reaches out above or below",
      [
        { ...word("a", 120), top: 75 },
        { ...word("b", 160), top: 125 },
      ],
      [],
    ],
    [
      "a word farther above or below",
      [{ ...word("a", 120), top: 74 }, word("c", 140), { ...word("b", 160), top: 126 }],
      [
        [120, 20],
        [160, 20],
      ],
    ],
    ["a word 0.4 as high as most", [word("7", 20, 90, 12)], [[20, 20]]],
    ["no lower one", [word("7", 20, 90, 11)], []],
    ["words less than two heights apart together", [word("7", 300), word("8", 359)], [[300, 79]]],
    [
      "words two heights apart for themselves",
      [word("7", 300), word("8", 360)],
      [
        [300, 20],
        [360, 20],
      ],
    ],
    ["words of a confidence of 60 in all", [word("7", 300, 50), word("8", 330, 70)], [[300, 50]]],
    ["no words of little confidence", [word("7", 20, 59)], []],
    ["no marks", [word("่", 20, 90, 9)], []],
    ["no lone signs", [word("|", 20)], []],
  ])("is %s", (_, words, places) => {
    expect(unclaimed(lineOf(...words), [found]).map(({ left, width }) => [left, width])).toEqual(places);
  });

  test("is parted where the detector has found a word between others", () => {
    const words = [word("7", 60), word("a", 84), word("b", 108)];
    const between = { left: 84, top: 100, width: 20, height: 20 };
    expect(unclaimed(lineOf(...words), [between]).map(({ left, width }) => [left, width])).toEqual([
      [60, 20],
      [108, 20],
    ]);
  });

  test("of two boxes that reach one word has it once", () => {
    const [only] = lineOf(word("sum", 100));
    const nothing = { text: "", confidence: 0, box: found, words: [] };
    const pageLines = only === undefined ? [] : [{ ...only, text: "sum", box: { ...found, top: 100, height: 20 } }];
    const context = { claimed: new Set<Word>(), pageLines, usualPx: 20, readAlone: () => nothing };
    const texts = [95, 105].map((top) => readLineOf({ left: 90, top, width: 60, height: 20 }, context).text);
    expect(texts).toEqual(["sum", ""]);
  });

  test("takes the reading whose least sure word is surer, whatever the means", () => {
    const reading = (text: string, confidence: number, confidences: number[]) => {
      const words = confidences.map((sure, at) => ({ ...word(text[at] ?? "", 100 + 20 * at), confidence: sure }));
      return { text, confidence, box: { ...found, top: 100, height: 20 }, words };
    };
    const context = { claimed: new Set<Word>(), pageLines: [reading("oกข", 94.1, [67, 97, 97])], usualPx: 20 };
    const readAlone = () => reading("อกข", 94, [80, 96, 96]);
    expect(readLineOf({ left: 90, top: 95, width: 80, height: 30 }, { ...context, readAlone }).text).toBe("อกข");
    const nothing = () => reading("อกค", 99, []);
    const again = { ...context, claimed: new Set<Word>(), readAlone: nothing };
    expect(readLineOf({ left: 90, top: 95, width: 80, height: 30 }, again).text).toBe("oกข");
  });

  test("is the band of ink of a line, also where its piece reaches into the next line", () => {
    const size = { width: 400, height: 200 };
    const bands = [50, 92].map((top) => ({ left: 50, top, width: 200, height: 38 }));
    const [upper, lower] = [
      { left: 40, top: 34, width: 210, height: 76 },
      { left: 45, top: 104, width: 205, height: 34 },
    ];
    expect(boxToRead([upper], [upper, lower], bands, size)).toEqual({ left: 50, top: 50, width: 200, height: 38 });
    expect(boxToRead([lower], [upper, lower], bands, size)).toEqual({ left: 50, top: 92, width: 200, height: 38 });
    // A piece over two lines that are no other piece's is read whole.
    expect(boxToRead([upper], [upper], bands, size)).toEqual({ left: 10, top: 25, width: 270, height: 94 });
  });

  test("is a piece with some room around, half the way to its neighbours and not beyond the page", () => {
    const near = { ...found, left: 206 };
    expect(aroundPieces([found], [found, near], { width: 400, height: 128 })).toEqual({
      left: 88,
      top: 91,
      width: 115,
      height: 37,
    });
  });
});

describe("the network sees", () => {
  test.each([
    ["a page as large as its pixels allow", 1273, 1800, 0.708],
    ["a receipt as large, whatever its length", 462, 2922, 0.923],
    ["a long strip as it is where it has few pixels", 3000, 60, 1],
    ["a small picture enlarged, up to the length of a page", 320, 200, 4],
    ["a flat one as well", 1000, 50, 1.28],
    ["what is very long small enough for memory", 2, 51_200, 0.1],
  ])("%s", (_, width, height, scale) => {
    expect(scaleSeen({ width, height })).toBeCloseTo(scale, 2);
    expect(scaleSeen({ width: height, height: width })).toBeCloseTo(scale, 2);
  });
});

describe("the strips in which a page is looked at", () => {
  test.each([
    ["an upright page", 896, 1280, 4],
    ["a page on its side", 1280, 896, 5],
    ["a small picture", 640, 320, 1],
    ["a narrow one", 32, 1280, 1],
    ["a receipt", 448, 2560, 4],
    ["a flat one", 1280, 32, 1],
  ])("of %s are as many as its pixels make, of one height, and show each row once", (_, width, height, count) => {
    const strips = stripsOf({ width, height });
    expect(strips).toHaveLength(count);
    expect(strips.map(({ keptTop }) => keptTop)).toEqual([
      0,
      ...strips.slice(0, -1).map(({ keptBottom }) => keptBottom),
    ]);
    expect(strips.at(-1)?.keptBottom).toBe(height);
    for (const { top, height: rows, keptTop, keptBottom } of strips) {
      expect(rows % 32).toBe(0);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top + rows).toBeLessThanOrEqual(height);
      expect(top === 0 ? keptTop === 0 : keptTop - top >= 48).toBe(true);
      expect(keptBottom === height || top + rows - keptBottom >= 48).toBe(true);
    }
  });
});
