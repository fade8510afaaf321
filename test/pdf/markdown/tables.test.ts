import { describe, expect, test } from "bun:test";
import { connectedRules } from "../../../src/pdf/markdown/grid.ts";
import type { DrawnShape } from "../../../src/pdf/markdown/page-structure.ts";
import { markdownOf, pageOf, paragraph, rule, type TestLine } from "../../support/page-structure.ts";

const horizontal = (left: number, right: number, y: number) => rule(left, y, right, y + 0.5);
const vertical = (x: number, top: number, bottom: number) => rule(x, top, x + 0.5, bottom);

/** Rules between columns that begin at `xs` and rows that begin at `ys`. */
const grid = (xs: readonly number[], ys: readonly number[]): DrawnShape[] => [
  ...ys.map((y) => horizontal(xs[0] ?? 0, xs.at(-1) ?? 0, y)),
  ...xs.map((x) => vertical(x, ys[0] ?? 0, ys.at(-1) ?? 0)),
];

const table = (...rows: string[]) =>
  [rows[0], `|${" --- |".repeat((rows[0]?.split("|").length ?? 2) - 2)}`, ...rows.slice(1)].join("\n");

const expectPage = (lines: readonly TestLine[], shapes: readonly DrawnShape[], ...markdown: string[]) =>
  expect(markdownOf(pageOf(lines, { shapes }))).toEqual([markdown.join("\n\n")]);

describe("ruled tables", () => {
  test("have a cell for each field of the grid, written in whatever order", () => {
    expectPage(
      [
        [52, 112, "Item"],
        [52, 132, "Steel"],
        [152, 112, "Amount"],
        [152, 132, "4.11"],
      ],
      grid([50, 150, 250], [100, 120, 140]),
      table("| Item | Amount |", "| Steel | 4.11 |"),
    );
  });

  test("join the lines of a cell", () => {
    expectPage(
      [
        [52, 112, "รายการ"],
        [152, 112, "Note"],
        [52, 132, "ค่าแรง"],
        [52, 144, "ติดตั้ง"],
        [152, 132, "two | three"],
      ],
      grid([50, 150, 250], [100, 120, 150]),
      table("| รายการ | Note |", "| ค่าแรงติดตั้ง | two \\| three |"),
    );
  });

  test("have links at the words of their cells, the sign that parts cells among them", () => {
    const lines: TestLine[] = [
      [52, 112, "Item"],
      [152, 112, "Source"],
      [52, 132, "Steel"],
      [152, 132, "plan | section"],
    ];
    const page = pageOf(lines, {
      shapes: grid([50, 150, 250], [100, 120, 140]),
      links: [{ box: [152, 123, 222, 135], url: "https://example.org/plan" }],
    });
    expect(markdownOf(page)).toEqual([
      table("| Item | Source |", "| Steel | [plan \\| section](https://example.org/plan) |"),
    ]);
  });

  test("have the text of a merged cell in its first field, the others empty", () => {
    const shapes = [
      ...[100, 120, 140, 160].map((y) => horizontal(y === 120 ? 150 : 50, 350, y)),
      ...[50, 150, 350].map((x) => vertical(x, 100, 160)),
      vertical(250, 120, 160),
    ];
    expectPage(
      [
        [52, 122, "Place"],
        [220, 112, "Year"],
        [152, 132, "2024"],
        [252, 132, "2025"],
        [52, 152, "North"],
        [152, 152, "1"],
        [252, 152, "2"],
      ],
      shapes,
      table("| Place | Year |  |", "|  | 2024 | 2025 |", "| North | 1 | 2 |"),
    );
  });

  test("have a row for each line where rules part the columns only", () => {
    const rows = ["1", "2", "3"].flatMap((n, at): TestLine[] => [
      [52, 132 + at * 14, `Item ${n}`],
      [152, 132 + at * 14, n],
    ]);
    expectPage(
      [[52, 112, "Item"], [152, 112, "Qty"], ...rows],
      grid([50, 150, 250], [100, 120, 180]),
      table("| Item | Qty |", "| Item 1 | 1 |", "| Item 2 | 2 |", "| Item 3 | 3 |"),
    );
  });

  test("are not seen in the paper of a drawing or a frame around text", () => {
    const paper = grid(
      Array.from({ length: 60 }, (_, at) => 20 + at * 9),
      Array.from({ length: 80 }, (_, at) => 20 + at * 9),
    );
    expect(
      markdownOf(
        pageOf(
          [
            [50, 100, "Section A-A"],
            [300, 400, "Scale 1:50"],
          ],
          { shapes: paper },
        ),
      )[0],
    ).not.toContain("|");
    expect(
      markdownOf(pageOf(paragraph(50, 100, ["One", "Two"]), { shapes: [rule(40, 80, 500, 200)] }))[0],
    ).not.toContain("|");
  });
});

describe("tables without rules between their columns", () => {
  const amounts: [string, string, string][] = [
    ["Roads", "12,500", "14,000"],
    ["Drainage", "8,200", "9,100"],
    ["Total", "20,700", "23,100"],
  ];
  const end = (right: number, text: string) => right - 5 * text.length;
  const rows = (top: number) =>
    amounts.flatMap(([name, one, two], at): TestLine[] => [
      [50, top + at * 14, name],
      [end(300, one), top + at * 14, one],
      [end(400, two), top + at * 14, two],
    ]);

  test("are seen by the places of their cells", () => {
    expectPage(
      [[50, 86, "Work"], [280, 86, "2024"], [380, 86, "2025"], ...rows(100)],
      [],
      table("| Work | 2024 | 2025 |", ...amounts.map((row) => `| ${row.join(" | ")} |`)),
    );
  });

  test("have a sign of a currency in one cell with its amount, however far it stands from it", () => {
    const signs = amounts.map((_, at): TestLine => [240, 100 + at * 14, "$"]);
    expectPage(
      [[50, 86, "Work"], [280, 86, "2024"], [380, 86, "2025"], ...rows(100), ...signs],
      [],
      table("| Work | 2024 | 2025 |", ...amounts.map(([name, one, two]) => `| ${name} | $ ${one} | ${two} |`)),
    );
  });

  test("have the head over several columns in the first of them", () => {
    expectPage(
      [[317, 72, "Year"], [280, 86, "2024"], [380, 86, "2025"], ...rows(100)],
      [horizontal(270, 400, 76)],
      table("|  | Year |  |", "|  | 2024 | 2025 |", ...amounts.map((row) => `| ${row.join(" | ")} |`)),
    );
  });

  test("end where white space or a heading begins something else", () => {
    const [page] = markdownOf(pageOf([...rows(100), [50, 170, "Provisional sums", { bold: true }], ...rows(190)]));
    expect(page?.match(/^\| --- /gm)).toHaveLength(2);
    expect(page).toMatch(/\n\n#+ Provisional sums\n\n/);
  });

  test("join the further lines of a cell into its row", () => {
    expectPage(
      [
        [50, 100, "A"],
        [80, 100, "Concrete in footings,"],
        [280, 100, "96"],
        [80, 111, "columns and beams"],
        [50, 126, "B"],
        [80, 126, "Formwork"],
        [280, 126, "61"],
        [50, 141, "C"],
        [80, 141, "Bars"],
        [280, 141, "14"],
        [50, 156, "D"],
        [80, 156, "Backfilling"],
        [280, 156, "26"],
      ],
      [],
      table(
        "| A | Concrete in footings, columns and beams | 96 |",
        "| B | Formwork | 61 |",
        "| C | Bars | 14 |",
        "| D | Backfilling | 26 |",
      ),
    );
  });

  test("keep numbers apart under heads that begin where the numbers before them end", () => {
    const forecast: [string, ...string[]][] = [
      ["Income", "1,200.00", "1,350.00", "", "4,050.00"],
      ["Rent", "-300.00", "-300.00", "-300.00", "-1,200.00"],
      ["Other", "", "", "25.00", "25.00"],
      ["Tax", "0.00", "-75.50", "0.00", "-155.50"],
    ];
    const heads: TestLine[] = ["Item", "Q1", "Q2", "Q3", "Total"].map((head, at) => [
      at === 0 ? 50 : 142 + at * 54,
      100,
      head,
    ]);
    const cells = forecast.flatMap((row, line) =>
      row.flatMap((text, at): TestLine[] =>
        text === "" ? [] : [[at === 0 ? 50 : end(194 + at * 54, text), 114 + line * 14, text]],
      ),
    );
    expectPage(
      [...heads, ...cells],
      [],
      table("| Item | Q1 | Q2 | Q3 | Total |", ...forecast.map((row) => `| ${row.join(" | ")} |`)),
    );
  });

  test("have each head in its column, be it beside the numbers", () => {
    const stock = Array.from({ length: 12 }, (_, at) => [`K${at}`, `${10 + at}`, `${20 + at}`, `${30 + at}`]);
    const heads: TestLine[] = ["Code", "On hand", "Price", "Value"].map((head, at) => [50 + at * 80, 100, head]);
    const cells = stock.flatMap((row, line) =>
      row.map((text, at): TestLine => [at === 0 ? 50 : end(125 + at * 80, text), 114 + line * 14, text]),
    );
    expectPage(
      [...heads, ...cells],
      [],
      table("| Code | On hand | Price | Value |", ...stock.map((row) => `| ${row.join(" | ")} |`)),
    );
  });

  test("have the sums below them in rows of their own, however near they stand", () => {
    const sums = [
      ["VAT", "1,449"],
      ["Sum", "22,149"],
    ];
    const below = sums.flatMap(([label = "", sum = ""], at): TestLine[] => [
      [end(300, label), 139 + at * 11, label],
      [end(400, sum), 139 + at * 11, sum],
    ]);
    expectPage(
      [[50, 86, "Work"], [280, 86, "2024"], [380, 86, "2025"], ...rows(100), ...below],
      [],
      table(
        "| Work | 2024 | 2025 |",
        ...amounts.map((row) => `| ${row.join(" | ")} |`),
        ...sums.map((row) => `|  | ${row.join(" | ")} |`),
      ),
    );
  });

  test("are seen by rules of one width, also of text alone that was written column by column", () => {
    const column = (left: number, texts: string[]): TestLine[] => texts.map((text, at) => [left, 112 + at * 20, text]);
    const names = ["Material and its place", "Tiles of the upper roof", "Boards of the fence"];
    expectPage(
      [...column(52, names), ...column(300, ["What is to be noted", "Broken ones go back", "Stored under cover"])],
      [100, 120, 140, 160].map((y) => horizontal(50, 500, y)),
      table(
        "| Material and its place | What is to be noted |",
        "| Tiles of the upper roof | Broken ones go back |",
        "| Boards of the fence | Stored under cover |",
      ),
    );
  });

  test("are seen by the grounds behind every second row", () => {
    const ground = (y: number): DrawnShape => ({ box: [50, y, 500, y + 20], stroked: false, rectangular: true });
    const rows = ["Cement", "Tiles", "Boards"].flatMap((text, at): TestLine[] => [
      [52, 112 + at * 20, text],
      [300, 112 + at * 20, `of ${text}`],
    ]);
    expectPage(
      rows,
      [ground(98), ground(138)],
      table("| Cement | of Cement |", "| Tiles | of Tiles |", "| Boards | of Boards |"),
    );
  });

  test("are not made of labels with their values, of lists, or of a table of contents", () => {
    const fields = [
      ["Supplier", "Canal Concrete", "Truck", "70-1234"],
      ["Class", "C30/37", "Slump", "100 mm"],
      ["Left", "08:40", "Arrived", "09:15"],
    ];
    const form = fields.flatMap((row, at) =>
      row.map((text, column): TestLine => [50 + column * 130, 100 + at * 20, text]),
    );
    const list = [1, 2, 3].flatMap((n): TestLine[] => [
      [50, 100 + n * 14, `${n}.`],
      [70, 100 + n * 14, `Item number ${n}`],
    ]);
    const contents = [1, 2, 3].flatMap((n): TestLine[] => [
      [50, 100 + n * 14, `Part ${n} . . . . . . .`],
      [300, 100 + n * 14, `${n}`],
    ]);
    for (const lines of [form, list, contents]) expect(markdownOf(pageOf(lines))[0]).not.toContain("|");
  });
});

test("rules beyond two thousand are not looked through for tables", () => {
  const { horizontal, vertical } = {
    horizontal: Array.from({ length: 1998 }, (_, at) => ({ at: 10 * at, from: 0, to: 100 })),
    vertical: [0, 100].map((at) => ({ at, from: 0, to: 20_000 })),
  };
  expect(connectedRules({ horizontal, vertical })).toHaveLength(1);
  expect(connectedRules({ horizontal: [...horizontal, { at: 1, from: 0, to: 100 }], vertical })).toEqual([]);
});
