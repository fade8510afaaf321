import { describe, expect, test } from "bun:test";
import { findAlignedTables, findZonedTables } from "../../../src/pdf/markdown/aligned-tables.ts";
import { type Fragment, fragmentsOf } from "../../../src/pdf/markdown/fragment.ts";
import type { Rule } from "../../../src/pdf/markdown/rules.ts";
import { headsAbove, placeHeads } from "../../../src/pdf/markdown/spanning-heads.ts";
import { trimmed } from "../../../src/pdf/markdown/table.ts";
import { type Column, columnsOf, place } from "../../../src/pdf/markdown/table-columns.ts";
import { withJoinedLines } from "../../../src/pdf/markdown/table-lines.ts";
import { runEnd, tableRows } from "../../../src/pdf/markdown/table-rows.ts";
import { zonesOf } from "../../../src/pdf/markdown/table-zones.ts";
import { pageOf, type TestLine } from "../../support/page-structure.ts";

const fragments = (lines: readonly TestLine[]) => fragmentsOf(pageOf(lines));
const rowsOf = (lines: readonly TestLine[]) => tableRows(fragments(lines));
const texts = (rows: readonly Fragment[][][]) =>
  rows.map((row) => row.map((cell) => cell.map(({ text }) => text).join(" ")));
const ruleAt = (at: number, from = 50, to = 500): Rule => ({ at, from, to });

/** Two cells of a row. */
const pair = (baseline: number, first = "Roads", second = "Item"): TestLine[] => [
  [50, baseline, first],
  [200, baseline, second],
];

describe("rules of one width bound a table", () => {
  test.each<[string, Rule[], number[][]]>([
    ["from the first of three to the last", [100, 130, 160].map((at) => ruleAt(at)), [[50, 100, 500, 160]]],
    ["two do not", [ruleAt(100), ruleAt(130)], []],
    ["not where one ends elsewhere", [ruleAt(100), ruleAt(130), ruleAt(160, 50, 490)], []],
    ["not where one begins elsewhere", [ruleAt(100), ruleAt(130), ruleAt(160, 60)], []],
    ["not where they are as short as dashes", [100, 130, 160].map((at) => ruleAt(at, 50, 109)), []],
    ["rows of 60 points among them", [100, 160, 220].map((at) => ruleAt(at)), [[50, 100, 500, 220]]],
    ["no higher rows", [100, 161, 222].map((at) => ruleAt(at)), []],
    ["with a head over a body of 500 points", [100, 120, 620].map((at) => ruleAt(at)), [[50, 100, 500, 620]]],
    ["with no higher body", [100, 120, 621].map((at) => ruleAt(at)), []],
    [
      "that has a body below its head, but not below rows",
      [100, 120, 140, 500].map((at) => ruleAt(at)),
      [[50, 100, 500, 140]],
    ],
  ])("%s", (_, rules, zones) => {
    expect(zonesOf(rules)).toEqual(zones.map(([a = 0, b = 0, c = 0, d = 0]) => [a, b, c, d]));
  });
});

describe("rows that may be one table end", () => {
  const single = (baseline: number, style = {}): TestLine => [50, baseline, "Works", style];
  const three = [...pair(100), ...pair(114), ...pair(128)];
  const wide = "a".repeat(61);
  test.each<[string, TestLine[], number]>([
    ["behind rows 3.2 sizes apart", [...pair(100), ...pair(132)], 2],
    ["before one further down", [...pair(100), ...pair(133)], 1],
    ["behind one that is 1.9 times as far as usual", [...three, ...pair(154)], 4],
    ["before one further than that", [...three, ...pair(155)], 3],
    ["not yet where a single distance is no usual one", [...pair(100), ...pair(114), ...pair(141)], 3],
    ["not at a single cell 1.4 times as far as usual", [...three, single(147), ...pair(161)], 5],
    ["at one further than that", [...three, single(148), ...pair(162)], 3],
    ["not at three single cells", [...pair(100), single(114), single(128), single(142), ...pair(156)], 5],
    ["at four", [...pair(100), single(114), single(128), single(142), single(156), ...pair(170)], 1],
    [
      "not at four with a row between them",
      [...pair(100), single(114), single(128), ...pair(142), single(156), single(170), ...pair(184)],
      7,
    ],
    ["where they begin, at a single cell", [single(86), ...pair(100)], 0],
    ["not at sixty letters beside another cell", [...pair(100), [50, 114, "a".repeat(60)], [400, 114, "b"]], 2],
    ["at more, which are prose", [...pair(100), [50, 114, wide], [400, 114, "b"]], 1],
    ["not at them in a row of three", [...pair(100), [50, 114, wide], [400, 114, "b"], [450, 114, "c"]], 2],
    ["not at a cell hardly larger", [...pair(100), ...pair(114), single(128, { size: 11 }), ...pair(142)], 4],
    ["at a larger one", [...pair(100), ...pair(114), single(128, { size: 12 }), ...pair(142)], 2],
    ["at a bold one that stands apart", [...three, single(144, { bold: true }), ...pair(158)], 3],
    ["not at a bold one that does not", [...three, single(142, { bold: true }), ...pair(156)], 5],
    ["behind the rest of a cell behind the first", [...pair(100), ...pair(114), [200, 128, "Rest"]], 3],
    ["before what stands too low for it", [...pair(100), ...pair(114), [200, 129, "Rest"]], 2],
    ["before what begins left of that cell", [...pair(100), ...pair(114), [190, 128, "Rest"]], 2],
    ["before what reaches too far", [...pair(100), ...pair(114), [200, 128, "Rest of them"]], 2],
    ["behind one further line of a cell", [...pair(100), ...pair(114), [200, 126, "Rest"], [200, 138, "Rest"]], 3],
  ])("%s", (_, lines, end) => {
    expect(runEnd(rowsOf(lines), 0)).toBe(end);
  });

  test("as bold rows only where all of their cells are bold", () => {
    const second: TestLine = [200, 100, "Item", { bold: true }];
    expect(rowsOf([[50, 100, "Roads", { bold: true }], second])[0]?.bold).toBe(true);
    expect(rowsOf([[50, 100, "Roads"], second])[0]?.bold).toBe(false);
  });
});

describe("columns", () => {
  const triples = (count: number) =>
    Array.from({ length: count }, (_, at): TestLine[] =>
      [50, 200, 350].map((left) => [left, 100 + 14 * at, "Roads"]),
    ).flat();
  const across: TestLine[] = [
    [50, 86, "a".repeat(50)],
    [350, 86, "Roads"],
  ];
  test.each<[string, TestLine[], Column[]]>([
    [
      "stay apart where one row of ten has a cell across two",
      [...across, ...triples(9)],
      [
        [50, 75],
        [200, 225],
        [350, 375],
      ],
    ],
    [
      "are one where one of eight has",
      [...across, ...triples(7)],
      [
        [50, 300],
        [350, 375],
      ],
    ],
    [
      "are one where no cell would stand apart",
      [...pair(100), [78, 114, "Beam"], [200, 114, "Item"]],
      [
        [50, 98],
        [200, 220],
      ],
    ],
    [
      "are not told by rows of a single cell",
      [...pair(100), [50, 114, "a".repeat(40)], ...pair(128)],
      [
        [50, 75],
        [200, 220],
      ],
    ],
  ])("%s", (_, lines, columns) => {
    expect(columnsOf(rowsOf(lines))).toEqual(columns);
  });

  test("hold a cell where it covers most of the first of them", () => {
    const [cell = []] = rowsOf([[50, 100, "a".repeat(50)]])[0]?.cells ?? [];
    const columns: Column[] = [
      [50, 100],
      [200, 400],
    ];
    expect(texts([place([cell], columns)])).toEqual([["a".repeat(50), ""]]);
  });
});

describe("a further line of a cell", () => {
  const row = (baseline: number, first: string, second: string, third: string): TestLine[] =>
    [
      [50, first],
      [150, second],
      [300, third],
    ].flatMap(([left, text]): TestLine[] => (text === "" ? [] : [[Number(left), baseline, String(text)]]));
  const long = "Formwork of the walls";
  const [a, b, c] = [["A", "Concrete", "96"] as const, ["B", long, "61"] as const, ["C", "Bars", "14"] as const];
  /** The rows A, B and C, with a line `pitch` below the one at `place`. */
  const withLine = (
    place: 0 | 1,
    line: readonly [string, string, string],
    pitch: number,
    top: readonly [string, string, string] = a,
  ) => {
    const rows = [top, b, c];
    let baseline = 100;
    return rows.flatMap((cells, at) => {
      const lines = row(baseline, ...cells);
      if (at === place) {
        baseline += pitch;
        lines.push(...row(baseline, ...line));
      }
      baseline += 20;
      return lines;
    });
  };
  test.each<[string, TestLine[], boolean]>([
    ["stands nearer than rows do", withLine(0, ["", "Footings", ""], 11), true],
    ["is none that stands as far as rows do", withLine(0, ["", "Footings", ""], 19), false],
    ["may stand so far in the middle of a sentence", withLine(0, ["", "footings", ""], 19), true],
    ["may stand so far below a line that is full", withLine(1, ["", "Footings", ""], 19), true],
    ["does not begin with a digit there", withLine(1, ["", "2 Footings", ""], 19), false],
    ["is not in the first column there", withLine(0, ["and", "", ""], 19), false],
    ["is alone there", withLine(0, ["", "footings", "m"], 19), false],
    ["has a cell above it", withLine(0, ["", "Footings", ""], 11, ["A", "", "96"]), false],
    [
      "is told by the usual distance, not the least",
      [...row(100, ...a), ...row(111, "", "Footings", ""), ...row(120, ...b), ...row(140, ...c)],
      true,
    ],
    ["is no whole row", withLine(0, ["D", "Footings", "7"], 11), false],
  ])("%s", (_, lines, joins) => {
    const rows = rowsOf(lines);
    const columns = columnsOf(rows);
    const placed = rows.map(({ cells }) => place(cells, columns));
    expect(withJoinedLines(placed, rows, columns)).toHaveLength(joins ? 3 : 4);
  });
});

describe("lines in the same columns are a table", () => {
  const end = (right: number, text: string) => right - 5 * text.length;
  const amounts = ["12,500", "8,200", "20,700", "900", "1,000", "77", "15", "3"];
  const sums = (count: number, from = 0): TestLine[] =>
    amounts.slice(from, from + count).flatMap((text, at): TestLine[] => [
      [50, 100 + 14 * (from + at), "Roads"],
      [end(300, text), 100 + 14 * (from + at), text],
    ]);
  const noted = (count: number): TestLine[] =>
    Array.from({ length: count }, (_, at): TestLine => [350, 100 + 14 * at, "Note"]);
  const cells = (lefts: readonly number[], rows: readonly string[][], style = {}): TestLine[] =>
    rows.flatMap((row, at) =>
      row.flatMap((text, column): TestLine[] =>
        text === "" ? [] : [[lefts[column] ?? 0, 100 + 14 * at, text, at === 0 ? style : {}]],
      ),
    );
  const words = (count: number) => Array.from({ length: 3 }, () => Array.from({ length: count }, () => "Roads"));
  const four = [50, 150, 250, 350];
  const bold = { bold: true };
  const middle = (text: string, at: number): TestLine => [250 - 2.5 * text.length, 100 + 14 * at, text];
  const over = (from: number, to: number) => (at: number) => ruleAt(at, from, to);
  test.each<[string, TestLine[], Rule[], boolean]>([
    ["in three rows", sums(3), [], true],
    ["not in two", sums(2), [], false],
    ["in two between rules", sums(2), [88, 120].map(over(50, 300)), true],
    ["not in two below a single rule", sums(2), [88].map(over(50, 300)), false],
    ["not by rules far above them", sums(2), [70, 75].map(over(50, 300)), false],
    ["not by rules far below them", sums(2), [130, 135].map(over(50, 300)), false],
    ["not by rules that are much narrower", sums(2), [88, 120].map(over(50, 200)), false],
    ["where three rows of seven are full", [...sums(7), ...noted(3)], [], true],
    ["not where three of eight are", [...sums(8), ...noted(3)], [], false],
    [
      "where three cells of four are filled",
      cells(four, [
        ["Aa", "1", "2", ""],
        ["Bb", "", "3", "4"],
        ["Cc", "5", "", "6"],
      ]),
      [],
      true,
    ],
    [
      "not of markers with their texts",
      cells(
        [50, 200],
        [
          ["1.", "125"],
          ["2.", "820"],
          ["Roads", "207"],
        ],
      ),
      [],
      false,
    ],
    ["not of two columns of words, be their head bold", cells([50, 200], words(2), bold), [], false],
    ["of three columns of words", cells(four, words(3)), [], true],
    ["not of four, which are labels with values", cells(four, words(4)), [], false],
    ["of four with a bold head", cells(four, words(4), bold), [], true],
    [
      "not of four that are bold throughout",
      words(4).flatMap((row, at) =>
        row.map((text, column): TestLine => [four[column] ?? 0, 100 + 14 * at, text, bold]),
      ),
      [],
      false,
    ],
    [
      "of four with numbers",
      cells(
        four,
        words(4).map((row, at) => [...row.slice(0, 3), `${at}`]),
      ),
      [],
      true,
    ],
    [
      "not by values that begin at one place and are mostly as long",
      cells(
        [50, 200],
        [
          ["A", "125"],
          ["B", "126"],
          ["C", "127"],
          ["D", "9"],
        ],
      ),
      [],
      false,
    ],
    [
      "by numbers that have one middle",
      ["5", "100", "25", "4000"].flatMap((text, at): TestLine[] => [[50, 100 + 14 * at, "Roads"], middle(text, at)]),
      [],
      true,
    ],
  ])("%s", (_, lines, rules, isTable) => {
    expect(findAlignedTables(fragments(lines), rules).tables).toHaveLength(isTable ? 1 : 0);
  });

  test("the first row of which has a head over two columns in the first of these", () => {
    const lines = cells(
      [50, 200, 300, 400],
      [
        ["Work", "", "", ""],
        ["Roads", "12", "14", "16"],
        ["Walls", "22", "24", "26"],
        ["Roofs", "32", "34", "36"],
      ],
    );
    const [table] = findAlignedTables(fragments([...lines, [290, 100, "Costs"]]), [ruleAt(104, 195, 330)]).tables;
    expect(texts(table?.rows ?? [])[0]).toEqual(["Work", "Costs", "", ""]);
  });
});

describe("a table between rules of one width", () => {
  const rules = [100, 120, 140, 160].map((at) => ruleAt(at, 200, 400));
  const inside = ["Tiles", "Boards", "Bars"].flatMap((text, at): TestLine[] => [
    [202, 112 + 20 * at, text],
    [300, 112 + 20 * at, "of oak"],
  ]);

  test.each([
    ["left", 50],
    ["right", 450],
  ])("leaves out what stands at its %s", (_, left) => {
    const { tables, rest } = findZonedTables(fragments([...inside, [left, 112, "Aside"]]), rules);
    expect(tables).toHaveLength(1);
    expect(rest.map(({ text }) => text)).toEqual(["Aside"]);
  });

  test("is none where a line of prose stands between them", () => {
    const lines: TestLine[] = [...inside.slice(0, 4), [202, 152, "a".repeat(61), { size: 6 }]];
    expect(findZonedTables(fragments(lines), rules).tables).toEqual([]);
  });
});

describe("heads over several columns", () => {
  const columns: Column[] = [
    [50, 100],
    [200, 250],
    [300, 350],
  ];
  const first: TestLine[] = [
    [50, 100, "Roads"],
    [200, 100, "12"],
    [300, 100, "14"],
  ];
  test.each<[string, TestLine[], Column[], number]>([
    [
      "stand in two rows at most",
      [
        [200, 64, "a"],
        [200, 76, "b"],
        [200, 88, "c"],
      ],
      columns,
      2,
    ],
    ["stand 2.4 sizes above the next row", [[200, 76, "a"]], columns, 1],
    ["stand no higher", [[200, 75, "a"]], columns, 0],
    ["do not reach over the first column", [[195, 88, "a"]], columns, 0],
    ["do not reach beyond the last", [[330, 88, "aaaaa"]], columns, 0],
    ["stand over no single column", [[200, 88, "a"]], columns.slice(0, 2), 0],
    ["are hardly larger than the row", [[200, 88, "a", { size: 12 }]], columns, 0],
  ])("%s", (_, lines, over, heads) => {
    expect(headsAbove(rowsOf([...lines, ...first]), lines.length, over)).toBe(heads);
  });

  // The row stands on 100, so that it ends at 102.
  test.each<[string, TestLine[], Rule[], number]>([
    ["stand over the rule just below them", [[305, 100, "Year"]], [ruleAt(115, 195, 355)], 1],
    ["stand over no rule further down", [[305, 100, "Year"]], [ruleAt(117, 195, 355)], 2],
    ["stand over no rule above them", [[305, 100, "Year"]], [ruleAt(80, 195, 355)], 2],
    ["stand over no rule beside them", [[200, 100, "Year"]], [ruleAt(104, 295, 355)], 1],
    ["stand over all columns in their middle", [[270, 100, "Year"]], [], 1],
    ["stand over one column elsewhere", [[300, 100, "Years"]], [], 2],
    ["are narrower than the columns", [[72.5, 100, "a".repeat(81)]], [], 0],
    [
      "stand alone in their row, or in the column that is nearest",
      [
        [50, 100, "A"],
        [270, 100, "Year"],
      ],
      [],
      2,
    ],
  ])("%s", (_, lines, rules, column) => {
    const [row] = rowsOf(lines);
    const text = lines.at(-1)?.[2] ?? "";
    expect(row && texts([placeHeads(row, columns, rules)])[0]?.indexOf(text)).toBe(column);
  });
});

describe("a table without empty rows and columns", () => {
  const [a = [], b = []] = [fragments([[0, 0, "a"]]), fragments([[0, 0, "b"]])];
  test.each<[string, Fragment[][][], string[][] | undefined]>([
    [
      "has the others",
      [
        [a, [], b],
        [[], [], []],
        [b, [], a],
      ],
      [
        ["a", "b"],
        ["b", "a"],
      ],
    ],
    [
      "is none of a single row",
      [
        [a, b],
        [[], []],
      ],
      undefined,
    ],
    [
      "is none of a single column",
      [
        [a, []],
        [b, []],
      ],
      undefined,
    ],
  ])("%s", (_, rows, left) => {
    const table = trimmed({ box: [0, 0, 1, 1], rows });
    expect(table && texts(table.rows)).toEqual(left);
  });
});
