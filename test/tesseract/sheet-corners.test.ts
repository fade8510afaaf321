import { describe, expect, test } from "bun:test";
import { edgedShareOutside, fills, isSheet } from "../../src/tesseract/picture/judge-corners.ts";
import type { Corners, Point } from "../../src/tesseract/picture/perspective.ts";
import { cornersOfSheet } from "../../src/tesseract/picture/sheet-corners.ts";

const [width, height] = [120, 90];
const at = (x: number, y: number): Point => ({ x, y });
const corners = (topLeft: Point, topRight: Point, bottomRight: Point, bottomLeft: Point): Corners => ({
  topLeft,
  topRight,
  bottomRight,
  bottomLeft,
});
const upright = corners(at(20, 10), at(100, 10), at(100, 80), at(20, 80));
const askew = corners(at(24, 12), at(98, 8), at(106, 78), at(16, 82));

/** 1 for the cells whose middle lies within the corners. */
function cellsOf({ topLeft, topRight, bottomRight, bottomLeft }: Corners): Uint8Array {
  const around = [topLeft, topRight, bottomRight, bottomLeft];
  const isInside = (x: number, y: number) =>
    around.every((from, index) => {
      const to = around[(index + 1) % 4] ?? from;
      return (to.x - from.x) * (y - from.y) >= (to.y - from.y) * (x - from.x);
    });
  return Uint8Array.from({ length: width * height }, (_, cell) =>
    isInside((cell % width) + 0.5, Math.floor(cell / width) + 0.5) ? 1 : 0,
  );
}

const painted = (cells: Uint8Array, left: number, top: number, right: number, bottom: number, value: number) =>
  cells.map((old, cell) => {
    const [x, y] = [cell % width, Math.floor(cell / width)];
    return x >= left && x < right && y >= top && y < bottom ? value : old;
  });

describe("the corners of a sheet", () => {
  test.each([
    ["upright", upright],
    ["askew", askew],
    ["askew the other way", corners(at(14, 8), at(104, 14), at(96, 84), at(22, 76))],
    ["at the edge of the picture for a part of a side", corners(at(0, 10), at(100, 14), at(96, 82), at(16, 78))],
  ])("are where its sides meet: %s", (_, expected) => {
    const found = cornersOfSheet(cellsOf(expected), { width, height });
    for (const name of ["topLeft", "topRight", "bottomRight", "bottomLeft"] as const) {
      expect(
        Math.hypot((found?.[name].x ?? 0) - expected[name].x, (found?.[name].y ?? 0) - expected[name].y),
      ).toBeLessThan(1);
    }
  });

  test.each([
    ["of nothing", new Uint8Array(width * height)],
    [
      "of what goes on beyond the left of the picture",
      cellsOf(corners(at(0, 10), at(100, 10), at(100, 80), at(0, 80))),
    ],
    ["of what goes on beyond its right", cellsOf(corners(at(20, 10), at(120, 10), at(120, 80), at(20, 80)))],
    ["of what goes on beyond its top", cellsOf(corners(at(20, 0), at(100, 0), at(100, 80), at(20, 80)))],
    ["of what goes on beyond its bottom", cellsOf(corners(at(20, 10), at(100, 10), at(100, 90), at(20, 90)))],
    ["of a sheet with a bent left side", painted(cellsOf(upright), 20, 30, 30, 60, 0)],
    ["of a sheet with a bent right side", painted(cellsOf(upright), 90, 30, 100, 60, 0)],
    ["of a sheet with a bent upper side", painted(cellsOf(upright), 40, 10, 75, 20, 0)],
    ["of a sheet with a bent lower side", painted(cellsOf(upright), 40, 70, 75, 80, 0)],
    ["of a speck", cellsOf(corners(at(20, 10), at(25, 10), at(25, 15), at(20, 15)))],
  ])("are not told %s", (_, cells) => {
    expect(cornersOfSheet(cells, { width, height })).toBeUndefined();
  });
});

describe("four corners", () => {
  test.each<[string, Corners, boolean]>([
    ["of an upright sheet are one", upright, true],
    ["of one seen askew are one", askew, true],
    [
      "of which one side is far shorter than the other are none",
      corners(at(45, 10), at(75, 10), at(100, 80), at(20, 80)),
      false,
    ],
    ["of a lozenge are none", corners(at(10, 10), at(70, 10), at(110, 50), at(50, 50)), false],
    [
      "of which the lower side is 1.6 times the upper one are one",
      corners(at(35, 10), at(85, 10), at(100, 80), at(20, 80)),
      true,
    ],
    ["of which it is longer are none", corners(at(35.1, 10), at(84.9, 10), at(100, 80), at(20, 80)), false],
    [
      "of which the upper side is that much longer are none",
      corners(at(20, 10), at(100, 10), at(84.9, 80), at(35.1, 80)),
      false,
    ],
    [
      "of which the right side is 1.6 times the left one are one",
      corners(at(20, 25), at(90, 10), at(90, 90), at(20, 75)),
      true,
    ],
    ["of which it is longer than that are none", corners(at(20, 25.1), at(90, 10), at(90, 90), at(20, 74.9)), false],
    [
      "of which the left side is that much longer are none",
      corners(at(20, 10), at(90, 25.1), at(90, 74.9), at(20, 90)),
      false,
    ],
    ["of 61 and 119 degrees are one", corners(at(0, 0), at(80, 0), at(109, 52), at(29, 52)), true],
    ["of 59 and 121 degrees are none", corners(at(0, 0), at(80, 0), at(111, 52), at(31, 52)), false],
    [
      "of which one has 125 degrees and none as few as 60 are none",
      corners(at(0, 0), at(80, 0), at(74.8, 59.8), at(-34.4, 49.1)),
      false,
    ],
  ])("%s", (_, given, expected) => {
    expect(isSheet(given)).toBe(expected);
  });

  test.each<[string, Uint8Array, boolean]>([
    ["are filled by their sheet", cellsOf(upright), true],
    ["are not filled where a tenth is missing", painted(cellsOf(upright), 20, 10, 28, 80, 0), false],
    ["are not those of a sheet that goes on outside of them", painted(cellsOf(upright), 100, 10, 104, 80, 1), false],
  ])("%s", (_, cells, expected) => {
    expect(fills(cells, width, upright)).toBe(expected);
  });
});

test("what lies beside a sheet is told by its edges, not what lies on it or close to it", () => {
  const cells = { width, height, data: new Uint8Array(width * height) };
  const edgedAt = (left: number, top: number, right: number, bottom: number) => {
    const marked = painted(new Uint8Array(width * height), left, top, right, bottom, 1);
    // Two by two pixels a cell, one of them dark where something is printed.
    const data = Uint8Array.from({ length: 4 * width * height }, (_, pixel) => {
      const [x, y] = [pixel % (2 * width), Math.floor(pixel / (2 * width))];
      const isMarked = marked[Math.floor(y / 2) * width + Math.floor(x / 2)] === 1;
      return isMarked && x % 2 === 0 ? 0 : 200;
    });
    return edgedShareOutside({ width: 2 * width, height: 2 * height, data }, 2, cells, upright);
  };
  expect(edgedAt(30, 20, 90, 70)).toBe(0);
  expect(edgedAt(100, 10, 103, 80)).toBe(0);
  expect(edgedAt(110, 0, 120, 90)).toBeWithin(0.1, 0.3);
});

test.each([
  [48, 0],
  [49, 1],
])("an edge beside a sheet is more than 48 levels high: %p", (step, share) => {
  const cells = { width, height, data: new Uint8Array(width * height) };
  const data = Uint8Array.from({ length: 4 * width * height }, (_, pixel) => 100 + (pixel % 2) * step);
  expect(edgedShareOutside({ width: 2 * width, height: 2 * height, data }, 2, cells, upright)).toBe(share);
  const everywhere = corners(at(-20, -20), at(140, -20), at(140, 110), at(-20, 110));
  expect(edgedShareOutside({ width: 2 * width, height: 2 * height, data }, 2, cells, everywhere)).toBe(0);
});
