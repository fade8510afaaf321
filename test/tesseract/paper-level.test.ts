import { describe, expect, test } from "bun:test";
import { darkThreshold } from "../../src/tesseract/picture/dark-threshold.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { levelPaper } from "../../src/tesseract/picture/paper-level.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

const [width, height] = [400, 300];
const words: Rectangle[] = [40, 100, 160, 220].flatMap((top) =>
  Array.from({ length: 22 }, (_, index): Rectangle => [20 + 16 * index, top, 7, 12]),
);
const page = drawing(width, height, words);

/** The page as a lamp at its left lights it: from all of the light to a quarter of it. */
const lit = (image: GreyImage): GreyImage => ({
  ...image,
  data: image.data.map((level, at) => (40 + (level * 215) / 255) * (1 - (0.75 * (at % width)) / width)),
});

const ink = (image: GreyImage, threshold: number) => image.data.map((level) => (level < threshold ? 1 : 0));

describe("the level of the paper", () => {
  test("is divided out, so that one threshold parts ink from paper on a page that is unevenly lit", () => {
    const photograph = lit(page);
    const wanted = ink(page, 128);
    expect(ink(photograph, darkThreshold(photograph))).not.toEqual(wanted);
    const even = levelPaper(photograph);
    expect(ink(even, darkThreshold(even))).toEqual(wanted);
  });

  test.each<[string, GreyImage]>([
    ["white paper", page],
    ["grey paper", { ...page, data: page.data.map((level) => level / 2 + 60) }],
    ["a page without paper", drawing(width, height, [[0, 0, width, height]])],
    ["a page smaller than a cell", drawing(5, 5, [[1, 1, 2, 2]])],
  ])("of %s is even, and its picture the same", (_, image) => expect(levelPaper(image)).toBe(image));

  test("is not taken from a picture on the page, which stays dark", () => {
    const withPicture = drawing(width, height, [...words, [150, 60, 90, 90]]);
    const even = levelPaper(lit(withPicture));
    expect(even.data[105 * width + 195]).toBeLessThan(128);
  });

  test("is white, and what is lighter is no darker", () => {
    const photograph = lit(page);
    photograph.data[90 * width + 380] = 255;
    const even = levelPaper(photograph);
    expect(even.data[90 * width + 380]).toBe(255);
  });

  test("is not looked for where no light falls, which stays dark", () => {
    const { data } = lit(page);
    const unlit = { ...page, data: data.map((level, at) => (at % width < 200 ? level : 10)) };
    expect(levelPaper(unlit).data[150 * width + 390]).toBeLessThan(60);
  });
});
