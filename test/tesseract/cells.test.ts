import { describe, expect, test } from "bun:test";
import { type Cell, cellGroups } from "../../src/tesseract/layout/cells.ts";
import { gridOf } from "../../src/tesseract/layout/grid.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import type { Rule, Rules } from "../../src/tesseract/picture/ruling-lines.ts";

const page = { width: 1000, height: 1000 };
const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });
const rule = (at: number, from: number, to: number): Rule => ({ at, from, to });

/** A frame of four lines around each box. */
const frames = (...boxes: readonly Box[]): Rules => ({
  horizontal: boxes.flatMap(({ left, top, width, height }) =>
    [top, top + height].map((at) => rule(at, left, left + width)),
  ),
  vertical: boxes.flatMap(({ left, top, width, height }) =>
    [left, left + width].map((at) => rule(at, top, top + height)),
  ),
});

/** A small piece in the middle of a box. */
const inMiddle = ({ left, top, width, height }: Box) => box(left + width / 2 - 5, top + height / 2 - 5, 10, 10);

describe("a field between ruling lines", () => {
  const around = frames(box(100, 100, 200, 100));
  const groupsIn = ({ horizontal, vertical }: Rules) =>
    cellGroups([inMiddle(box(100, 100, 200, 100))], { horizontal, vertical }, page).groups;
  const [top = rule(0, 0, 0), bottom = top] = around.horizontal;
  const [left = top, right = top] = around.vertical;

  test("is told with what stands in it", () => {
    expect(groupsIn(around)).toEqual([
      [{ box: box(100, 100, 200, 100), pieces: [inMiddle(box(100, 100, 200, 100))], open: [] }],
    ]);
  });

  test.each<[string, Rules]>([
    ["left", { ...around, vertical: [right] }],
    ["right", { ...around, vertical: [left] }],
    ["upper", { ...around, horizontal: [bottom] }],
    ["lower", { ...around, horizontal: [top] }],
  ])("is none without its %s line", (_, rules) => {
    expect(groupsIn(rules)).toEqual([]);
  });

  test.each([6, 7])("has lines that end up to 6 px before the middle of what stands in it: %p px", (gap) => {
    const expected = gap === 6 ? 1 : 0;
    expect(groupsIn({ ...around, vertical: [rule(100, 150 + gap, 200), right] })).toHaveLength(expected);
    expect(groupsIn({ ...around, vertical: [left, rule(300, 100, 150 - gap)] })).toHaveLength(expected);
    expect(groupsIn({ ...around, horizontal: [rule(100, 200 + gap, 300), bottom] })).toHaveLength(expected);
    expect(groupsIn({ ...around, horizontal: [top, rule(200, 100, 200 - gap)] })).toHaveLength(expected);
  });

  test.each<[string, Box, boolean]>([
    ["as wide as 0.6 of the page", box(100, 100, 600, 400), true],
    ["as high as 0.3 of the page", box(100, 100, 800, 300), true],
    ["both wider and higher, which is free", box(100, 100, 601, 301), false],
  ])("may be %s", (_, field, isCell) => {
    const { groups, free } = cellGroups([inMiddle(field)], frames(field), page);
    expect([groups.length, free.length]).toEqual(isCell ? [1, 0] : [0, 1]);
  });

  const whole = (at: number) => [rule(at, 0, 500)];
  const inHalves = (at: number, step: number) => [rule(at, 0, 250), rule(at + step, 250, 500)];
  const ends = [...whole(10), ...whole(450)];
  const [upperPiece, lowerPiece] = [box(195, 100, 10, 20), box(195, 400, 10, 20)];
  const [leftPiece, rightPiece] = [box(100, 195, 20, 10), box(400, 195, 20, 10)];
  test.each<[string, (step: number) => Rules, Box[]]>([
    [
      "left",
      (step) => ({ horizontal: ends, vertical: [...inHalves(50, step), ...whole(350)] }),
      [upperPiece, lowerPiece],
    ],
    [
      "right",
      (step) => ({ horizontal: ends, vertical: [...whole(50), ...inHalves(350, step)] }),
      [upperPiece, lowerPiece],
    ],
    [
      "upper",
      (step) => ({ horizontal: [...inHalves(50, step), ...whole(350)], vertical: ends }),
      [leftPiece, rightPiece],
    ],
    [
      "lower",
      (step) => ({ horizontal: [...whole(50), ...inHalves(350, step)], vertical: ends }),
      [leftPiece, rightPiece],
    ],
  ])(
    "is one for two pieces where its %s line steps by 8 px, and two where it steps by more",
    (_, rulesWith, pieces) => {
      expect(cellGroups(pieces, rulesWith(8), page).groups.flat()).toHaveLength(1);
      expect(cellGroups(pieces, rulesWith(9), page).groups.flat()).toHaveLength(2);
    },
  );
});

describe("fields are of one table", () => {
  const one = box(100, 100, 200, 100);
  test.each<[string, Box, boolean]>([
    ["beside each other", box(300, 150, 200, 100), true],
    ["beside each other but for 8 px", box(308, 150, 200, 100), true],
    ["and not with a gap of more", box(309, 150, 200, 100), false],
    ["along more than 8 px", box(300, 191, 200, 100), true],
    ["and not along less", box(300, 192, 200, 100), false],
    ["and not beside each other farther down", box(300, 400, 200, 100), false],
    ["below each other", box(150, 200, 200, 100), true],
    ["below each other but for 8 px", box(150, 208, 200, 100), true],
    ["and not with a gap of more below", box(150, 209, 200, 100), false],
    ["below along more than 8 px", box(291, 200, 200, 100), true],
    ["and not below along less", box(292, 200, 200, 100), false],
    ["and not below each other farther across", box(500, 200, 200, 100), false],
    ["and not in one row with a gap between them", box(500, 100, 200, 100), false],
    ["and not where they are only level", box(500, 150, 200, 100), false],
    ["and not where they are only above each other", box(150, 400, 200, 100), false],
  ])("%s", (_, other, areOne) => {
    for (const boxes of [
      [one, other],
      [other, one],
    ]) {
      expect(cellGroups(boxes.map(inMiddle), frames(...boxes), page).groups).toHaveLength(areOne ? 1 : 2);
    }
  });

  test.each<[string, Rule, Box, boolean]>([
    ["are drawn across it", rule(100, 100, 700), box(500, 100, 200, 100), true],
    ["are drawn across it but for 6 px", rule(108, 306, 494), box(500, 100, 200, 100), true],
    ["are not drawn to the first", rule(100, 307, 700), box(500, 100, 200, 100), false],
    ["are not drawn to the second", rule(100, 100, 493), box(500, 100, 200, 100), false],
    ["lie elsewhere", rule(220, 100, 700), box(500, 100, 200, 100), false],
    ["are drawn across it, but one begins lower", rule(100, 100, 700), box(500, 109, 200, 91), false],
    ["are drawn across it, but one ends lower", rule(100, 100, 700), box(500, 100, 200, 109), false],
  ])("in one row with an empty field between them where lines %s", (_, across, other, areOne) => {
    for (const boxes of [
      [one, other],
      [other, one],
    ]) {
      const rules = frames(...boxes);
      const { groups } = cellGroups(boxes.map(inMiddle), { ...rules, horizontal: [...rules.horizontal, across] }, page);
      expect(groups).toHaveLength(areOne ? 1 : 2);
    }
  });

  test("also where only a third one touches both", () => {
    const boxes = [one, box(100, 400, 200, 100), box(700, 700, 100, 100), box(150, 200, 200, 200)];
    const { groups } = cellGroups(boxes.map(inMiddle), frames(...boxes), page);
    expect(groups.map((group) => group.length).sort()).toEqual([1, 3]);
  });
});

describe("fields as rows of a table", () => {
  /** Fields of 100 × 100 px, each with so many lines. */
  const fieldsWith = (...rows: readonly (readonly number[])[]) =>
    rows.flatMap((counts, row) =>
      counts.map(
        (count, column): Cell => ({
          open: [],
          box: box(100 * column, 100 * row, 100, 100),
          pieces: Array.from({ length: count }, (_, at) => box(100 * column + 10, 100 * row + 5 + 18 * at, 60, 12)),
        }),
      ),
    );
  const lines = (count: number, from: number, to: number) =>
    Array.from({ length: count }, (_, at) => rule(100 * at, from, to));
  const rulesOf = (columns: number, rows: number): Rules => ({
    horizontal: lines(rows + 1, 0, 100 * columns),
    vertical: lines(columns + 1, 0, 100 * rows),
  });
  /** How many lines each cell has. */
  const counts = (cells: ReturnType<typeof fieldsWith>, rules: Rules) =>
    gridOf(cells, rules)?.rows.map((row) => row.map((cell) => cell.length));

  test.each<[string, number[][], number[][] | undefined]>([
    [
      "hold what stands in them",
      [
        [1, 2],
        [0, 1],
      ],
      [
        [1, 2],
        [0, 1],
      ],
    ],
    ["are none in one row", [[1, 1, 1]], undefined],
    ["are none in one column", [[1], [1], [1]], undefined],
    [
      "with as many lines in most of them are rows by the lines",
      [
        [3, 3],
        [1, 1],
      ],
      [
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
      ],
    ],
    [
      "with two lines are wrapped",
      [
        [2, 2],
        [1, 1],
      ],
      [
        [2, 2],
        [1, 1],
      ],
    ],
    [
      "with many lines in one of them are wrapped",
      [
        [3, 1],
        [1, 1],
      ],
      [
        [3, 1],
        [1, 1],
      ],
    ],
    [
      "with many lines in a half of them are rows",
      [
        [3, 3, 1, 1],
        [1, 1, 1, 1],
      ],
      [
        [1, 1, 1, 1],
        [1, 1, 0, 0],
        [1, 1, 0, 0],
        [1, 1, 1, 1],
      ],
    ],
    [
      "with many lines in fewer are wrapped",
      [
        [3, 3, 1, 1, 1],
        [1, 1, 1, 1, 1],
      ],
      [
        [3, 3, 1, 1, 1],
        [1, 1, 1, 1, 1],
      ],
    ],
    [
      "count where they hold something",
      [
        [3, 3, 0, 0, 0],
        [1, 1, 1, 1, 1],
      ],
      [
        [1, 1, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 1, 1, 1, 1],
      ],
    ],
    [
      "have many lines from 0.6 of the most on",
      [
        [5, 3],
        [1, 1],
      ],
      [
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 0],
        [1, 0],
        [1, 1],
      ],
    ],
    [
      "and not with fewer",
      [
        [5, 2],
        [1, 1],
      ],
      [
        [5, 2],
        [1, 1],
      ],
    ],
  ])("%s", (_, given, expected) => {
    expect(counts(fieldsWith(...given), rulesOf(given[0]?.length ?? 0, given.length))).toEqual(expected);
  });

  test.each<[string, (rules: Rules) => Rules, boolean]>([
    [
      "an upright line is drawn along 0.6 of it",
      (rules) => ({ ...rules, vertical: rules.vertical.map((one) => (one.at === 100 ? rule(100, 0, 120) : one)) }),
      true,
    ],
    [
      "and not along less",
      (rules) => ({ ...rules, vertical: rules.vertical.map((one) => (one.at === 100 ? rule(100, 0, 119) : one)) }),
      false,
    ],
    [
      "a level line is drawn along 0.6 of it",
      (rules) => ({ ...rules, horizontal: rules.horizontal.map((one) => (one.at === 100 ? rule(100, 0, 120) : one)) }),
      true,
    ],
    [
      "and not along less of a level line",
      (rules) => ({ ...rules, horizontal: rules.horizontal.map((one) => (one.at === 100 ? rule(100, 0, 119) : one)) }),
      false,
    ],
    [
      "it is drawn in two parts",
      (rules) => ({
        ...rules,
        vertical: [...rules.vertical.filter(({ at }) => at !== 100), rule(100, 0, 60), rule(104, 140, 200)],
      }),
      true,
    ],
    [
      "and not where one of them lies 9 px beside it",
      (rules) => ({
        ...rules,
        vertical: [...rules.vertical.filter(({ at }) => at !== 100), rule(100, 0, 60), rule(109, 140, 200)],
      }),
      false,
    ],
    [
      "another line goes on far below it",
      (rules) => ({ ...rules, vertical: [...rules.vertical, rule(100, 900, 1000)] }),
      true,
    ],
  ])("are a table where %s", (_, change, isGrid) => {
    expect(gridOf(fieldsWith([1, 1], [1, 1]), change(rulesOf(2, 2))) !== undefined).toBe(isGrid);
  });

  test("lose nothing of what stands between the two lines of a double rule", () => {
    const between: Cell = { box: box(200, 0, 6, 100), pieces: [box(201, 10, 4, 12)], open: [] };
    expect(counts([...fieldsWith([1, 1], [1, 1]), between], rulesOf(2, 2))).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const pieces = gridOf([...fieldsWith([1, 1], [1, 1]), between], rulesOf(2, 2))?.rows.flat(3);
    expect(pieces).toContain(between.pieces[0]);
  });
});
