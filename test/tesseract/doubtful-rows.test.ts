import { describe, expect, test } from "bun:test";
import { doubtfulRows } from "../../src/tesseract/layout/doubtful-rows.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";

/** A line of a cell, 20 px high, by its middle. */
const line = (middle: number): Box[] => [{ left: 0, top: middle - 10, width: 50, height: 20 }];
/** Each cell by the middles of its lines. */
const rowsOf = (...rows: readonly (readonly (readonly number[])[])[]) =>
  rows.map((row) => row.map((cell) => cell.map(line)));

describe("a row of a table without lines between its rows", () => {
  const first = [[100], [100], [100]];
  const last = [[200], [200], [200]];

  test.each<[string, readonly (readonly (readonly number[])[])[], number[]]>([
    ["is sure where its cells are level", [first, [[150], [152], [149]], last], []],
    [
      "is sure where they lie apart by a half of the way to the next",
      [first, [[150], [150], [180]], last.map(() => [220])],
      [],
    ],
    ["is a guess where they lie apart by more", [first, [[150], [150], [178]], last], [1]],
    ["is a guess by the nearer of the rows beside it", [first, [[150], [150], [185]], last.map(() => [300])], [1]],
    ["is a guess where a value stands alone in it", [first, [[], [], [150]], last], [1]],
    ["is sure where only its name stands in it", [first, [[], [150], []], last], []],
    ["is sure where only its number stands in it", [first, [[150], [], []], last], []],
    ["is sure where a value and a name stand in it", [first, [[], [150], [150]], last], []],
    ["is a guess where one value is below the other as rows are", [first, [[150], [150], [150, 190]], last], [1]],
    ["is sure where a value is wrapped", [first, [[150], [150], [150, 189]], last], []],
    ["is sure where its name is wrapped", [first, [[150], [150, 190], [150]], last], []],
    ["is a guess at the head and the foot, too", [[[], [], [100]], first.map(() => [150]), [[], [], [200]]], [0, 2]],
    ["is sure where it is the only one", [first], []],
  ])("%s", (_, rows, expected) => {
    expect(doubtfulRows(rowsOf(...rows))).toEqual(expected);
  });

  test("is a guess by the rows beside it, and not by others", () => {
    const near = [[300], [300], [300]];
    const rows = rowsOf(
      [[100], [100], [100]],
      [[200], [200], [230]],
      near,
      [[330], [330], [330]],
      [[430], [430], [460]],
    );
    expect(doubtfulRows(rows)).toEqual([]);
  });

  test("is not where there is none", () => {
    expect(doubtfulRows([])).toEqual([]);
  });
});
