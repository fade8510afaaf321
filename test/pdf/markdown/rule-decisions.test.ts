import { describe, expect, test } from "bun:test";
import { fragmentsOf } from "../../../src/pdf/markdown/fragment.ts";
import { gridOf } from "../../../src/pdf/markdown/grid.ts";
import type { DrawnShape } from "../../../src/pdf/markdown/page-structure.ts";
import { findRuledTables } from "../../../src/pdf/markdown/ruled-tables.ts";
import { coverage, groundEdges, type Rule, rulesOf } from "../../../src/pdf/markdown/rules.ts";
import { pageOf, rule, type TestLine } from "../../support/page-structure.ts";

const filled = (left: number, top: number, right: number, bottom: number): DrawnShape => ({
  ...rule(left, top, right, bottom),
  stroked: false,
});
const at = (place: number, from: number, to: number): Rule => ({ at: place, from, to });

describe("a rule is", () => {
  test.each<[string, DrawnShape[], { horizontal: number[][]; vertical: number[][] }]>([
    ["3.5 points thick", [filled(50, 100, 150, 103.5)], { horizontal: [[50, 150]], vertical: [] }],
    ["no thicker", [filled(50, 100, 150, 103.6)], { horizontal: [], vertical: [] }],
    ["upright as well", [filled(50, 100, 53.5, 200)], { horizontal: [], vertical: [[100, 200]] }],
    ["six points long", [filled(50, 100, 56, 100)], { horizontal: [[50, 56]], vertical: [] }],
    ["no shorter", [filled(50, 100, 55.9, 100)], { horizontal: [], vertical: [] }],
    [
      "put together where 2.5 points are missing",
      [filled(50, 100, 100, 100), filled(102.5, 100, 150, 100)],
      { horizontal: [[50, 150]], vertical: [] },
    ],
    [
      "not put together where more are",
      [filled(50, 100, 100, 100), filled(103, 100, 150, 100)],
      {
        horizontal: [
          [50, 100],
          [103, 150],
        ],
        vertical: [],
      },
    ],
    [
      "put together 2.5 points above another",
      [filled(50, 100, 150, 100), filled(90, 102.5, 200, 102.5)],
      { horizontal: [[50, 200]], vertical: [] },
    ],
    [
      "not put together further above",
      [filled(50, 100, 150, 100), filled(90, 103, 200, 103)],
      {
        horizontal: [
          [50, 150],
          [90, 200],
        ],
        vertical: [],
      },
    ],
    [
      "as long as its longest piece",
      [filled(50, 100, 150, 100), filled(60, 100, 90, 100)],
      { horizontal: [[50, 150]], vertical: [] },
    ],
    [
      "as long as all of its pieces, in whatever order",
      [filled(100, 100, 150, 100), filled(50, 101, 98, 101)],
      { horizontal: [[50, 150]], vertical: [] },
    ],
    [
      "drawn in dots one below the other",
      [0, 1, 2].map((dot) => filled(50, 100 + 5 * dot, 50.5, 103 + 5 * dot)),
      { horizontal: [], vertical: [[100, 113]] },
    ],
    [
      "each edge of a frame",
      [rule(50, 100, 150, 200)],
      {
        horizontal: [
          [50, 150],
          [50, 150],
        ],
        vertical: [
          [100, 200],
          [100, 200],
        ],
      },
    ],
    ["no edge of a ground", [filled(50, 100, 150, 200)], { horizontal: [], vertical: [] }],
    ["no curve", [{ ...rule(50, 100, 150, 101), rectangular: false }], { horizontal: [], vertical: [] }],
  ])("%s", (_, shapes, expected) => {
    const { horizontal, vertical } = rulesOf(shapes);
    const ends = (rules: readonly Rule[]) => rules.map(({ from, to }) => [from, to]);
    expect({ horizontal: ends(horizontal), vertical: ends(vertical) }).toEqual(expected);
  });

  test("covered to the share that rules have of it, those beside it for nothing", () => {
    expect(coverage([at(0, 0, 10), at(0, 90, 120)], 0, 100)).toBe(0.2);
    expect(coverage([at(0, 0, 10), at(0, 20, 25)], 20, 30)).toBe(0.5);
  });
});

describe("grounds behind every second row", () => {
  const two = (height: number, width = 100) => [100, 300].map((top) => filled(50, top, 50 + width, top + height));
  test.each<[string, DrawnShape[], number]>([
    ["have two edges each", two(20), 4],
    ["are eight points high", two(8), 4],
    ["are no lower", two(7.9), 0],
    ["are sixty points high", two(60), 4],
    ["are no higher", two(60.1), 0],
    ["are as wide as a table", two(20, 60), 4],
    ["are no narrower", two(20, 59), 0],
    ["are several of one width", [filled(50, 100, 150, 120), filled(50, 140, 160, 160)], 0],
    ["are not drawn as frames", [rule(50, 100, 150, 120), rule(50, 140, 150, 160)], 0],
  ])("%s", (_, shapes, edges) => {
    expect(groundEdges(shapes)).toHaveLength(edges);
  });
});

describe("a grid", () => {
  const across = [at(0, 0, 200), at(100, 0, 200)];
  const sides = [at(0, 0, 100), at(200, 0, 100)];
  const cellsOf = (middle: Rule) => gridOf({ horizontal: across, vertical: [...sides, middle] }, 100)?.cells;
  test("has a rule between cells where it covers half of their side", () => {
    expect(cellsOf(at(100, 0, 51))).toEqual([[0, 1]]);
    expect(cellsOf(at(100, 0, 49))).toEqual([[0, 0]]);
  });

  test("takes double rules for one", () => {
    const grid = gridOf({ horizontal: across, vertical: [...sides, at(4, 0, 100), at(100, 0, 100)] }, 100);
    expect(grid?.xs).toEqual([0, 100, 200]);
  });

  test("has two columns at least, and no more places than wanted", () => {
    expect(gridOf({ horizontal: across, vertical: sides }, 100)).toBeUndefined();
    expect(gridOf({ horizontal: across, vertical: [...sides, at(100, 0, 100)] }, 2)).toBeDefined();
    expect(gridOf({ horizontal: across, vertical: [...sides, at(100, 0, 100)] }, 1)).toBeUndefined();
  });
});

describe("a table between rules", () => {
  /** Rules between columns of 100 points and rows of 60. */
  const grid = (columns: number, rows: number) => ({
    horizontal: Array.from({ length: rows + 1 }, (_, row) => at(60 * row, 0, 100 * columns)),
    vertical: Array.from({ length: columns + 1 }, (_, column) => at(100 * column, 0, 60 * rows)),
  });
  /** Lines of a cell, from its top; `first` is where the first of them stands. */
  const cell = (column: number, row: number, lines: number, first = 12, pitch = 14): TestLine[] =>
    Array.from({ length: lines }, (_, line) => [
      100 * column + 4,
      60 * row + first + pitch * line,
      `c${column}l${line}`,
    ]);
  const tableOf = (lines: readonly TestLine[], columns: number, rows: number) =>
    findRuledTables(fragmentsOf(pageOf(lines)), grid(columns, rows));
  const heads = (columns: number) => Array.from({ length: columns }, (_, column) => cell(column, 0, 1)).flat();

  test.each<[string, TestLine[], number, number, boolean]>([
    ["of sixteen cells has text in four", [0, 1, 2, 3].flatMap((at) => cell(at, at, 1)), 4, 4, true],
    ["of sixteen cells has none in three only", [0, 1, 2].flatMap((at) => cell(at, at, 1)), 4, 4, false],
    ["has text in three cells", [...cell(0, 0, 1), ...cell(1, 0, 1), ...cell(0, 1, 1)], 2, 2, true],
    ["is none with text in two", [...cell(0, 0, 1), ...cell(1, 1, 1)], 2, 2, false],
  ])("%s", (_, lines, columns, rows, isTable) => {
    expect(tableOf(lines, columns, rows).tables).toHaveLength(isTable ? 1 : 0);
  });

  test.each([
    [6, 0],
    [7, 1],
  ])("of 280 places has a text for each forty: %d are in %d", (count, tables) => {
    const rules = {
      horizontal: [0, 60, 120].map((y) => at(y, 0, 700)),
      vertical: Array.from({ length: 141 }, (_, column) => at(5 * column, 0, column % 70 === 0 ? 120 : 6)),
    };
    const lines = Array.from({ length: count }, (_, line): TestLine => [100 + 50 * line, line === 0 ? 100 : 40, "a"]);
    expect(findRuledTables(fragmentsOf(pageOf(lines)), rules).tables).toHaveLength(tables);
  });

  test("holds what stands in it by half of its width, in its last column", () => {
    const text = (letters: number): TestLine => [150, 72, "a".repeat(letters)];
    const base = [...heads(2), ...cell(0, 1, 1)];
    expect(tableOf([...base, text(20)], 2, 2).tables[0]?.rows[1]?.[1]).toHaveLength(1);
    expect(tableOf([...base, text(21)], 2, 2).rest).toHaveLength(1);
  });

  test.each<[string, TestLine[], number, number]>([
    ["three lines side by side are rows", [...cell(0, 1, 3), ...cell(1, 1, 3)], 2, 4],
    ["two lines are none", [...cell(0, 1, 2), ...cell(1, 1, 2)], 2, 2],
    ["lines of one cell are none", [...cell(0, 1, 3), ...cell(1, 1, 1)], 2, 2],
    ["lines between those of another cell are none", [...cell(0, 1, 4, 10, 14), ...cell(1, 1, 3, 17, 14)], 2, 2],
    [
      "lines in the fewer cells are none",
      [...cell(0, 1, 3), ...cell(1, 1, 3), ...[2, 3, 4].flatMap((at) => cell(at, 1, 1))],
      5,
      2,
    ],
    [
      "lines in half of the cells are",
      [...cell(0, 1, 3), ...cell(1, 1, 3), ...[2, 3].flatMap((at) => cell(at, 1, 1))],
      4,
      4,
    ],
  ])("where no rules part rows, %s", (_, lines, columns, rows) => {
    expect(tableOf([...heads(columns), ...lines], columns, 2).tables[0]?.rows).toHaveLength(rows);
  });
});
