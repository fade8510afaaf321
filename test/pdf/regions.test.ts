import { describe, expect, test } from "bun:test";
import { type Box, createCoverage } from "../../src/pdf/geometry/coverage.ts";
import { createRegions } from "../../src/pdf/geometry/regions.ts";

const page: Box = [0, 0, 600, 800];
const regionsOf = (boxes: readonly Box[]): Box[] => {
  const regions = createRegions(page);
  for (const box of boxes) regions.add(box);
  return regions.boxes();
};

describe("the regions of a page", () => {
  test.each<[string, Box[], Box[]]>([
    ["none where nothing stands", [], []],
    ["no more than the page", [[-50, 700, 100, 900]], [[0, 700, 100, 800]]],
    ["without what lies outside", [[700, 0, 800, 100]], []],
    [
      "apart where a logo and a stamp stand apart",
      [
        [20, 20, 120, 60],
        [400, 700, 500, 780],
      ],
      [
        [20, 20, 120, 60],
        [400, 700, 500, 780],
      ],
    ],
    [
      "one where strips follow each other, whatever their order",
      [
        [0, 0, 600, 100],
        [0, 200, 600, 300],
        [0, 100, 600, 200],
      ],
      [[0, 0, 600, 300]],
    ],
    [
      "one around all where they would be many",
      Array.from({ length: 7 }, (_, at): Box => [10, at * 100, 20, at * 100 + 10]),
      [[10, 0, 20, 610]],
    ],
  ])("are %s", (_what, boxes, expected) => {
    expect(regionsOf(boxes)).toEqual(expected);
  });
});

test("a picture covers what it shows of a page, wherever the page begins", () => {
  for (const [left, top] of [
    [0, 0],
    [100, 200],
  ] as const) {
    const area: Box = [left, top, left + 200, top + 400];
    const coverage = createCoverage(area);
    coverage.addImage([200, 0, 0, 200, left, top + 200], area);
    expect(coverage.share()).toBe(0.5);
  }
});
