import { describe, expect, test } from "bun:test";
import { blocksOf } from "../../console/compare/blocks.ts";
import { compareOrders } from "../../console/compare/compare-orders.ts";
import { comparePages } from "../../console/compare/compare-pages.ts";
import { compareWords, type Part } from "../../console/compare/compare-words.ts";

/** `[-removed-]{+added+}`, as word diffs are written. */
const written = (parts: readonly Part[]) =>
  parts.map(({ kind, text }) => (kind === "same" ? text : kind === "removed" ? `[-${text}-]` : `{+${text}+}`)).join("");

describe("two texts, word by word", () => {
  test.each([
    ["", "", ""],
    ["the same", "the same", "the same"],
    ["No. 12/2568 dated", "No. 13/2568 dated", "No. [-12-]{+13+}/2568 dated"],
    ["", "new", "{+new+}"],
    ["old", "", "[-old-]"],
    ["one two three", "one three", "one [-two -]three"],
    ["แบบก่อสร้างอาคาร", "แบบก่อสร้างโรงงาน", "แบบ|ก่อสร้าง|"],
  ])("%j and %j differ as %j", (before, after, difference) => {
    const parts = compareWords(before, after);
    if (difference.includes("|")) {
      // Where the dictionary parts Thai words is the platform's business; that it does not part letters is ours.
      expect(
        parts
          .filter(({ kind }) => kind === "same")
          .map(({ text }) => text)
          .join(""),
      ).toBe("แบบก่อสร้าง");
    } else expect(written(parts)).toBe(difference);
  });

  test("what is too different is shown whole, and nothing is lost", () => {
    const text = (seed: number) => Array.from({ length: 30_000 }, (_, at) => (at * seed) % 9973).join(" ");
    const parts = compareWords(text(7), text(11));
    expect(
      parts
        .filter(({ kind }) => kind !== "added")
        .map((part) => part.text)
        .join(""),
    ).toBe(text(7));
    expect(
      parts
        .filter(({ kind }) => kind !== "removed")
        .map((part) => part.text)
        .join(""),
    ).toBe(text(11));
  });
});

describe("a page in blocks", () => {
  test("tables of Markdown and of HTML are parted from the text, by their cells", () => {
    const text =
      "# Head\n\n| a | b |\n|---|---|\n| 1 | x \\| y |\n\nbetween\n\n<table><tr><th>c</th><td>d<br>e &amp; f</td></tr>\n\n<tr><td>2</table>\nend";
    expect(blocksOf(text)).toEqual([
      { kind: "text", text: "# Head" },
      {
        kind: "table",
        rows: [
          ["a", "b"],
          ["1", "x | y"],
        ],
      },
      { kind: "text", text: "between" },
      { kind: "table", rows: [["c", "d\ne & f"], ["2"]] },
      { kind: "text", text: "end" },
    ]);
  });
});

describe("two readings of a page", () => {
  const table = (...rows: string[]) => ["| item | price |", "|---|---|", ...rows].join("\n");

  test("tables are compared by cell, rows that both have stay together", () => {
    const before = `Intro\n\n${table("| pipe | 10 |", "| sand | 20 |")}\n\nEnd`;
    const after = `Intro\n\n${table("| pipe | 12 |", "| cement | 5 |", "| sand | 20 |")}\n\nEnd`;
    const { blocks, changedCells, removedWords, addedWords } = comparePages(before, after);
    expect(blocks.map(({ kind }) => kind)).toEqual(["text", "table", "text"]);
    const rows = blocks.flatMap((block) => (block.kind === "table" ? block.rows : []));
    expect(rows.map((row) => row.map(written))).toEqual([
      ["item", "price"],
      ["pipe", "[-10-]{+12+}"],
      ["{+cement+}", "{+5+}"],
      ["sand", "20"],
    ]);
    expect([changedCells, removedWords, addedWords]).toEqual([3, 1, 3]);
  });

  test("the same table in the other notation does not differ", () => {
    const html = "<table><tr><th>item</th><th>price</th></tr><tr><td>pipe</td><td>10</td></tr></table>";
    expect(comparePages(table("| pipe | 10 |"), html)).toMatchObject({
      changedCells: 0,
      removedWords: 0,
      addedWords: 0,
    });
  });

  test("a table that only one has is shown whole, and the text beside it is not lost", () => {
    const { blocks, addedWords } = comparePages("Only text", `Only text\n\n${table("| pipe | 10 |")}`);
    expect(blocks.map(({ kind }) => kind)).toEqual(["text", "table"]);
    expect(addedWords).toBe(4);
    const unlike = comparePages("prose", table("| pipe | 10 |"));
    expect(JSON.stringify(unlike.blocks)).toContain("prose");
    expect(unlike.addedWords).toBeGreaterThan(0);
  });
});

test("requests differ by field, parameters one by one", () => {
  const a = { engine: "auto", runtimeParams: { temperature: 0.1, seed: 1 }, systemPrompt: "one" };
  const b = { engine: "auto", runtimeParams: { temperature: 0.5, seed: 1 }, dmsTags: ["x"], systemPrompt: "two" };
  expect(compareOrders(a, b)).toEqual([
    { name: "systemPrompt", a: "one", b: "two" },
    { name: "temperature", a: "0.1", b: "0.5" },
    { name: "dmsTags", a: undefined, b: '["x"]' },
  ]);
  expect(compareOrders(a, structuredClone(a))).toEqual([]);
});
