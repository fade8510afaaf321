import { describe, expect, test } from "bun:test";
import { calmGrounds } from "../../src/tesseract/picture/calm-grounds.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { noisyCells } from "../../src/tesseract/picture/noisy-cells.ts";
import { withoutNoise } from "../../src/tesseract/picture/non-local-means.ts";
import { noisy, type Patch, painted } from "../support/painted.ts";

const [width, height] = [400, 240];
const word = (left: number, top: number, level: number): Patch[] =>
  [0, 8, 16, 24, 32].map((step) => [left + step, top, 4, 18, level]);
const bar = (level: number): Patch => [32, 80, 320, 64, level];
/** What a fax machine makes of a page: black and white, by a threshold to which noise was added. */
const faxed = (sheet: GreyImage): GreyImage => {
  const { data, ...size } = noisy(sheet, 128);
  return { ...size, data: data.map((level) => (level < 128 ? 0 : 255)) };
};
const levelsIn = ({ data }: GreyImage, left: number, top: number, wide: number, high: number) =>
  Array.from(
    { length: wide * high },
    (_, at) => data[(top + Math.floor(at / wide)) * width + left + (at % wide)] ?? -1,
  );
const mean = (levels: readonly number[]) => levels.reduce((sum, level) => sum + level, 0) / levels.length;

describe("a ground of black and white pixels", () => {
  test.each([
    ["dark", 70, 255],
    ["mid grey", 130, 255],
    ["light, with dark print", 190, 0],
  ])("that is %s has a level again, and the print on it edges", (_, ground, print) => {
    const calm = calmGrounds(faxed(painted(width, height, 255, [bar(ground), ...word(60, 100, print)])));
    const levels = levelsIn(calm, 160, 90, 180, 44);
    expect(Math.abs(mean(levels) - ground)).toBeLessThan(12);
    expect(levels.filter((level) => Math.abs(level - ground) > 48).length).toBeLessThan(0.03 * levels.length);
    expect(Math.abs(mean(levelsIn(calm, 61, 106, 2, 8)) - print)).toBeLessThan(48);
  });

  test("is calmed where print stands in its whole height, and what lies farther away stays as it was", () => {
    const sheet = faxed(
      painted(width, height, 255, [[32, 80, 320, 34, 130], ...word(34, 88, 255), ...word(60, 200, 0)]),
    );
    const calm = calmGrounds(sheet);
    const gap = levelsIn(calm, 38, 86, 4, 24);
    expect(gap.filter((level) => level < 30 || level > 230)).toEqual([]);
    expect(levelsIn(calm, 0, 160, width, 80)).toEqual(levelsIn(sheet, 0, 160, width, 80));
  });
});

describe("a sheet is left as it is", () => {
  const stripes = Array.from({ length: 20 }, (_, at): Patch => [32, 80 + 4 * at, 320, 2, 0]);
  const letters = Array.from({ length: 8 }, (_, at) => word(40 + 40 * at, 100, 0)).flat();
  test.each<[string, GreyImage]>([
    ["with a plain ground", painted(width, height, 255, [bar(130), ...word(60, 100, 255)])],
    ["with a ground that is hardly noisy", noisy(painted(width, height, 255, [bar(130)]), 24)],
    ["with noise on paper", noisy(painted(width, height, 235), 60)],
    ["with rules side by side", painted(width, height, 255, stripes)],
    ["with dense print", painted(width, height, 255, letters)],
    ["with noise that has no room for a word", faxed(painted(width, height, 255, [[64, 80, 40, 64, 130]]))],
  ])("%s", (_, sheet) => {
    expect(calmGrounds(sheet) === sheet).toBe(true);
  });

  test("where more than a half of a page is noise", () => {
    const sheet = noisy(painted(1280, 1120, 100, [[0, 0, 1280, 160, 255]]), 60);
    expect(noisyCells(sheet).noise).toBeGreaterThan(16);
    expect(calmGrounds(sheet) === sheet).toBe(true);
  });
});

test("the noise of a ground is the deviation of its pixels", () => {
  // Evenly up to 60 levels to either side: 60 / √3.
  expect(noisyCells(noisy(painted(width, height, 255, [bar(130)]), 60)).noise).toBeCloseTo(34.6, -1);
});

test("noise is taken from both sides of an edge, and the edge stays", () => {
  const edge = painted(60, 40, 200, [[30, 0, 30, 40, 60]]);
  const { data } = withoutNoise(noisy(edge, 20), 20);
  const row = data.subarray(20 * 60, 21 * 60);
  for (let x = 3; x < 57; x++) expect(Math.abs((row[x] ?? 0) - (x < 30 ? 200 : 60))).toBeLessThan(14);
});
