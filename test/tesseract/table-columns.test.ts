import { describe, expect, test } from "bun:test";
import { columnEnds, columnOf, spanningPieces } from "../../src/tesseract/layout/table-columns.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";

const piece = (left: number, right: number, row = 0): Box => ({
  left,
  top: 100 + 50 * row,
  width: right - left,
  height: 30,
});
const rowsOf = (...rows: readonly (readonly (readonly [number, number])[])[]) =>
  rows.map((row, at) => row.map(([left, right]) => piece(left, right, at)));

const item = [
  [100, 140],
  [160, 400],
  [440, 500],
  [540, 600],
] as const;
const spansOf = (rows: readonly Box[][]) =>
  [...spanningPieces(rows)].map(({ left, width }): [number, number] => [left, left + width]);

describe("a piece stands over several columns", () => {
  test.each<[string, readonly Box[][], readonly [number, number][]]>([
    ["where the rows around have a gap there", rowsOf(item, item, [[420, 600]]), [[420, 600]]],
    [
      "where its row begins with others",
      rowsOf(
        item,
        [
          [100, 140],
          [160, 520],
        ],
        item,
      ),
      [[160, 520]],
    ],
    [
      "also beside others that do, which say nothing of it",
      rowsOf(item, item, [[420, 600]], [[430, 600]]),
      [
        [420, 600],
        [430, 600],
      ],
    ],
    ["and not where one row has a gap there", rowsOf(item, [[420, 600]]), []],
    ["and not where it reaches no farther than one column", rowsOf(item, item, item, [[160, 410]]), []],
    [
      "and not where as many rows have print there",
      rowsOf(
        [
          [160, 250],
          [280, 400],
        ],
        [
          [160, 250],
          [280, 400],
        ],
        [[160, 400]],
        [[160, 390]],
        [[160, 380]],
      ),
      [],
    ],
    ["and not by rows that are more than ten away", rowsOf(item, item, ...Array<[]>(9).fill([]), [[420, 600]]), []],
  ])("%s", (_, rows, expected) => {
    expect(spansOf(rows)).toEqual([...expected]);
  });
});

describe("columns end", () => {
  test.each<[string, readonly Box[][], readonly number[]]>([
    [
      "where the widest of their pieces do",
      rowsOf(item, [
        [100, 144],
        [160, 420],
        [440, 490],
      ]),
      [144, 420, 500, 600],
    ],
    [
      "and are one without a gap of half a height",
      rowsOf([
        [100, 140],
        [154, 400],
      ]),
      [400],
    ],
    [
      "and are two with one",
      rowsOf([
        [100, 140],
        [155, 400],
      ]),
      [140, 400],
    ],
    [
      "where a sum of fewer pieces reaches into the gap before it",
      rowsOf(item, item, [[505, 600]]),
      [140, 400, 500, 600],
    ],
    ["also where nothing but a sum stands", rowsOf(item, item, [[660, 700]]), [140, 400, 500, 600, 700]],
    [
      "not by a row with most of the pieces that reaches into a gap",
      rowsOf(item, item, [
        [100, 140],
        [160, 400],
        [440, 535],
      ]),
      [140, 400, 600],
    ],
  ])("%s", (_, rows, ends) => {
    expect(columnEnds(rows)).toEqual([...ends]);
  });
});

test.each([
  [90, 0],
  [139, 0],
  [140, 1],
  [500, 2],
  [700, 2],
])("a piece from %p on stands in the column that ends behind: %p", (left, column) => {
  expect(columnOf(piece(left, left + 20), [140, 400, 600])).toBe(column);
});
