import { describe, expect, test } from "bun:test";
import {
  type CellGrid,
  largestAround,
  levelsOfCells,
  meanAround,
  quantileOf,
  withGrid,
} from "../../src/tesseract/picture/cell-grid.ts";
import { cellLevels } from "../../src/tesseract/picture/cell-levels.ts";
import { painted, shaded } from "../support/painted.ts";

const grid = (columns: number, ...values: readonly number[]): CellGrid => ({
  columns,
  rows: values.length / columns,
  values: Float32Array.from(values),
});

describe("the levels of cells", () => {
  test("are those of each cell alone, also of the cut ones at the edges", () => {
    const image = painted(20, 17, 10, [
      [16, 0, 4, 16, 20],
      [0, 16, 16, 1, 30],
      [16, 16, 4, 1, 40],
    ]);
    expect(levelsOfCells(image, 0.5)).toEqual(grid(2, 10, 20, 30, 40));
  });

  // A cell has 256 pixels, an eighth of them are 32.
  test.each([
    [32, 200, 200],
    [31, 200, 100],
    [32, 255, 255],
    [31, 255, 100],
  ])("are what such a share of the pixels has or exceeds: %p pixels of %p", (count, level, expected) => {
    const image = shaded(16, 16, (x, y) => (16 * y + x < count ? level : 100));
    expect([...levelsOfCells(image, 1 / 8).values]).toEqual([expected]);
  });

  test("of all of the pixels is the darkest", () => {
    expect([...levelsOfCells(painted(16, 16, 100, [[3, 3, 1, 1, 0]]), 1).values]).toEqual([0]);
  });
});

describe("the levels of squares of any side", () => {
  test.each<[string, number, { columns: number; rows: number }, number, number[]]>([
    ["the lightest of each", 2, { columns: 2, rows: 2 }, 1, [20, 40, 60, 80]],
    [
      "the third of each, and of fewer at the edges the darkest",
      2,
      { columns: 3, rows: 3 },
      3,
      [10, 30, 0, 50, 70, 0, 0, 0, 0],
    ],
    ["only of those that are asked for", 4, { columns: 1, rows: 1 }, 8, [50]],
  ])("are %s", (_, side, size, count, expected) => {
    // Squares of 2 pixels: two of one level and two that are 10 levels lighter.
    const image = shaded(5, 5, (x, y) => (x > 3 || y > 3 ? 0 : 40 * (y >> 1) + 20 * (x >> 1) + 10 + 10 * (y % 2)));
    const most = (pixels: number) => Math.min(pixels, count);
    expect([...cellLevels(image, side, size, most)]).toEqual(expected);
  });
});

describe("what stands around a cell", () => {
  test.each<[string, CellGrid, number, CellGrid]>([
    ["in reach", grid(4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9), 1, grid(4, 0, 0, 0, 0, 0, 0, 9, 9, 0, 0, 9, 9)],
    ["in a longer reach", grid(4, 9, 0, 0, 0, 0, 0, 0, 0), 2, grid(4, 9, 9, 9, 0, 9, 9, 9, 0)],
    [
      "and not in the next row beyond the edge",
      grid(3, 0, 0, 9, 0, 0, 0, 0, 0, 0),
      1,
      grid(3, 0, 9, 9, 0, 9, 9, 0, 0, 0),
    ],
    [
      "and not in the row before beyond the edge",
      grid(3, 0, 0, 0, 0, 0, 0, 9, 0, 0),
      1,
      grid(3, 0, 0, 0, 9, 9, 0, 9, 9, 0),
    ],
  ])("has the largest value %s", (_, given, reach, expected) => {
    expect(largestAround(given, reach)).toEqual(expected);
  });

  test.each<[string, CellGrid, CellGrid]>([
    ["in its row", grid(3, 0, 3, 6), grid(3, 1.5, 3, 4.5)],
    ["in its column", grid(1, 0, 3, 6), grid(1, 1.5, 3, 4.5)],
    [
      "in its row and in its column, once each",
      grid(3, 0, 0, 0, 0, 36, 0, 0, 0, 0),
      grid(3, 9, 6, 9, 6, 4, 6, 9, 6, 9),
    ],
  ])("has the mean of what there is %s", (_, given, expected) => {
    expect(meanAround(given, 1)).toEqual(expected);
  });
});

test.each([
  [0, 1],
  [0.5, 3],
  [0.98, 4],
  [1, 9],
])("below or at the quantile lies such a share of the cells: %p", (share, value) => {
  expect(quantileOf(grid(5, 4, 9, 1, 3, 2), share)).toBe(value);
});

describe("the value of a grid at a pixel", () => {
  const valueAt = (_: number, value: number) => value;

  test.each<[string, CellGrid, number, number]>([
    ["from left to right", grid(3, 0, 64, 128), 48, 16],
    ["from top to bottom", grid(1, 0, 64, 128), 16, 48],
  ])("changes evenly between the middles of cells, and not beyond the outermost: %s", (_, given, width, height) => {
    const { data } = withGrid(painted(width, height, 0), given, valueAt);
    const along = (at: number) => (width > height ? data[5 * width + at] : data[at * width + 5]);
    expect([0, 7, 8, 23, 24, 39, 40, 47].map(along)).toEqual([0, 0, 2, 62, 66, 126, 128, 128]);
  });

  test("is that of all four cells around", () => {
    const { data } = withGrid(painted(32, 32, 0), grid(2, 0, 40, 80, 200), valueAt);
    expect([data[0], data[31], data[31 * 32], data[31 * 32 + 31]]).toEqual([0, 40, 80, 200]);
    expect(data[15 * 32 + 15]).toBeWithin(72, 81);
  });

  test("is told with the level there", () => {
    const image = painted(32, 16, 200, [[0, 0, 16, 16, 100]]);
    const turned = withGrid(image, grid(2, 1, 1), (level, value) => level + value);
    expect(turned).toEqual(painted(32, 16, 201, [[0, 0, 16, 16, 101]]));
  });
});
