import { describe, expect, test } from "bun:test";
import { createClipStack } from "../../src/pdf/geometry/clip-stack.ts";
import { type AffineMap, type Box, createCoverage, intersection } from "../../src/pdf/geometry/coverage.ts";
import { createRegions } from "../../src/pdf/geometry/regions.ts";
import { createSeenCharacters, standsOut } from "../../src/pdf/geometry/seen-characters.ts";

describe("the share of a page that pictures cover", () => {
  const page: Box = [0, 0, 64, 64];
  const everywhere: Box = [-300, -300, 300, 300];
  test.each<[string, Box, AffineMap, Box, number]>([
    ["is all of it", page, [64, 0, 0, 64, 0, 0], page, 1],
    [
      "is counted from the corner of the page",
      [100, 200, 164, 264],
      [32, 0, 0, 32, 100, 200],
      [100, 200, 164, 264],
      0.25,
    ],
    ["is half of it where a picture stands on its corner", page, [32, 32, -32, 32, 32, 0], everywhere, 0.5],
    ["ends at its right edge", page, [200, 0, 0, 64, 32, 0], everywhere, 0.5],
    ["ends at its left edge", page, [232, 0, 0, 64, -200, 0], everywhere, 0.5],
    ["ends at its lower edge", page, [64, 0, 0, 200, 0, 32], everywhere, 0.5],
    ["ends at the clip", page, [64, 0, 0, 64, 0, 0], [0, 0, 16, 64], 0.25],
  ])("%s", (_, on, map, clip, share) => {
    const coverage = createCoverage(on);
    coverage.addImage(map, clip);
    expect(coverage.share()).toBeCloseTo(share, 1);
  });

  test("is none where boxes touch only", () => {
    expect(intersection([0, 0, 1, 1], [1, 0, 2, 1])).toBeUndefined();
    expect(intersection([0, 0, 1, 1], [0, 1, 1, 2])).toBeUndefined();
  });
});

describe("regions", () => {
  test.each([
    [23.9, 1],
    [24, 2],
  ])("%d points apart are %d", (gap, count) => {
    const regions = createRegions([0, 0, 1000, 1000]);
    regions.add([0, 0, 10, 10]);
    regions.add([10 + gap, 0, 20 + gap, 10]);
    expect(regions.boxes()).toHaveLength(count);
  });

  test("are not those of a caller that changes its list", () => {
    const regions = createRegions([0, 0, 1000, 1000]);
    regions.add([0, 0, 10, 10]);
    regions.boxes().pop();
    expect(regions.boxes()).toHaveLength(1);
  });
});

describe("what is drawn is seen", () => {
  test("on the very edge of the page, but not where it lets everything through", () => {
    const clips = createClipStack([0, 0, 100, 100]);
    expect(clips.shows([100, 10, 100, 50], 1)).toBe(true);
    expect(clips.shows([0, 10, 0, 50], 1)).toBe(true);
    expect(clips.shows([10, 10, 50, 50], 0)).toBe(false);
  });

  test("no longer in a mask, however many have ended before", () => {
    const clips = createClipStack([0, 0, 100, 100]);
    clips.endMask();
    clips.beginMask();
    expect(clips.current()).toBeUndefined();
  });
});

describe("a character is seen", () => {
  /** Ten pixels by ten, one of which is so much lighter with the text than without it. */
  function hiddenOf(x: number, y: number, difference: number, box: Box, heightPt = 10): number {
    const [shown, without] = [new Uint8Array(300), new Uint8Array(300)];
    shown[y * 30 + x * 3 + 2] = difference;
    const seen = createSeenCharacters({ shown, without, widthPx: 10, heightPx: 10, strideBytes: 30 });
    seen.add(box, heightPt);
    return seen.hidden();
  }
  const box: Box = [5, 5, 6, 6];

  test.each<[string, number, number]>([
    ["by ten levels", hiddenOf(5, 5, 10, box), 0],
    ["not by nine", hiddenOf(5, 5, 9, box), 1],
    ["a pixel to its left", hiddenOf(4, 5, 10, box), 0],
    ["a pixel to its right", hiddenOf(6, 5, 10, box), 0],
    ["a pixel above it", hiddenOf(5, 4, 10, box), 0],
    ["a pixel below it", hiddenOf(5, 6, 10, box), 0],
    ["not two to its left", hiddenOf(3, 5, 10, box), 1],
    ["not two to its right", hiddenOf(7, 5, 10, box), 1],
    ["not two above it", hiddenOf(5, 3, 10, box), 1],
    ["not two below it", hiddenOf(5, 7, 10, box), 1],
    ["in lines of 1.6 points", hiddenOf(5, 5, 10, box, 1.6), 0],
    ["not in smaller ones", hiddenOf(5, 5, 10, box, 1.5), 1],
    ["or has no width, and is not looked for", hiddenOf(0, 0, 0, [5, 5, 5, 6]), 0],
    ["or has no height, and is not looked for", hiddenOf(0, 0, 0, [5, 5, 6, 5]), 0],
  ])("%s", (_, hidden, expected) => {
    expect(hidden).toBe(expected);
  });

  test.each<[string, number, [number, number, number], boolean]>([
    ["eighty levels from its ground", 80, [0, 0, 0], true],
    ["not less", 79, [0, 0, 0], false],
    ["in its red alone", 0, [1, 0, 0], true],
    ["in its green alone", 0, [0, 1, 0], true],
    ["in its blue alone", 0, [0, 0, 1], true],
  ])("surely where its colour is %s", (_, level, colour, stands) => {
    const picture = { levels: new Uint8Array(300).fill(level), widthPx: 10, heightPx: 10, strideBytes: 30 };
    expect(standsOut(picture, [2, 2, 4, 4], colour)).toBe(stands);
  });
});
