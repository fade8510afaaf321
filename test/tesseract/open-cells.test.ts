import { describe, expect, test } from "bun:test";
import { type Cell, cellGroups, type Side } from "../../src/tesseract/layout/cells.ts";
import { gridOf } from "../../src/tesseract/layout/grid.ts";
import { findGutter } from "../../src/tesseract/layout/gutter.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import type { Rule, Rules } from "../../src/tesseract/picture/ruling-lines.ts";

const page = { width: 1000, height: 1400 };
const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });
const rule = (at: number, from: number, to: number): Rule => ({ at, from, to });
const turned = ({ left, top, width, height }: Box): Box => ({ left: top, top: left, width: height, height: width });

describe("a field without a line on a side", () => {
  /** Two fields one below the other between lines that end at these places, closed at 500. */
  const pieces = [box(300, 115, 20, 20), box(300, 165, 20, 20)];
  const fields = (ends: readonly number[], isTurned = false) => {
    const across = ends.map((from, at) => rule(100 + 50 * at, from, 500));
    const upright = [rule(500, 100, 200)];
    const rules: Rules = isTurned
      ? { horizontal: upright, vertical: across }
      : { horizontal: across, vertical: upright };
    const { groups } = cellGroups(isTurned ? pieces.map(turned) : pieces, rules, page);
    return groups.flat().map((cell) => ({ begins: isTurned ? cell.box.top : cell.box.left, open: cell.open }));
  };
  const open = (begins: number, side: Side) => ({ begins, open: [side] });

  test.each<[string, number[], number[]]>([
    ["begins where the farther of its lines begins", [200, 220, 240], [200, 220]],
    ["and so where that is the lower one", [240, 220, 200], [220, 200]],
  ])("%s", (_, ends, begins) => {
    expect(fields(ends)).toEqual(begins.map((one) => open(one, "left")));
    expect(fields(ends, true)).toEqual(begins.map((one) => open(one, "top")));
  });

  test("is none where its lines begin 2.5 heights of print apart, and more by the slant of a turned sheet", () => {
    expect(fields([200, 262, 200])).toHaveLength(2);
    expect(fields([200, 263, 200])).toEqual([]);
  });

  test("ends where the farther of its lines ends", () => {
    const rules: Rules = {
      horizontal: [rule(100, 200, 400), rule(150, 200, 420), rule(200, 200, 410)],
      vertical: [rule(200, 100, 200)],
    };
    const { groups } = cellGroups(pieces, rules, page);
    expect(groups.flat().map((cell) => cell.box.left + cell.box.width)).toEqual([420, 420]);
  });

  test("alone is no part of a table, and its text is free", () => {
    const rules: Rules = { horizontal: [rule(100, 200, 500), rule(150, 200, 500)], vertical: [rule(500, 100, 150)] };
    expect(cellGroups(pieces.slice(0, 1), rules, page)).toEqual({ groups: [], free: pieces.slice(0, 1) });
  });
});

describe("a table of fields", () => {
  const edges = [100, 200, 300, 400];
  const rules: Rules = {
    horizontal: edges.map((at) => rule(at, 100, 400)),
    vertical: edges.map((at) => rule(at, 100, 400)),
  };
  const cell = (column: number, row: number, open: Side[] = [], left = edges[column] ?? 0): Cell => ({
    box: box(left, edges[row] ?? 0, (edges[column + 1] ?? 0) - left, 100),
    pieces: [box((edges[column] ?? 0) + 40, (edges[row] ?? 0) + 40, 20, 20)],
    open,
  });
  const all = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => cell(column, row)));
  const counts = (cells: readonly Cell[], free: readonly Box[] = []) =>
    gridOf(cells, rules, free)?.rows.map((row) => row.map((lines) => lines.flat().length));
  const but = (column: number, row: number) => all.filter((_, at) => at !== 3 * row + column);

  test.each([
    [0, 0],
    [1, 2],
    [2, 1],
  ])("takes in what stands in it and in no field: column %p, row %p", (column, row) => {
    const piece = box((edges[column] ?? 0) + 40, (edges[row] ?? 0) + 40, 20, 20);
    expect(counts(but(column, row), [piece])).toEqual([
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]);
  });

  test.each<[string, Box]>([
    ["on its left", box(99, 240, 20, 20)],
    ["on its right", box(400, 240, 20, 20)],
    ["above it", box(140, 89, 20, 20)],
    ["below it", box(140, 390, 20, 20)],
  ])("takes nothing in that stands %s", (_, piece) => {
    expect(gridOf(but(0, 1), rules, [piece])?.taken).toEqual([]);
  });

  test("has an open field end at the nearest line, where others end", () => {
    const cut = cell(1, 1, ["left"], 230);
    expect(counts([...but(1, 1), cut])).toEqual([
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ]);
  });
});

describe("rows beside prose", () => {
  const prose = (left: number, count: number) =>
    Array.from({ length: count }, (_, at) => box(left, 100 + 36 * at, 400, 30));
  const short = (left: number, count: number, width = 90) =>
    Array.from({ length: count }, (_, at) => box(left, 104 + 51 * at, width, 30));

  test("stand apart from it on either side", () => {
    expect(findGutter([...prose(100, 7), ...short(600, 5)])).toBe(550);
    expect(findGutter([...short(100, 5), ...prose(300, 7)])).toBe(245);
  });

  test("are read with it where neither side is prose", () => {
    const lines = prose(100, 7).map((line) => ({ ...line, width: 150 }));
    expect(findGutter([...lines, ...short(600, 5)])).toBeUndefined();
  });

  test.each([
    [11, 550],
    [13, undefined],
  ])("are left to what finds stamps where most of the prose stands above or below them: %p lines", (count, x) => {
    expect(findGutter([...prose(100, count), ...short(600, 5)])).toBe(x);
  });
});
