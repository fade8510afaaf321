import { describe, expect, test } from "bun:test";
import { cellsIn, rowsOfLines } from "../../src/tesseract/layout/table-rows.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";

const ends = [140, 400, 600];
const lefts = [100, 200, 450, 650];
/** A line of text at this height, with pieces in these columns. */
const line = (top: number, ...columns: readonly number[]): Box[] =>
  columns.map((column) => ({ left: lefts[column] ?? 0, top, width: 40, height: 20 }));
const level = (at: number, from = 90, to = 610) => ({ at, from, to });
const topsOf = (lines: readonly Box[][], ...levels: readonly { at: number; from: number; to: number }[]) =>
  rowsOfLines(lines, ends, levels).map((row) => row.lines.map(([piece]) => piece?.top));

describe("a line with one piece behind the first column", () => {
  const first = line(100, 0, 1, 2);
  test.each<[string, readonly Box[][], readonly number[][]]>([
    ["goes on with the row above, which is nearer", [first, line(128, 1), line(168, 0, 1, 2)], [[100, 128], [168]]],
    ["goes on with the row below, which is nearer", [first, line(140, 1), line(168, 0, 1, 2)], [[100], [140, 168]]],
    [
      "goes on with the row above where both are as near",
      [first, line(134, 1), line(168, 0, 1, 2)],
      [[100, 134], [168]],
    ],
    [
      "goes on with the row below together with the next",
      [first, line(150, 1), line(178, 1), line(206, 0, 2), line(256, 0, 1, 2)],
      [[100], [150, 178, 206], [256]],
    ],
    [
      "is a row with the next where all others are far",
      [first, line(150, 1), line(178, 1), line(248, 0, 1, 2)],
      [[100], [150, 178], [248]],
    ],
    ["is a row where nothing stands below", [line(100, 1)], [[100]]],
    ["is one in the first column", [first, line(128, 0), line(168, 0, 1, 2)], [[100], [128], [168]]],
    ["is one with another piece", [first, line(128, 1, 2), line(168, 0, 1, 2)], [[100], [128], [168]]],
  ])("%s", (_, lines, expected) => {
    expect(topsOf(lines)).toEqual(expected.map((row) => [...row]));
  });
});

describe("lines between two level ruling lines", () => {
  const lines = [line(100, 0, 1, 2), line(140, 1), line(168, 0, 2), line(196, 1), line(240, 0, 1, 2)];
  test("are one row, whatever is nearer", () => {
    expect(topsOf(lines, level(130), level(225))).toEqual([[100], [140, 168, 196], [240]]);
    expect(rowsOfLines(lines, ends, [level(130), level(225)]).map(({ isCertain }) => isCertain)).toEqual([
      true,
      true,
      true,
    ]);
  });

  test.each([
    ["where the ruling lines are four fifths as long", 412, true],
    ["and not where one of them is shorter", 411, false],
  ])("%s", (_, to, isCertain) => {
    const rows = rowsOfLines(lines, ends, [level(130), level(225, 100, to)]);
    expect(rows.map((row) => row.isCertain)).toEqual([true, isCertain, isCertain]);
  });

  test.each<[string, readonly Box[][]]>([
    ["of which two begin in the first column are two rows", [line(140, 0, 1), line(190, 0, 2)]],
    ["of which two have two cells are two rows", [line(140, 1, 2), line(190, 1, 3)]],
  ])("%s", (_, between) => {
    const all = [line(100, 0, 1, 2, 3), ...between, line(240, 0, 1, 2, 3)];
    const rows = rowsOfLines(all, [...ends, 800], [level(130, 90, 700), level(225, 90, 700)]);
    expect(rows.map((row) => [row.lines.length, row.isCertain])).toEqual([
      [1, true],
      [1, false],
      [1, false],
      [1, true],
    ]);
  });

  test("say nothing of a row where there is none", () => {
    expect(rowsOfLines(lines, ends, []).every(({ isCertain }) => !isCertain)).toBe(true);
  });
});

test("cells hold the lines that stand in their column, from top to bottom", () => {
  const [upper, lower] = [line(100, 0, 1), line(128, 1)];
  expect(cellsIn([upper, lower], ends)).toEqual([[upper.slice(0, 1)], [upper.slice(1), lower], []]);
});
