import { describe, expect, test } from "bun:test";
import { piecesFor, seamZones } from "../../src/pdf/tiles/seam-zones.ts";

test.each([
  [1, 1],
  [100, 1],
  [101, 2],
  [180, 2],
  [181, 3],
  [260, 3],
  [261, 4],
])("a length of %p needs %p pieces of 100", (length, count) => {
  expect(piecesFor(length, 100)).toBe(count);
});

describe("the zones of cuts", () => {
  test.each<[string, number, number, number, Array<[number, number]>]>([
    ["are none in what one piece holds", 0, 100, 100, []],
    ["are as wide as the pieces overlap", 1_000, 1_180, 100, [[1_080, 1_120]]],
    ["leave the title block whole", 0, 101, 100, [[1, 44]]],
    // prettier-ignore
    [
      "do not reach into the next",
      0,
      2_000,
      500,
      [
        [375, 500],
        [750, 875],
        [1_125, 1_250],
        [1_500, 1_625],
      ],
    ],
    [
      "do not reach into the next where pieces overlap by more than half",
      0,
      181,
      100,
      [
        [51, 89],
        [92, 132],
      ],
    ],
    [
      "are never narrower than a cut needs, where the title block leaves less",
      0,
      260,
      100,
      [
        [80, 100],
        [160, 200],
      ],
    ],
  ])("%s", (_, from, to, piece, expected) => {
    expect(seamZones({ from, to }, piece).map((zone) => [zone.from, zone.to])).toEqual(expected);
  });

  test("leave no piece longer than a piece may be, wherever in them the cuts lie", () => {
    for (let length = 501; length < 4_000; length += 7) {
      const zones = seamZones({ from: 0, to: length }, 500);
      const starts = [0, ...zones.map(({ from }) => from)];
      const ends = [...zones.map(({ to }) => to), length];
      for (const [index, start] of starts.entries()) expect((ends[index] ?? 0) - start).toBeLessThanOrEqual(500);
    }
  });
});
