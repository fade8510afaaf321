import { describe, expect, test } from "bun:test";
import { blocksOf } from "../../../src/pdf/markdown/blocks.ts";
import { findContainers } from "../../../src/pdf/markdown/containers.ts";
import { fragmentsOf } from "../../../src/pdf/markdown/fragment.ts";
import { findGutter } from "../../../src/pdf/markdown/gutter.ts";
import type { DrawnShape } from "../../../src/pdf/markdown/page-structure.ts";
import { regionsOf } from "../../../src/pdf/markdown/reading-order.ts";
import { markdownOf, pageOf, paragraph, rule, type TestLine } from "../../support/page-structure.ts";

describe("columns of prose", () => {
  /** Lines of so many letters each, 12 points apart. */
  const column = (left: number, letters: readonly number[], top = 100): TestLine[] =>
    letters.map((count, at) => [left, top + 12 * at, "a".repeat(count)]);
  const times = (count: number, letters: number) => Array.from({ length: count }, () => letters);
  /** As a page has them that is written line by line. */
  const inTurns = (...columns: readonly TestLine[][]) => columns.flat().toSorted((a, b) => a[1] - b[1]);
  const gutterOf = (lines: readonly TestLine[]) => findGutter(fragmentsOf(pageOf(lines)));
  const [left, right] = [50, 320];
  const apart = (top: number) => [0, 24, 48, 72].flatMap((y) => column(right, [30], top + y));

  test.each<[string, TestLine[], boolean]>([
    ["have four lines each", inTurns(column(left, times(4, 30)), column(right, times(4, 30))), true],
    ["have no fewer", inTurns(column(left, times(3, 30)), column(right, times(3, 30))), false],
    [
      "have two where the file has one behind the other",
      [...column(left, times(2, 20)), ...column(right, times(2, 20))],
      true,
    ],
    ["have no single line there", [...column(left, [30]), ...column(right, [30])], false],
    ["have no shorter lines there", [...column(left, times(3, 19)), ...column(right, times(3, 19))], false],
    [
      "have no lines of less than half of their width",
      inTurns(column(left, times(4, 40)), column(right, [40, 15, 15, 15])),
      false,
    ],
    [
      "are prose in four lines of ten",
      inTurns(column(left, times(10, 40)), column(right, [...times(4, 40), ...times(6, 5)])),
      true,
    ],
    [
      "are no prose in four lines of eleven",
      inTurns(column(left, times(11, 40)), column(right, [...times(4, 40), ...times(7, 5)])),
      false,
    ],
    ["stand a word's gap apart", inTurns(column(left, times(4, 30)), column(210, times(4, 30))), true],
    ["stand no nearer", inTurns(column(left, times(4, 30)), column(208, times(4, 30))), false],
    [
      "do not stand on the same lines always",
      inTurns(column(left, times(5, 30)), column(right, times(5, 30), 106)),
      true,
    ],
    ["have four lines beside the other", inTurns(column(left, times(6, 30), 124), column(right, times(6, 30))), true],
    ["have no fewer there", inTurns(column(left, times(6, 30), 136), column(right, times(6, 30))), false],
    [
      "stand beside each other, not above",
      inTurns([...column(left, times(3, 30)), ...column(left, [30], 210)], apart(136)),
      false,
    ],
    [
      "stand beside each other, not below",
      inTurns([...column(left, [30]), ...column(left, times(3, 30), 200)], apart(100)),
      false,
    ],
    [
      "have lines across both between them",
      [0, 24, 48]
        .flatMap((y): TestLine[] => [
          [left, 100 + y, "a".repeat(30)],
          [100, 112 + y, "a".repeat(90)],
        ])
        .concat([0, 24, 48].map((y) => [right, 100 + y, "a".repeat(30)])),
      true,
    ],
  ])("%s", (_, lines, areColumns) => {
    expect(gutterOf(lines) !== undefined).toBe(areColumns);
  });

  test("are parted in the middle of the white space that all lines share", () => {
    const ragged = inTurns(column(left, [30, 34, 30, 32]), [...column(right, [30]), ...column(310, times(3, 30), 112)]);
    expect(gutterOf(ragged)).toBe(265);
  });

  test("are parted behind the last piece of a line", () => {
    const pieces = inTurns(column(left, times(4, 10)), column(103, times(4, 20)), column(213, times(4, 30)));
    expect(gutterOf(pieces)).toBe(208);
    const short = inTurns(column(left, times(4, 10)), column(103, times(4, 10)), column(213, times(4, 30)));
    expect(gutterOf(short)).toBe(183);
  });

  test("are parted where most lines stand on both sides", () => {
    const three = inTurns(column(50, times(6, 24)), column(220, times(6, 24)), column(400, times(4, 24)));
    expect(gutterOf(three)).toBe(195);
  });
});

describe("a line above two columns", () => {
  const columns = [0, 12, 24, 36, 48, 60].flatMap((y): TestLine[] => [
    [50, 100 + y, "a".repeat(30)],
    [320, 100 + y, "a".repeat(30)],
  ]);
  const head = (baseline: number): TestLine => [50, baseline, "Report"];
  const number = (baseline: number): TestLine => [440, baseline, "12"];
  test.each<[string, TestLine[], number[]]>([
    ["stands in neither where it is on both sides and apart", [head(83), number(83)], [2, 6, 6]],
    ["stands in both where it is as near as their lines", [head(84), number(84)], [7, 7]],
    ["stands in the one that it is over", [head(83)], [7, 6]],
  ])("%s", (_, lines, counts) => {
    const regions = regionsOf(fragmentsOf(pageOf([...lines, ...columns])), []);
    expect(regions.map(({ fragments }) => fragments.length)).toEqual(counts);
  });
});

describe("the blocks of a region", () => {
  const context = { horizontal: [], codeIsMonospaced: true, textSize: 10 };
  const table = (left: number, top: number, bottom: number) => {
    const box = [left, top, left + 100, bottom] as const;
    return { box, table: { box, rows: [] } };
  };
  const blocks = (lines: readonly TestLine[], solids: readonly ReturnType<typeof table>[] = []) =>
    blocksOf({ box: [0, 0, 600, 840], fragments: fragmentsOf(pageOf(lines)), solids: [...solids] }, context);

  test.each<[string, ReturnType<typeof table>[]]>([
    ["from top to bottom", [table(50, 100, 150), table(50, 200, 250)]],
    ["from left to right where they share half of their height", [table(50, 120, 160), table(200, 100, 141)]],
    ["from top to bottom where they share less", [table(200, 100, 140), table(50, 120, 160)]],
  ])("are tables %s", (_, ordered) => {
    const boxes = blocks([], ordered.toReversed()).map((block) => block.kind === "table" && block.table.box);
    expect(boxes).toEqual(ordered.map(({ box }) => box));
    expect(blocks([], ordered)).toEqual(blocks([], ordered.toReversed()));
  });

  test("are code from two lines on", () => {
    const line = (baseline: number): TestLine => [50, baseline, "print(*p)", { monospaced: true }];
    expect(blocks([line(100), line(112)]).map(({ kind }) => kind)).toEqual(["code"]);
    expect(blocks([line(100)]).map(({ kind }) => kind)).toEqual(["paragraph"]);
  });
});

describe("boxes side by side hold their text", () => {
  type Area = readonly [left: number, top: number, right: number, bottom: number];
  const inside = ([left, top]: Area, count = 3) =>
    Array.from({ length: count }, (_, at): TestLine => [left + 4, top + 9 + 9 * at, "Roads"]);
  const [one, two] = [
    [40, 80, 250, 180],
    [290, 80, 500, 180],
  ] as const;
  const solidsOf = (lines: readonly TestLine[], shapes: readonly DrawnShape[]) =>
    findContainers({ ...pageOf([]), shapes }, fragmentsOf(pageOf(lines)), []).solids;
  const held = (first: Area, second: Area, more: readonly TestLine[] = [], count = 3) =>
    solidsOf([...inside(first, count), ...inside(second, count), ...more], [rule(...first), rule(...second)]).length;
  const wide = (width: number): [Area, Area] => [
    [40, 80, 40 + width, 180],
    [290, 80, 290 + width, 180],
  ];
  const high = (height: number): [Area, Area] => [
    [40, 80, 250, 80 + height],
    [290, 80, 500, 80 + height],
  ];
  const reaching: TestLine = [230, 170, "Roads of it"];

  test.each<[string, number, number]>([
    ["two of them", held(one, two), 2],
    ["sixty points wide", held(...wide(60)), 2],
    ["not if narrower", held(...wide(59)), 0],
    ["thirty points high", held(...high(30)), 2],
    ["not if lower", held(...high(29)), 0],
    ["not as large as half of the page", held([0, 0, 296, 770], [300, 0, 596, 770]), 0],
    ["if hardly smaller", held([0, 0, 296, 760], [300, 0, 596, 760]), 2],
    ["three pieces each", held(one, two, [], 2), 0],
    ["not where one of three reaches out", held(one, two, [reaching]), 0],
    ["where one of seven does", held(one, two, [reaching], 7), 2],
    ["where they share half of their height", held(one, [290, 120, 500, 220]), 2],
    ["not where they share less", held(one, [290, 140, 500, 240]), 0],
    ["not a single one", solidsOf(inside(one), [rule(...one)]).length, 0],
  ])("%s", (_, found, solids) => {
    expect(found).toBe(solids);
  });

  test("not where they are curves, or more than three hundred", () => {
    const lines = [...inside(one), ...inside(two)];
    const shapes = [rule(...one), rule(...two)];
    expect(
      solidsOf(
        lines,
        shapes.map((shape) => ({ ...shape, rectangular: false })),
      ),
    ).toEqual([]);
    const empty = Array.from({ length: 298 }, () => rule(40, 300, 140, 400));
    expect(solidsOf(lines, [...shapes, ...empty])).toHaveLength(2);
    expect(solidsOf(lines, [...shapes, ...empty, rule(40, 300, 140, 400)])).toEqual([]);
  });

  test("with the boxes within them, and with their tables", () => {
    const table = { box: [60, 90, 200, 120] as const, rows: [] };
    const shapes = [rule(41, 81, 120, 179), rule(...one), rule(...two)];
    const lines = fragmentsOf(pageOf([...inside(one), ...inside(two)]));
    const { solids, rest } = findContainers({ ...pageOf([]), shapes }, lines, [table]);
    expect(solids).toMatchObject([
      { box: [...one], tables: [table] },
      { box: [...two], tables: [] },
    ]);
    expect(rest).toEqual([]);
  });
});

describe("what is written", () => {
  const prose = ["The contractor submits the drawings of the works at", "least fourteen days before the work begins."];
  const bold = { bold: true };
  const written = (lines: readonly TestLine[], shapes: readonly DrawnShape[] = []) =>
    markdownOf(pageOf(lines, { shapes }))[0];

  test("as an item behind a paragraph or a heading begins a list, as one below another is nested in it", () => {
    const list = (...between: TestLine[]) =>
      written([[50, 100, "• Footings"], ...between, [80, 180, "– axis D waits"]]);
    expect(list()).toBe("- Footings\n  - axis D waits");
    expect(list(...paragraph(50, 130, prose))).toEndWith("begins.\n\n- axis D waits");
    expect(list([50, 140, "Scope", bold])).toEndWith("# Scope\n\n- axis D waits");
  });

  test("as an item behind a table begins a list", () => {
    const cells: TestLine[] = [
      [52, 132, "Item"],
      [152, 132, "Qty"],
      [52, 152, "Steel"],
      [152, 152, "4"],
    ];
    const rules = [120, 140, 160]
      .map((y) => rule(50, y, 250, y))
      .concat([50, 150, 250].map((x) => rule(x, 120, x, 160)));
    expect(written([[50, 100, "• Footings"], ...cells, [80, 190, "– axis D waits"]], rules)).toEndWith(
      "|\n\n- axis D waits",
    );
  });

  test.each([
    ["1.", "   "],
    ["10.", "    "],
  ])("as an item below %s is nested by the width of that number", (number, blanks) => {
    const nested = "axis D of the works on the north side";
    const lines: TestLine[] = [
      [50, 100, `${number} Footings`],
      [80, 112, `– ${nested}`],
    ];
    expect(written(lines)).toBe(`${number} Footings\n${blanks}- ${nested}`);
  });

  test.each([
    ["1. General", "1. General"],
    ["ก. ทั่วไป", "- ก. ทั่วไป"],
    ["- General", "\\- General"],
  ])("as %s in bold at the end of a page is no heading", (text, end) => {
    expect(
      written([...paragraph(50, 100, prose), [50, 160, text, bold]])
        ?.split("\n\n")
        .at(-1),
    ).toBe(text.startsWith("-") ? "- General" : end);
  });

  test.each<[string, boolean, TestLine[]]>([
    ["a long line", true, [[50, 130, "a".repeat(61)]]],
    ["a short one", false, [[50, 130, "a".repeat(60)]]],
    [
      "two lines",
      true,
      [
        [50, 130, "the roads and all of the walls"],
        [50, 142, "and the roofs"],
      ],
    ],
    ["a caption", true, [[50, 130, "Table 1 of roads"]]],
    ["an item", true, [[50, 130, "• roads"]]],
  ])("as a line in larger type over %s is a heading: %p", (_, isHeading, below) => {
    const page = [[50, 100, "Scope", { size: 14 }] as TestLine, ...below, ...paragraph(50, 300, prose)];
    expect(written(page)?.startsWith("# Scope")).toBe(isHeading);
  });

  test("as a bold line at the foot of a page is no heading", () => {
    expect(
      written([...paragraph(50, 100, prose), [50, 800, "Scope", bold], ...paragraph(50, 812, prose)]),
    ).not.toContain("#");
    expect(written([...paragraph(50, 100, prose), [50, 600, "Scope", bold], ...paragraph(50, 612, prose)])).toContain(
      "# Scope",
    );
  });
});
