import { describe, expect, test } from "bun:test";
import { darkThreshold, whitenPaper } from "../../src/tesseract/picture/dark-threshold.ts";
import { histogramOf, quantile } from "../../src/tesseract/picture/histogram.ts";
import { painted, shaded } from "../support/painted.ts";

/** Paper that is a little uneven, with so many pixels of one level of 10,000. */
const uneven = (count: number, level: number) =>
  shaded(100, 100, (x, y) => (100 * y + x < count ? level : x % 5 < 2 ? 185 : 200));

describe("the threshold between ink and paper", () => {
  test.each([
    ["lies above ink that is 50 levels darker", painted(10, 10, 150, [[0, 0, 3, 3, 100]]), 101],
    ["is none where it is less", painted(10, 10, 149, [[0, 0, 3, 3, 100]]), 0],
    ["lies in the middle where little ink is 100 levels darker than uneven paper", uneven(15, 100), 150],
    ["is none where little ink is less dark", uneven(15, 101), 0],
    ["is none where less than a thousandth is dark", uneven(9, 20), 0],
    ["is none on white", painted(10, 10, 255), 0],
    ["is none on black", painted(10, 10, 0), 0],
  ])("%s", (_, image, threshold) => {
    expect(darkThreshold(image)).toBe(threshold);
  });
});

test("what is as near to the paper as to the threshold, and nearer, becomes white, and the rest stays", () => {
  const image = painted(10, 10, 200, [
    [0, 0, 1, 1, 150],
    [1, 0, 1, 1, 149],
    [2, 0, 1, 1, 0],
  ]);
  expect(whitenPaper(image, 100)).toEqual(
    painted(10, 10, 255, [
      [1, 0, 1, 1, 149],
      [2, 0, 1, 1, 0],
    ]),
  );
});

test.each([
  [0, 0],
  [3, 7],
  [4, 9],
  [6, 255],
])("the level below or at which %p pixels lie", (pixels, level) => {
  expect(quantile(histogramOf(Uint8Array.from([9, 7, 255, 7, 7, 255])), pixels)).toBe(level);
});
