import { describe, expect, test } from "bun:test";
import { rowsOf } from "../../src/tesseract/layout/boxes.ts";
import { findStamp } from "../../src/tesseract/layout/find-stamp.ts";
import { layoutOf } from "../../src/tesseract/layout/page-layout.ts";
import { piecesOf } from "../../src/tesseract/layout/pieces.ts";
import { pipeTable } from "../../src/tesseract/layout/pipe-table.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import type { Rules } from "../../src/tesseract/picture/ruling-lines.ts";

const page = { width: 1272, height: 1800 };
const noRules: Rules = { horizontal: [], vertical: [] };

interface Named extends Box {
  name: string;
}

/** A piece of a line, 30 px high. */
const piece = (name: string, left: number, top: number, width: number, height = 30): Named => ({
  name,
  left,
  top,
  width,
  height,
});

/** Names in reading order: pieces of a line joined by a blank; a table as rows of cells. */
function read(pieces: readonly Named[], rules: Rules = noRules): string[] {
  const nameOf = (box: Box) => pieces.find((one) => one === box)?.name ?? "?";
  const line = (boxes: readonly Box[]) => boxes.map(nameOf).join(" ");
  return layoutOf(pieces, rules, page).flatMap((block) =>
    block.kind === "lines"
      ? block.lines.map(line)
      : block.rows.map((row) => `|${row.map((cell) => cell.map(line).join("/")).join("|")}|`),
  );
}

/** Lines from a column's top downwards, each named by its letter and number. */
const column = (letter: string, left: number, top: number, count: number, pitch: number, width = 480) =>
  Array.from({ length: count }, (_, at) => piece(`${letter}${at}`, left, top + at * pitch, width - 20 * (at % 3)));

/** The lines around and between all cells of a grid. */
function grid(columns: readonly number[], rows: readonly number[]): Rules {
  const [left = 0, right = 0] = [columns[0], columns.at(-1)];
  const [top = 0, bottom = 0] = [rows[0], rows.at(-1)];
  return {
    horizontal: rows.map((at) => ({ at, from: left, to: right })),
    vertical: columns.map((at) => ({ at, from: top, to: bottom })),
  };
}

describe("the reading order of a page", () => {
  test("lines of one column come from top to bottom, and what stands beside each other from left to right", () => {
    expect(read([piece("c", 100, 200, 300), piece("b", 700, 102, 200), piece("a", 100, 100, 200)])).toEqual([
      "a b",
      "c",
    ]);
  });

  test.each([
    ["stand beside each other", 40, 40],
    ["do not stand beside each other", 40, 47],
  ])("columns of prose come one after the other where their lines %s", (_, pitch, otherPitch) => {
    const title = piece("title", 300, 40, 600, 40);
    const [left, right] = [column("l", 100, 120, 7, pitch), column("r", 660, 124, 6, otherPitch)];
    const foot = piece("foot", 100, 600, 1000);
    const inOrder = [title, ...left, ...right, foot];
    expect(read(inOrder.toSorted((a, b) => a.left - b.left))).toEqual(inOrder.map(({ name }) => name));
  });

  test("three columns of prose come one after the other", () => {
    const columns = [
      column("l", 100, 120, 6, 40, 320),
      column("m", 460, 120, 6, 40, 320),
      column("r", 820, 120, 5, 40),
    ];
    expect(read(columns.flat().toSorted((a, b) => a.top - b.top))).toEqual(columns.flat().map(({ name }) => name));
  });

  test("columns may be parted elsewhere below a line across than above it", () => {
    const upper = [...column("a", 100, 100, 5, 40), ...column("b", 660, 100, 5, 40)];
    const across = piece("across", 100, 330, 1040);
    const lower = ["c", "d", "e"].flatMap((letter, at) => column(letter, 100 + 360 * at, 400, 4, 40, 320));
    const inOrder = [...upper, across, ...lower];
    expect(read(inOrder.toSorted((a, b) => a.top - b.top))).toEqual(inOrder.map(({ name }) => name));
  });

  test("blanks that stand below each other here and there on a page of long lines make no columns", () => {
    const lines = Array.from({ length: 12 }, (_, at) =>
      at % 3 === 0
        ? [piece(`a${at}`, 100, 100 + 40 * at, 460), piece(`b${at}`, 610, 100 + 40 * at, 500)]
        : [piece(`a${at}`, 100, 100 + 40 * at, 1010)],
    );
    expect(read(lines.flat())).toEqual(lines.map((line) => line.map(({ name }) => name).join(" ")));
  });

  test("what reaches across parts columns into those above and those below it", () => {
    const upper = [...column("a", 100, 100, 4, 40), ...column("b", 660, 100, 4, 40)];
    const across = piece("across", 100, 300, 1040);
    const lower = [...column("c", 100, 360, 4, 40), ...column("d", 660, 360, 4, 40)];
    const inOrder = [...upper, across, ...lower];
    expect(read(inOrder)).toEqual(inOrder.map(({ name }) => name));
  });

  test("notes at both ends of a row are lines of their own", () => {
    expect(read([piece("a", 100, 100, 200), piece("b", 760, 100, 200)])).toEqual(["a", "b"]);
    expect(read([piece("a", 100, 100, 200), piece("b", 740, 100, 200)])).toEqual(["a b"]);
  });

  test.each([
    ["short labels beside long values", 110, 300],
    ["long labels beside short values", 200, 190],
  ])("%s are no columns", (_, label, value) => {
    const rows = Array.from({ length: 6 }, (_, at) => [
      piece(`label${at}`, 100, 100 + 40 * at, label),
      piece(`value${at}`, 500, 100 + 40 * at, value),
    ]);
    expect(read(rows.flat())).toEqual(rows.map((row) => row.map(({ name }) => name).join(" ")));
  });

  test("a stamp in a frame comes behind the lines that it stands beside, and before what goes on below", () => {
    const head = column("h", 100, 100, 4, 45, 500);
    const stamp = [
      piece("received", 850, 110, 180, 24),
      piece("date", 850, 140, 160, 24),
      piece("time", 850, 170, 150, 24),
    ];
    const body = column("b", 100, 340, 3, 45, 1000);
    const frame = grid([830, 1060], [100, 205]);
    expect(read([...stamp, ...body, ...head], frame)).toEqual([...head, ...stamp, ...body].map(({ name }) => name));
  });
});

describe("what stands beside a frame", () => {
  const frame = grid([830, 1060], [100, 205]);
  const stamp = [110, 140, 170].map((top, at) => piece(`s${at}`, 850, top, 180 - 10 * at, 24));

  test.each<[string, readonly Named[], readonly string[]]>([
    [
      "on its left comes before it, with the lines that go on there below it",
      [110, 160, 210, 260].map((top, at) => piece(`l${at}`, 100, top, 500 - 20 * at, 36)),
      ["l0", "l1", "l2", "l3", "s0", "s1", "s2"],
    ],
    [
      "comes before it up to a gap of 1.3 heights below it",
      [110, 160, 242, 290].map((top, at) => piece(`l${at}`, 100, top, 500 - 20 * at, 36)),
      ["l0", "l1", "l2", "l3", "s0", "s1", "s2"],
    ],
    [
      "comes before it, and what follows behind a wider gap behind it",
      [110, 160, 243, 290].map((top, at) => piece(`l${at}`, 100, top, 500 - 20 * at, 36)),
      ["l0", "l1", "s0", "s1", "s2", "l2", "l3"],
    ],
    [
      "comes before it up to a line below it that does not end there, and what follows behind it",
      [
        piece("l", 100, 170, 500),
        piece("w", 100, 202, 900),
        ...[234, 266].map((top, at) => piece(`b${at}`, 100, top, 480)),
      ],
      ["l", "s0", "s1", "s2", "w", "b0", "b1"],
    ],
    [
      "on its right comes behind it",
      [piece("l", 100, 130, 400), piece("r", 1080, 130, 90)],
      ["l", "s0", "s1", "s2", "r"],
    ],
    [
      "on its right alone comes behind it",
      [piece("r", 1080, 130, 90), piece("b", 100, 220, 90)],
      ["s0", "s1", "s2", "r", "b"],
    ],
    [
      "below it comes behind it in whole lines",
      [piece("a", 100, 20, 400), piece("b", 100, 225, 400), piece("c", 600, 225, 500)],
      ["a", "s0", "s1", "s2", "b c"],
    ],
    [
      "below it comes behind it where nothing stands on its left",
      [piece("a", 100, 20, 400), piece("b", 100, 225, 400), piece("c", 100, 265, 380)],
      ["a", "s0", "s1", "s2", "b", "c"],
    ],
  ])("%s", (_, pieces, order) => {
    expect(read([...stamp, ...pieces], frame)).toEqual([...order]);
  });
});

describe("tables and frames in columns of prose", () => {
  const [left, right] = [column("l", 100, 100, 4, 40), column("r", 660, 100, 4, 40)];
  const [leftBelow, rightBelow] = [column("m", 100, 420, 4, 40), column("s", 660, 420, 4, 40)];
  const tableOf = (name: string, from: number) =>
    [310, 360].map((top, row) => [0, 1].map((at) => piece(`${name}${row}${at}`, from + 10 + 200 * at, top, 90)));
  const rulesAt = (...lefts: readonly number[]): Rules => {
    const grids = lefts.map((from) => grid([from, from + 200, from + 400], [300, 350, 400]));
    return {
      horizontal: grids.flatMap(({ horizontal }) => horizontal),
      vertical: grids.flatMap(({ vertical }) => vertical),
    };
  };
  const rowText = (row: readonly Named[]) => `|${row.map(({ name }) => name).join("|")}|`;
  const names = (pieces: readonly Named[]) => pieces.map(({ name }) => name);

  test.each([
    ["left", 100],
    ["right", 660],
  ])("a table in the %s column is read there", (side, from) => {
    const table = tableOf("t", from);
    const other = side === "left" ? column("x", 660, 300, 3, 40) : column("x", 100, 300, 3, 40);
    const pieces = [...left, ...right, ...leftBelow, ...rightBelow, ...other, ...table.flat()];
    const inMiddle = { left: names(other), right: names(other), [side]: table.map(rowText) };
    expect(read(pieces, rulesAt(from))).toEqual([
      ...[...names(left), ...inMiddle.left, ...names(leftBelow)],
      ...[...names(right), ...inMiddle.right, ...names(rightBelow)],
    ]);
  });

  test("two tables below each other come in their order, with what stands between and around them", () => {
    const upper = [
      piece("a", 110, 110, 90),
      piece("b", 310, 110, 90),
      piece("c", 110, 160, 90),
      piece("d", 310, 160, 90),
    ];
    const lower = upper.map((one, at) => piece(`${"efgh"[at]}`, one.left, one.top + 300, one.width));
    const [above, upperGrid, lowerGrid] = [
      piece("above", 100, 40, 900),
      grid([100, 300, 500], [100, 150, 200]),
      grid([100, 300, 500], [400, 450, 500]),
    ];
    const rules: Rules = {
      horizontal: [...lowerGrid.horizontal, ...upperGrid.horizontal],
      vertical: [...lowerGrid.vertical, ...upperGrid.vertical],
    };
    expect(
      read([...lower, ...upper, piece("between", 100, 300, 900), above, piece("below", 100, 560, 900)], rules),
    ).toEqual(["above", "|a|b|", "|c|d|", "between", "|e|f|", "|g|h|", "below"]);
  });

  test("cells that stand beside each other around a frame lose nothing of it", () => {
    const cell = (name: string, from: number, top: number) =>
      [0, 1].map((at) => piece(`${name}${at}`, from, top + 36 * at, 430));
    const cells = [0, 1, 2].flatMap((at) => [
      ...cell(`a${at}`, 100, 100 + 140 * at),
      ...cell(`b${at}`, 600, 101 + 140 * at),
    ]);
    const framed = piece("framed", 110, 530, 200);
    expect(read([...cells, framed], grid([100, 500], [520, 570])).filter((line) => line.includes("framed"))).toEqual([
      "framed",
    ]);
  });
});

test.each([
  [298, "above"],
  [302, "below"],
])("what stands level with a line across two columns is read with it, and once: from %p px on, %s", (top) => {
  const upper = [...column("a", 100, 100, 4, 40), ...column("b", 660, 100, 4, 40)];
  const across = [piece("across", 100, 300, 700), piece("no", 900, top, 100)];
  const lower = [...column("c", 100, 360, 4, 40), ...column("d", 660, 360, 4, 40)];
  expect(read([...upper, ...across, ...lower])).toEqual([
    ...upper.map(({ name }) => name),
    "across no",
    ...lower.map(({ name }) => name),
  ]);
});

test("two tables across the columns of a page both come between them", () => {
  const upper = [...column("a", 100, 100, 4, 40), ...column("b", 660, 100, 4, 40)];
  const lower = [...column("c", 100, 600, 4, 40), ...column("d", 660, 600, 4, 40)];
  const cells = [310, 360, 460, 510].map((top) => [150, 750].map((left) => piece(`${left}/${top}`, left, top, 90)));
  const [one, other] = [grid([100, 700, 1140], [300, 350, 400]), grid([100, 700, 1140], [450, 500, 550])];
  const rules: Rules = {
    horizontal: [...one.horizontal, ...other.horizontal],
    vertical: [...one.vertical, ...other.vertical],
  };
  expect(read([...upper, ...lower, ...cells.flat()], rules)).toEqual([
    ...upper.map(({ name }) => name),
    ...cells.map((row) => `|${row.map(({ name }) => name).join("|")}|`),
    ...lower.map(({ name }) => name),
  ]);
});

test("three columns of wrapped cells are a table of three columns", () => {
  const cell = (name: string, left: number, top: number, count: number) =>
    Array.from({ length: count }, (_, at) => piece(`${name}${at}`, left, top + 36 * at, 320 - 20 * at));
  const rows = [0, 1, 2].map((at) =>
    ["a", "b", "c"].map((name, column) =>
      cell(`${name}${at}`, 100 + 360 * column, 100 + 140 * at + column, 2 + (column % 2)),
    ),
  );
  const text = rows.map((row) => `|${row.map((lines) => lines.map(({ name }) => name).join("/")).join("|")}|`);
  expect(read(rows.flat(2))).toEqual(text);
});

test.each([
  [5, 5],
  [6, 4],
])("of %p columns beside each other %p are read one after the other, and the rest line by line", (count, single) => {
  const columns = Array.from({ length: count }, (_, at) => column("abcdef"[at] ?? "", 20 + 330 * at, 100, 5, 40, 300));
  const [after, across] = [columns.slice(0, single), columns.slice(single)];
  const rows = [0, 1, 2, 3, 4].map((line) => across.map((one) => one[line]?.name ?? "").join(" "));
  expect(read(columns.flat())).toEqual([...after.flat().map(({ name }) => name), ...(across.length === 0 ? [] : rows)]);
});

test("a page without anything has no parts, and one that is a table has one", () => {
  expect(layoutOf([], noRules, page)).toEqual([]);
  const rows = [0, 1, 2].map((at) => [0, 1, 2].map((column) => piece("x", 100 + 200 * column, 100 + 50 * at, 90)));
  expect(layoutOf(rows.flat(), noRules, page).map(({ kind }) => kind)).toEqual(["table"]);
});

describe("a stamp without a frame", () => {
  const head = [100, 150, 200].map((top, at) => piece(`h${at}`, 100, top, 380 - 20 * at, 36));
  const body = [270, 310].map((top, at) => piece(`b${at}`, 100, top, 1000, 36));
  const stamp = (top: number, pitch: number) =>
    [0, 1, 2].map((at) => piece(`s${at}`, 880 + 15 * at, top + pitch * at, 170 - 20 * at, 26));
  const inOrder = [...head, ...stamp(112, 33), ...body].map(({ name }) => name);

  test.each([
    ["beside them", 112, 33],
    ["from above the first of them", 92, 38],
    ["to below the last of them", 140, 34],
  ])("comes behind the lines that it stands beside: %s", (_, top, pitch) => {
    expect(read([...body, ...stamp(top, pitch), ...head])).toEqual(inOrder);
  });

  test.each([
    [12, true],
    [13, false],
  ])("has twelve lines at most: %p", (count, isStamp) => {
    const beside = Array.from({ length: 20 }, (_, at) => piece(`a${at}`, 100, 100 + 60 * at, 380, 36));
    const lines = Array.from({ length: count }, (_, at) => piece(`s${at}`, 880, 110 + 33 * at, 170, 26));
    const found = findStamp([...beside, ...lines]);
    expect(new Set(found)).toEqual(new Set(isStamp ? lines : []));
  });

  test("is none where its lines are level with those beside them", () => {
    const values = [104, 155, 203].map((top, at) => piece(`v${at}`, 560, top, 130, 30));
    expect(read([...head, ...values])).toEqual(["h0 v0", "h1 v1", "h2 v2"]);
  });

  test("is none where it is a word of a line of its own height", () => {
    expect(read([...head, piece("v", 500, 102, 150, 30), ...body])).toEqual(["h0 v", "h1", "h2", "b0", "b1"]);
  });
});

describe("tables", () => {
  const lefts = [110, 210, 620, 760];
  const cells = (rows: number, from = 110) =>
    Array.from({ length: rows }, (_, row) =>
      lefts.map((left, at) => piece(`${row}${"abcd"[at]}`, left, from + 50 * row, at === 1 ? 300 : 70)),
    );
  const rowText = (row: readonly Named[]) => `|${row.map(({ name }) => name).join("|")}|`;

  test("a grid of ruling lines is a table", () => {
    const rows = cells(3);
    const rules = grid([100, 200, 600, 750, 860], [100, 150, 200, 250]);
    expect(read(rows.flat(), rules)).toEqual(rows.map(rowText));
  });

  test("a field may be as wide as most of the page", () => {
    const pieces = [100, 140].map((top) => [piece(`a${top}`, 110, top + 5, 600), piece(`b${top}`, 1010, top + 5, 90)]);
    expect(read(pieces.flat(), grid([100, 1000, 1150], [100, 140, 180]))).toEqual(["|a100|b100|", "|a140|b140|"]);
  });

  const columnLines = [100, 200, 600, 750, 860];
  const rowLines = [100, 150, 200, 250];
  const whole = grid(columnLines, rowLines);
  const without = (side: "left" | "right" | "upper" | "lower"): Rules => ({
    horizontal: whole.horizontal.filter(({ at }) => at !== { upper: 100, lower: 250, left: 0, right: 0 }[side]),
    vertical: whole.vertical.filter(({ at }) => at !== { left: 100, right: 860, upper: 0, lower: 0 }[side]),
  });
  test.each<[string, Rules]>([
    ["its left line", without("left")],
    ["its right line", without("right")],
    ["its upper line", without("upper")],
    ["its lower line", without("lower")],
    ["both lines at its sides", { ...whole, vertical: whole.vertical.slice(1, -1) }],
    ["lines above and below it", { ...whole, horizontal: whole.horizontal.slice(1, -1) }],
    ["any level line", { ...whole, horizontal: [] }],
    [
      "level lines within it",
      { ...whole, horizontal: [whole.horizontal[0], whole.horizontal[3]].flatMap((r) => r ?? []) },
    ],
    [
      "the upper part of its right line, where the page ends",
      {
        horizontal: rowLines.map((at) => ({ at, from: 100, to: Math.min(860, 830 + 0.2 * (at - 100)) })),
        vertical: columnLines.map((at) => ({ at, from: at === 860 ? 240 : 100, to: 250 })),
      },
    ],
    [
      "its left line but for the first row",
      {
        horizontal: rowLines.map((at) => ({ at, from: 100 + 0.2 * (at - 100), to: 860 })),
        vertical: columnLines.map((at) => ({ at, from: 100, to: at === 100 ? 155 : 250 })),
      },
    ],
  ])("a grid without %s is a table all the same", (_, rules) => {
    const rows = cells(3);
    const [before, after] = [piece("before", 110, 40, 700), piece("after", 110, 300, 700)];
    expect(read([before, ...rows.flat(), after], rules)).toEqual(["before", ...rows.map(rowText), "after"]);
  });

  test("a head of two rows whose fields are joined here and there is one of a table", () => {
    const head = [piece("no", 110, 120, 40), piece("sum", 610, 105, 100)];
    const lower = [piece("each", 610, 155, 60), piece("all", 760, 155, 60)];
    const rows = cells(4, 205);
    const all = grid(columnLines, [100, 150, 200, 250, 300, 350, 400]);
    const rules: Rules = {
      horizontal: all.horizontal.map((rule) => (rule.at === 150 ? { ...rule, from: 600 } : rule)),
      vertical: all.vertical.map((rule) => (rule.at === 750 ? { ...rule, from: 150 } : rule)),
    };
    expect(read([...head, ...lower, ...rows.flat()], rules)).toEqual([
      "|no||sum||",
      "|||each|all|",
      ...rows.map(rowText),
    ]);
  });

  describe("a field that reaches over two rows", () => {
    const columns = [100, 200, 600, 860];
    const all = grid(columns, [100, 150, 200, 250]);
    /** Without the level line between the second and the third row at the first column. */
    const rules: Rules = {
      ...all,
      horizontal: all.horizontal.map((rule) => (rule.at === 200 ? { ...rule, from: 200 } : rule)),
    };
    const rows = cells(3).map((row) => row.slice(0, 3));
    const others = [...(rows[0] ?? []), ...(rows[1] ?? []).slice(1), ...(rows[2] ?? []).slice(1)];

    test("gives each row its line where it has two", () => {
      expect(read(rows.flat(), rules)).toEqual(rows.map(rowText));
    });

    test.each<[string, readonly Named[], string]>([
      ["one line", [piece("n", 110, 185, 70)], "n"],
      ["two lines in its first row", [piece("n", 110, 152, 70, 20), piece("m", 110, 174, 70, 20)], "n/m"],
      [
        "three lines",
        [piece("n", 110, 155, 70, 20), piece("m", 110, 185, 70, 20), piece("o", 110, 220, 70, 20)],
        "n/m/o",
      ],
    ])("has all it holds in the first of them where it has %s", (_, pieces, name) => {
      expect(read([...others, ...pieces], rules)).toEqual(["|0a|0b|0c|", `|${name}|1b|1c|`, "||2b|2c|"]);
    });
  });

  describe("joined fields", () => {
    const rowEdges = Array.from({ length: 11 }, (_, at) => 100 + 50 * at);
    /** Uprights that are drawn beside these rows only, of ten. */
    const ruled = (...full: readonly number[]): Rules => ({
      horizontal: rowEdges.map((at) => ({ at, from: 100, to: 860 })),
      vertical: columnLines.flatMap((at) =>
        at === 100 || at === 860
          ? [{ at, from: 100, to: 600 }]
          : full.map((row) => ({ at, from: 100 + 50 * row, to: 150 + 50 * row })),
      ),
    });
    const all = cells(10);
    const joinedRow = (row: number) => [piece(`${row}a`, 210, 110 + 50 * row, 300)];
    const piecesWith = (...full: readonly number[]) =>
      all.flatMap((row, at) => (full.includes(at) ? row : joinedRow(at)));

    test.each([
      ["of headings and sums are rows of a table where three of ten are whole", [0, 4, 8], true],
      ["are a title block where two are", [0, 8], false],
    ] as const)("%s", (_, full, isTable) => {
      const text = read(piecesWith(...full), ruled(...full));
      const rows = all.map((row, at) => (full.some((one) => one === at) ? rowText(row) : `|${at}a||||`));
      if (isTable) expect(text).toEqual(rows);
      else expect(text.some((line) => line.startsWith("|"))).toBe(false);
    });
  });

  describe("tables that share an upright line", () => {
    const table = (name: string, left: number, rows: number, pitch: number) =>
      Array.from({ length: rows }, (_, row) =>
        [0, 1].map((at) => piece(`${name}${row}${at}`, left + 10 + 150 * at, 106 + pitch * row, 80)),
      );
    const edges = (rows: number, pitch: number) => Array.from({ length: rows + 1 }, (_, at) => 100 + pitch * at);
    const both = (...others: readonly Rules[]): Rules => ({
      horizontal: others.flatMap(({ horizontal }) => horizontal),
      vertical: others.flatMap(({ vertical }) => vertical),
    });
    const [one, other] = [table("a", 100, 3, 60), table("b", 400, 4, 44)];
    const rules = both(grid([100, 250, 400], edges(3, 60)), grid([400, 550, 700], edges(4, 44)));
    const texts = [...one, ...other].map(rowText);

    test("come one after the other where their rows are not of one height", () => {
      expect(read([...one.flat(), ...other.flat()], rules)).toEqual(texts);
    });

    test("do so in a frame around them, in which a line stands below them", () => {
      const note = piece("note", 120, 310, 300);
      const framed = both(rules, grid([80, 720], [80, 360]));
      expect(read([...one.flat(), ...other.flat(), note], framed)).toEqual([...texts, "note"]);
    });

    test("are one where they are level", () => {
      const level = both(grid([100, 250, 400], edges(3, 60)), grid([400, 550, 700], edges(3, 60)));
      const right = table("b", 400, 3, 60);
      expect(read([...one, ...right].flat(), level)).toEqual(
        one.map((row, at) => rowText([...row, ...(right[at] ?? [])])),
      );
    });

    test("are none where one has two rows", () => {
      const right = table("b", 400, 2, 90);
      const uneven = both(grid([100, 250, 400], edges(3, 60)), grid([400, 550, 700], edges(2, 90)));
      const text = read([...one, ...right].flat(), uneven);
      expect(text.some((line) => line.startsWith("|"))).toBe(false);
    });
  });

  test("columns of prose between upright lines are none", () => {
    const columns = [column("l", 110, 110, 6, 40, 470), column("r", 620, 110, 6, 40, 470)];
    const upright = [100, 600, 1110].map((at) => ({ at, from: 100, to: 360 }));
    expect(read(columns.flat(), { horizontal: [], vertical: upright })).toEqual(columns.flat().map(({ name }) => name));
  });

  test("text between lines across the page is none", () => {
    const lines = [110, 160, 210].map((top, at) => piece(`t${at}`, 110, top, 600));
    const across = [100, 150, 200, 250].map((at) => ({ at, from: 100, to: 860 }));
    expect(read(lines, { horizontal: across, vertical: [] })).toEqual(["t0", "t1", "t2"]);
  });

  test("tables beside each other come one after the other", () => {
    const of = (name: string, left: number, count: number) =>
      Array.from({ length: count }, (_, row) =>
        [0, 1].map((at) => piece(`${name}${row}${at}`, left + 10 + 150 * at, 110 + 50 * row, 80)),
      );
    const [one, other] = [of("a", 100, 3), of("b", 500, 4)];
    const [ruled, besides] = [
      grid([100, 250, 400], [100, 150, 200, 250]),
      grid([500, 650, 800], [100, 150, 200, 250, 300]),
    ];
    const rules: Rules = {
      horizontal: [...ruled.horizontal, ...besides.horizontal],
      vertical: [...ruled.vertical, ...besides.vertical],
    };
    expect(read([...one.flat(), ...other.flat()], rules)).toEqual([...one, ...other].map(rowText));
  });

  test.each([
    [51, true],
    [36, false],
  ])("a table beside a paragraph that keeps to rows of its own, %p px apart, comes behind it: %p", (pitch, isApart) => {
    const prose = column("p", 100, 100, 7, 36, 520);
    const rows = Array.from({ length: 5 }, (_, row) =>
      [700, 850, 1000].map((left, at) => piece(`${row}${"abc"[at]}`, left, 104 + pitch * row, 70)),
    );
    const text = read([...prose, ...rows.flat()]);
    const after = [...prose.map(({ name }) => name), ...rows.map(rowText)];
    if (isApart) expect(text).toEqual(after);
    else expect(text).not.toEqual(after);
  });

  describe("words beside the first lines of paragraphs", () => {
    /** Paragraphs of so many lines, so many pixels apart, with a word beside each but those that are left out. */
    const minutes = (counts: readonly number[], apartPx: number, ...without: readonly number[]) => {
      let top = 200 - 36 - apartPx;
      return counts.map((count, at) => {
        top += apartPx;
        const lines = Array.from({ length: count }, (_, line) => {
          top += 36;
          return piece(`p${at}${line}`, 100, top, 560 - 60 * line);
        });
        const beside = piece(`w${at}`, 900, (lines[0]?.top ?? 0) + 3, 120);
        return { lines, words: without.includes(at) ? [] : [beside] };
      });
    };
    const title = piece("title", 100, 100, 300);
    const asTable = (items: ReturnType<typeof minutes>) =>
      items.map(({ lines, words }) => `|${lines.map(({ name }) => name).join("/")}|${words.map(({ name }) => name)}|`);
    const all = (items: ReturnType<typeof minutes>) => items.flatMap(({ lines, words }) => [...lines, ...words]);

    test("are rows of a table with them, without what stands above and below", () => {
      const items = minutes([2, 1, 3, 2], 20);
      const below = piece("below", 100, 700, 400);
      expect(read([title, ...all(items), below])).toEqual(["title", ...asTable(items), "below"]);
    });

    test("and so is the paragraph beside the last of them, to its end", () => {
      const items = minutes([2, 1, 3, 2, 1, 2], 20, 4, 5);
      const [fourth, fifth] = [items[4]?.lines ?? [], items[5]?.lines ?? []];
      const after = [...fourth, ...fifth].map(({ name }) => name);
      expect(read([title, ...all(items)])).toEqual(["title", ...asTable(items.slice(0, 4)), ...after]);
    });

    test.each<[string, ReturnType<typeof minutes>]>([
      ["are two only", minutes([2, 3], 20)],
      ["leave paragraphs out", minutes([2, 1, 3, 2], 20, 2)],
      ["stand beside paragraphs that are no farther apart than their lines", minutes([2, 1, 3, 2], 4)],
      ["stand beside single lines", minutes([1, 1, 1, 1], 20)],
    ])("are none where they %s", (_, items) => {
      expect(read([title, ...all(items)]).filter((line) => line.startsWith("|p"))).toEqual([]);
    });

    test("are none where one of them is beside no line", () => {
      const items = minutes([2, 1, 5, 2], 20);
      const stray = piece("stray", 900, (items[2]?.lines[3]?.top ?? 0) + 18, 120);
      expect(read([...all(items), stray]).filter((line) => line.startsWith("|"))).toEqual([]);
    });

    test("are none where a line reaches across", () => {
      const items = minutes([2, 1, 3, 2], 20);
      const wide = piece("wide", 100, items[1]?.lines[0]?.top ?? 0, 850);
      const pieces = all(items).filter(({ name }) => name !== "p10" && name !== "w1");
      expect(read([...pieces, wide]).filter((line) => line.startsWith("|"))).toEqual([]);
    });
  });

  test("a field without text is an empty cell, and lines of one field stay together", () => {
    const rules = grid([100, 200, 600], [100, 200, 300]);
    const pieces = [
      piece("1", 110, 130, 20),
      piece("first", 210, 110, 300),
      piece("line", 210, 155, 200),
      piece("x", 210, 230, 90),
    ];
    expect(read(pieces, rules)).toEqual(["|1|first/line|", "||x|"]);
  });

  test("a table with lines between its columns only is read row by row", () => {
    const rows = cells(4, 160);
    const rules = grid([100, 200, 600, 750, 860], [100, 150, 370]);
    const head = lefts.map((left, at) => piece(`h${at}`, left, 110, 70));
    expect(read([...head, ...rows.flat()], rules)).toEqual([head, ...rows].map(rowText));
  });

  test("three pieces below each other in several rows are a table without any ruling line", () => {
    const rows = cells(4);
    const [before, after] = [piece("before", 100, 40, 900), piece("after", 100, 400, 900)];
    expect(read([before, ...rows.flat(), after])).toEqual(["before", ...rows.map(rowText), "after"]);
  });

  test("two columns of long cells are a table where their rows stand apart", () => {
    const title = piece("title", 100, 50, 420);
    const rows = [200, 260, 230, 250].map((width, at) => [
      piece(`a${at}`, 100, 120 + 55 * at, width),
      piece(`b${at}`, 560, 121 + 55 * at, 580 - width),
    ]);
    expect(read([title, ...rows.flat()])).toEqual(["title", ...rows.map(rowText)]);
  });

  test("two columns of wrapped cells are a table where they begin beside each other", () => {
    const cell = (name: string, left: number, top: number, lines: number) =>
      Array.from({ length: lines }, (_, at) => piece(`${name}${at}`, left, top + 36 * at, 430 - 40 * at));
    const rows = [0, 1, 2].map((at) => [
      cell(`a${at}`, 100, 100 + 140 * at, 2),
      cell(`b${at}`, 600, 101 + 140 * at, 3),
    ]);
    const text = rows.map((row) => `|${row.map((lines) => lines.map(({ name }) => name).join("/")).join("|")}|`);
    expect(read(rows.flat(2))).toEqual(text);
  });

  test("a line below a cell goes on with it", () => {
    const rows = cells(4);
    const more = piece("more", 210, 195, 200, 24);
    const lower = rows
      .slice(2)
      .flat()
      .map((one) => ({ ...one, top: one.top + 25 }));
    const all = [...rows.slice(0, 2).flat(), more, ...lower];
    expect(read(all)).toEqual(["|0a|0b|0c|0d|", "|1a|1b/more|1c|1d|", "|2a|2b|2c|2d|", "|3a|3b|3c|3d|"]);
  });

  test("two rows, or prose with wide blanks, are none", () => {
    expect(read(cells(2).flat())).toEqual(["0a 0b 0c 0d", "1a 1b 1c 1d"]);
    const prose = [0, 1, 2, 3].map((row) =>
      [0, 1, 2].map((at) => piece(`${row}${at}`, 100 + 380 * at - 90 * row * (at % 2), 100 + 40 * row, 330)),
    );
    expect(read(prose.flat()).every((line) => !line.startsWith("|"))).toBe(true);
  });

  test("fields of all widths are a title block, read field by field", () => {
    const rules: Rules = {
      horizontal: [100, 180, 260].map((at) => ({ at, from: 100, to: 1100 })),
      vertical: [
        { at: 100, from: 100, to: 260 },
        { at: 1100, from: 100, to: 260 },
        { at: 600, from: 100, to: 180 },
        { at: 300, from: 180, to: 260 },
        { at: 800, from: 180, to: 260 },
      ],
    };
    const field = (name: string, left: number, top: number) => [
      piece(`${name}:`, left, top + 8, 90, 18),
      piece(name, left, top + 36, 150),
    ];
    const fields = [
      field("project", 110, 100),
      field("owner", 610, 100),
      field("drawn", 110, 180),
      field("scale", 310, 180),
      field("no", 810, 180),
    ];
    expect(
      read(
        fields.flat().toSorted((a, b) => a.top - b.top),
        rules,
      ),
    ).toEqual(fields.flat().map(({ name }) => name));
  });

  test.each([
    ["nothing", [], ""],
    [
      "rows without text",
      [
        ["", ""],
        ["", ""],
      ],
      "",
    ],
    [
      "a head and a row",
      [
        ["No", "Name"],
        ["1", "a | b"],
        ["", ""],
      ],
      "| No | Name |\n| --- | --- |\n| 1 | a \\| b |",
    ],
    [
      "a row with one empty cell, and a cell of two lines",
      [
        ["No", ""],
        ["", "a\n b"],
      ],
      "| No |  |\n| --- | --- |\n|  | a b |",
    ],
  ])("as Markdown: %s", (_, rows, markdown) => {
    expect(pipeTable(rows)).toBe(markdown);
  });
});

describe("pieces of lines", () => {
  const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });
  const noInk = { bands: () => [], lanes: () => [] };

  test.each([
    ["words of one line are one piece", [box(100, 100, 90, 30), box(200, 102, 80, 28)], [box(100, 100, 180, 30)]],
    [
      "a wide gap parts them",
      [box(100, 100, 90, 30), box(260, 100, 80, 30)],
      [box(100, 100, 90, 30), box(260, 100, 80, 30)],
    ],
    [
      "marks belong to the letters that they reach into most",
      [box(100, 100, 300, 30), box(100, 140, 300, 30), box(150, 128, 40, 16)],
      [box(100, 100, 300, 30), box(100, 128, 300, 42)],
    ],
    [
      "what lies in another piece is no second one",
      [box(100, 100, 300, 30), box(150, 104, 100, 25)],
      [box(100, 100, 300, 30)],
    ],
  ])("%s", (_, boxes, pieces) => {
    expect(piecesOf(boxes, noInk, noRules)).toEqual(pieces);
  });

  test("a ruling line beside a piece's whole height cuts it, and keeps words apart", () => {
    const rules: Rules = { horizontal: [], vertical: [{ at: 200, from: 0, to: 500 }] };
    expect(piecesOf([box(100, 100, 200, 30)], noInk, rules)).toEqual([box(100, 100, 100, 30), box(200, 100, 100, 30)]);
    expect(piecesOf([box(100, 200, 95, 30), box(205, 200, 90, 30)], noInk, rules)).toHaveLength(2);
  });

  const pitchPx = 38;
  const lines = (left: number, width: number, count = 9) =>
    Array.from({ length: count }, (_, at) => box(left, 100 + pitchPx * at, width, 34));
  const lane = (left: number, width: number) => box(left, 90, width, 600);
  const gutter = lane(592, 14);

  test.each([
    ["words on both sides of a narrow gutter are no one line", [...lines(100, 490), ...lines(608, 490)]],
    ["a box that reaches across a gutter is cut there", lines(100, 998)],
    ["a box that only just reaches into a gutter ends there", [...lines(100, 497), ...lines(608, 490)]],
  ])("%s", (_, boxes) => {
    const pieces = piecesOf(boxes, { ...noInk, lanes: () => [lane(0, 100), gutter] }, noRules);
    expect(pieces.filter(({ left }) => left === 100)).toHaveLength(9);
    expect(pieces.filter(({ left }) => left >= 606)).toHaveLength(9);
    expect(pieces).toHaveLength(18);
  });

  test.each([
    ["beside too few lines for its width", [...lines(100, 490, 6), ...lines(608, 490, 6)], gutter],
    ["beside numbers of items", [...lines(100, 40), ...lines(160, 900)], lane(143, 14)],
    ["that ends within the lines", [...lines(100, 490), ...lines(608, 490)], box(592, 110, 14, 95)],
  ])("a lane is no gutter %s", (_, boxes, narrow) => {
    const pieces = piecesOf(boxes, { ...noInk, lanes: () => [narrow] }, noRules);
    expect(pieces).toHaveLength(boxes.length / 2);
  });

  test("large print close below and above small print takes none of it in", () => {
    const small = [box(100, 100, 300, 24), box(100, 164, 300, 24), box(100, 300, 900, 24)];
    const large = box(100, 124, 280, 40);
    expect(piecesOf([...small, large], { ...noInk, bands: (part) => [part] }, noRules)).toEqual(
      [...small, large].toSorted((a, b) => a.top - b.top),
    );
  });

  test("a box over two lines is cut where the bands of ink are", () => {
    const bands = [box(100, 205, 300, 28), box(100, 240, 300, 28)];
    const others = [box(100, 100, 300, 30), box(100, 150, 300, 30)];
    expect(piecesOf([...others, box(95, 200, 310, 72)], { ...noInk, bands: () => bands }, noRules)).toEqual([
      ...others,
      ...bands,
    ]);
  });
});

test("rows are what is level, even where titles stand beside small print", () => {
  const [title, small, below] = [
    piece("title", 0, 100, 200, 40),
    piece("small", 300, 112, 100, 16),
    piece("below", 0, 150, 200),
  ];
  expect(rowsOf([below, small, title]).map((row) => row.map(({ name }) => name))).toEqual([
    ["title", "small"],
    ["below"],
  ]);
});
