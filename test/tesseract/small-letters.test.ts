import { describe, expect, test } from "bun:test";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { enlargeSmallLetters, letterHeightPx } from "../../src/tesseract/picture/small-letters.ts";
import { drawing, type Rectangle, thaiPage } from "../support/thai-page.ts";

const sizeOf = ({ width, height }: GreyImage) => [width, height];

/** Letters of this height. */
const letters = (height: number, count = 60): Rectangle[] =>
  Array.from({ length: count }, (_, at) => [10 + 20 * (at % 20), 10 + 40 * Math.floor(at / 20), 6, height]);

const lower = (rectangles: readonly Rectangle[], by: number) =>
  rectangles.map(([x, y, width, height]): Rectangle => [x, y + by, width, height]);

describe("the height of letters", () => {
  test.each<[string, readonly Rectangle[], number | undefined]>([
    ["of one height", letters(9), 9],
    ["beside dots", [...letters(9), ...letters(2).map(([x, y]): Rectangle => [x, y + 20, 2, 2])], 9],
    ["beside rules and a picture", [...letters(9), [10, 160, 380, 2], [10, 170, 300, 120]], 9],
    ["beside a few large ones", [...letters(9), [10, 170, 30, 40], [60, 170, 30, 40]], 9],
    ["that are hardly any", letters(9, 19), undefined],
    ["that are just enough", letters(9, 20), 9],
    [
      "of which most are low, with high ones between them",
      [...letters(9, 30), ...lower(letters(30, 40), 80), ...lower(letters(9, 30), 160)],
      9,
    ],
    ["of three pixels", letters(3), 3],
    ["of one pixel's width are none", letters(9).map(([x, y, , height]): Rectangle => [x, y, 1, height]), undefined],
    ["where there is no ink", [], undefined],
  ])("%s", (_, rectangles, height) => {
    expect(letterHeightPx(drawing(420, 300, rectangles), 128)).toBe(height);
  });

  test("within a frame", () => {
    const sides: Rectangle[] = [
      [0, 0, 70, 1],
      [0, 60, 70, 1],
      [0, 0, 1, 60],
      [69, 0, 1, 60],
    ];
    const frames = Array.from({ length: 18 }, (_, at): Rectangle[] =>
      sides.map(([x, y, width, height]) => [x + 75 * (at % 6), y + 64 * Math.floor(at / 6), width, height]),
    ).flat();
    expect(letterHeightPx(drawing(460, 200, [...frames, ...letters(9)]), 128)).toBeLessThan(20);
  });
});

describe("a page with small letters is enlarged", () => {
  test("twice", () => {
    const page = drawing(420, 300, letters(8));
    expect(sizeOf(enlargeSmallLetters(page, 128))).toEqual([840, 600]);
  });

  test("up to the pixels that there is memory for", () => {
    const page = drawing(2500, 2500, letters(5));
    const [width = 0, height = 0] = sizeOf(enlargeSmallLetters(page, 128));
    expect(width).toBeGreaterThan(2500);
    expect(width * height).toBeLessThan(8_010_000);
  });
});

test.each<[string, GreyImage]>([
  ["letters of a letter at 150 dpi", await thaiPage("<p>ผู้รับจ้างต้องส่งแบบก่อสร้างที่แก้ไขแล้วภายใน 7 วัน</p>")],
  ["letters that are large enough", drawing(420, 300, letters(9))],
  ["no letters", drawing(420, 300, [])],
  ["a page that is too large already", drawing(3200, 3200, letters(5))],
])("a page with %s is left as it is", (_, page) => expect(enlargeSmallLetters(page, 128)).toBe(page));
