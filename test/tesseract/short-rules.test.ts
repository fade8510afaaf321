import { describe, expect, test } from "bun:test";
import { removeRulingLines } from "../../src/tesseract/picture/ruling-lines.ts";
import { drawing, type Rectangle } from "../support/thai-page.ts";

const [width, height] = [1000, 1400];
const read = (...ink: readonly Rectangle[]) => {
  const { image, rules } = removeRulingLines(drawing(width, height, ink), 128);
  return { ...rules, inkLeft: image.data.filter((level) => level < 128).length };
};
const levels: readonly Rectangle[] = [100, 140, 180, 280].map((top) => [100, top, 600, 2]);
const upright: Rectangle = [300, 180, 2, 102];

describe("a run of ink that is too short for a ruling line", () => {
  test.each<[string, readonly Rectangle[], boolean]>([
    ["is one where it goes on with one from line to line", [...levels, upright, [300, 100, 2, 42]], true],
    ["up to 6 px beside it", [...levels, upright, [306, 100, 2, 42]], true],
    ["and not farther", [...levels, upright, [308, 100, 2, 42]], false],
    ["is none where it goes on with no other", [...levels, [300, 100, 2, 42]], false],
    ["is none where it ends before the lower line", [...levels, upright, [300, 100, 2, 33]], false],
    ["is none where it begins below the upper line", [...levels, upright, [300, 108, 2, 34]], false],
    ["is none where the lines across end before it", [...levels, [800, 180, 2, 102], [800, 100, 2, 42]], false],
    ["is none where it is a stroke as thick as one of a letter", [...levels, upright, [300, 100, 4, 42]], false],
  ])("%s", (_, ink, isRule) => {
    const uprights = ink.filter(([, , wide]) => wide < 10);
    const { vertical, inkLeft } = read(...ink);
    expect(vertical).toHaveLength(isRule ? uprights.length : uprights.length - 1);
    expect(inkLeft === 0).toBe(isRule);
  });

  test("is one of a level line too", () => {
    const turned = [...levels, upright, [300, 100, 2, 42] as const].map(
      ([x, y, wide, high]): Rectangle => [y, x, high, wide],
    );
    expect(read(...turned).horizontal).toEqual([
      { at: 300, from: 180, to: 282 },
      { at: 300, from: 100, to: 142 },
    ]);
  });
});
