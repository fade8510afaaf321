import { describe, expect, test } from "bun:test";
import { findAlignedTable } from "../../src/tesseract/layout/aligned-table.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import type { Rule } from "../../src/tesseract/picture/ruling-lines.ts";

const heightPx = 30;
const lefts = [100, 200, 300, 400, 500, 600];
const piece = (left: number, top: number, width = 60): Box => ({ left, top, width, height: heightPx });

/** Rows 50 px apart with pieces in these columns of theirs. */
const rowsIn = (...columns: readonly (readonly number[])[]): Box[][] =>
  columns.map((row, at) => row.map((column) => piece(lefts[column] ?? 0, 100 + 50 * at)));

const filled = (...counts: readonly number[]) =>
  rowsIn(...counts.map((count) => Array.from({ length: count }, (_, at) => at)));

/** The first and the last row of the table, and one behind it. */
const extent = (rows: readonly Box[][], from?: number) => {
  const table = findAlignedTable(rows, from);
  return table === undefined ? undefined : [table.from, table.to];
};

describe("pieces that stand below each other", () => {
  test.each<[string, readonly Box[][], [number, number] | undefined]>([
    ["in three columns and rows are a table", filled(3, 3, 3), [0, 3]],
    ["in two columns are none", filled(2, 2, 2, 2), undefined],
    ["in two rows are none", filled(3, 3), undefined],
    ["in rows of which two are full are none", filled(3, 3, 2), undefined],
    ["in six columns need four of them for a full row", filled(6, 4, 4), [0, 3]],
    ["in six columns are none where other rows have three", filled(6, 3, 3), undefined],
    ["begin behind a title over the first column", filled(1, 3, 3, 3), [1, 4]],
    ["end with the last row that has two pieces", filled(3, 3, 3, 2, 1), [0, 4]],
    ["end where fewer than half of the rows are full", filled(3, 3, 3, 2, 2, 2, 2), [0, 6]],
    ["end above a line across", [...filled(3, 3, 3), [piece(100, 250, 500)], ...filled(3)], [0, 3]],
  ])("%s", (_, rows, expected) => {
    expect(extent(rows)).toEqual(expected);
  });

  test.each([
    [65, 4],
    [66, 3],
  ])("are one table where the next row is less than 2.2 heights away: %p px", (gap, to) => {
    const rows = filled(3, 3, 3);
    expect(extent([...rows, lefts.slice(0, 3).map((left) => piece(left, 200 + heightPx + gap))])).toEqual([0, to]);
  });

  test("are looked for from a row on", () => {
    const [upper, lower] = [
      filled(3, 3, 3),
      filled(3, 3, 3).map((row) => row.map((box) => piece(box.left, box.top + 400))),
    ];
    const rows = [...upper, ...lower];
    expect([extent(rows), extent(rows, 3), extent(rows, 4)]).toEqual([[0, 3], [3, 6], undefined]);
  });

  test.each([
    [15, [0, 3]],
    [14, undefined],
  ])("are in columns that are half a height apart: %p px", (gap, expected) => {
    const starts = [100, 100 + 60 + gap, 100 + 2 * (60 + gap)];
    const rows = [0, 1, 2].map((at) => starts.map((left) => piece(left, 100 + 50 * at)));
    expect(extent(rows)).toEqual(expected);
  });

  test("are in columns as wide as their widest piece, wherever the others begin", () => {
    const wide = filled(3, 3, 3).map((row, at) => (at === 0 ? row.map((box) => ({ ...box, width: 85 })) : row));
    const table = findAlignedTable([...wide, [piece(170, 250, 10), piece(210, 250), piece(310, 250)]]);
    expect(table?.rows[3]?.map((cell) => cell.flat().map(({ left }) => left))).toEqual([[170], [210], [310]]);
  });
});

/** The cells of a row that is full: each holds the line of that row. */
const full = (row: number) => [[row], [row], [row]];

test.each([
  ["is a row of its own where it begins in the first column", [0], [full(0), full(1), full(2), [[3], [], []], full(4)]],
  ["is a row of its own where it has two pieces", [1, 2], [full(0), full(1), full(2), [[], [3], [3]], full(4)]],
  [
    "goes on with the row before where one piece stands elsewhere",
    [1],
    [full(0), full(1), [[2], [2, 3], [2]], full(4)],
  ],
])("a row that is not full %s", (_, columns, expected) => {
  const rows = rowsIn([0, 1, 2], [0, 1, 2], [0, 1, 2], columns, [0, 1, 2]);
  const rowOf = (box: Box | undefined) => rows.findIndex((row) => row.some((one) => one === box));
  const table = findAlignedTable(rows)?.rows;
  expect(table?.map((row) => row.map((cell) => cell.map(([box]) => rowOf(box))))).toEqual(expected);
});

describe("level ruling lines", () => {
  const levels = (...tops: readonly number[]) => tops.map((at) => ({ at, from: 90, to: 700 }));
  const two = filled(2, 2, 2);

  test.each<[string, readonly Rule[], [number, number] | undefined]>([
    ["between all rows of two columns make a table of them", levels(140, 190), [0, 3]],
    ["between some of them do not", levels(140), undefined],
    ["across a part of them do not", [{ at: 140, from: 90, to: 200 }, ...levels(190)], undefined],
  ])("%s", (_, rules, expected) => {
    const table = findAlignedTable(two, 0, rules);
    expect(table && [table.from, table.to]).toEqual(expected);
  });

  test("say of which row the lines of a cell are that stand as near to the next", () => {
    const cells = [
      [piece(100, 100), piece(200, 100), piece(300, 100)],
      [piece(200, 150)],
      [piece(100, 200), piece(300, 200)],
      [piece(200, 250)],
      [piece(100, 300), piece(200, 300), piece(300, 300)],
      [piece(100, 350), piece(200, 350), piece(300, 350)],
    ];
    const table = findAlignedTable(cells, 0, levels(135, 285, 335));
    expect(table?.rows.map((row) => row.map((cell) => cell.flat().map(({ top }) => top)))).toEqual([
      [[100], [100], [100]],
      [[200], [150, 250], [200]],
      [[300], [300], [300]],
      [[350], [350], [350]],
    ]);
    expect(table?.doubtful).toEqual([]);
  });
});

describe("pieces over several columns", () => {
  const long = (left: number, top: number, right: number) => piece(left, top, right - left);
  test("are headings and sums of a table, which has its columns all the same", () => {
    const rows = [
      ...filled(4, 4, 4),
      [long(200, 250, 460), piece(500, 250)],
      [piece(100, 300), long(200, 300, 450)],
      ...filled(4).map((row) => row.map((box) => ({ ...box, top: 350 }))),
    ];
    const table = findAlignedTable(rows);
    expect(table?.to).toBe(6);
    expect(table?.rows.map((row) => row.map((cell) => cell.length))).toEqual([
      [1, 1, 1, 1, 0],
      [1, 1, 1, 1, 0],
      [1, 1, 1, 1, 0],
      [0, 1, 0, 0, 1],
      [1, 1, 0, 0, 0],
      [1, 1, 1, 1, 0],
    ]);
  });

  test.each([
    [280, 5],
    [290, 3],
  ])("end the table where they reach across 0.7 of it: to %p", (right, to) => {
    const rows = [
      ...filled(3, 3, 3),
      [long(100, 250, right)],
      ...filled(3).map((row) => row.map((box) => ({ ...box, top: 300 }))),
    ];
    expect(extent(rows)).toEqual([0, to]);
  });
});
