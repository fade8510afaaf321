import { describe, expect, test } from "bun:test";
import { f1, scoreHeadings } from "../../scripts/eval/layers/headings.ts";
import { compareLetters, writtenText } from "../../scripts/eval/layers/letters.ts";
import { scoreItems } from "../../scripts/eval/layers/list-items.ts";
import { readMarkdown } from "../../scripts/eval/layers/markdown-structure.ts";
import { pageTests, passes } from "../../scripts/eval/layers/page-tests.ts";
import { scoreTables } from "../../scripts/eval/layers/tables.ts";
import { commonLength, wordOrderSimilarity, wordsOf } from "../../scripts/eval/layers/word-order.ts";

describe("Markdown is read as its reader sees it", () => {
  test("headings, nested lists, tables and lines, without markup, comments and targets of links", () => {
    const markdown = [
      "# Bill of *quantities*\n",
      "Paragraph with [a link](https://example.org/x), `code`, 2 \\* 3 &amp; a<br>break.\n",
      "- first\n  1. inner\n- second\n  goes on\n",
      "<!-- image -->\n",
      "| Item | Price \\| Baht |\n| --- | ---: |\n| Steel | 4.11 |\n| | 2 |\n",
      "```\nlet a = 1;\n```",
    ].join("\n");
    expect(readMarkdown(markdown)).toEqual({
      headings: [{ level: 1, text: "Bill of quantities" }],
      items: [
        { depth: 0, text: "first" },
        { depth: 1, text: "1. inner" },
        { depth: 0, text: "second goes on" },
      ],
      tables: [
        [
          ["Item", "Price | Baht"],
          ["Steel", "4.11"],
          ["", "2"],
        ],
      ],
      lines: [
        "Bill of quantities",
        "Paragraph with a link, code, 2 * 3 & a",
        "break.",
        ...["first", "1. inner", "second goes on"],
        "",
        ...["Item Price | Baht", "Steel 4.11", "2"],
        "let a = 1;",
      ],
    });
  });
});

describe("letters", () => {
  test.each([
    ["the same letters in another order", "ข้อ 12 ab", "ba21 ข้อ", 0, 0, []],
    ["a digit too many and a mark too few", "ขอ 122", "ข้อ 12", 1, 1, ["+2×1", "-้×1"]],
    ["markup and punctuation", "| **a** | ☑ b-\n", "a b", 0, 0, []],
    ["two spellings of SARA AM and of fi", "น\u0E4D\u0E49า ﬁn", "น้ำ fin", 0, 0, []],
  ])("%s", (_, found, expected, lost, added, named) => {
    const difference = compareLetters(found, expected);
    expect(difference).toMatchObject({ lost, added });
    expect(difference.named.toSorted()).toEqual(named.toSorted());
  });
});

test.each([
  ["[the drawings](https://example.org/x_(y)) of 2 &amp; 3", "[the drawings] of 2   3"],
  ["an array[1] (of 2)", "an array[1] (of 2)"],
])("what is written in %j is no target of a link", (markdown, text) => {
  expect(writtenText(markdown)).toBe(text);
});

describe("word order", () => {
  test.each([
    ["the same words", "One two, three.", "one two three", 1],
    ["two halves in the wrong order", "c d a b", "a b c d", 0.5],
    ["a word too few", "a b c", "a b c d", 6 / 7],
    ["Thai without regard to blanks", "ที่ กรุงเทพ", "ที่กรุงเทพ", 1],
    ["Thai with damaged marks", "ทีˠ นํา˺ านำ", "ที่ น้ำ า น้ำ", 1],
    ["nothing", "", "", 1],
  ])("%s", (_, found, expected, similarity) => {
    expect(wordOrderSimilarity(found, expected)).toBeCloseTo(similarity, 10);
  });

  test("words are runs of letters and digits; Thai is parted at its letters, whatever stands above and below them", () => {
    expect(wordsOf("A4-size, Müller 12.5 ที่น้ำ ๒๕๖๘")).toEqual(["a4", "size", "müller", "12", "5", ..."ทนา๒๕๖๘"]);
  });

  test("the common part is found wherever it stands", () => {
    expect(commonLength(["x", "a", "b", "y"], ["a", "z", "b", "y"])).toBe(3);
    expect(commonLength([], ["a"])).toBe(0);
  });
});

describe("table cells", () => {
  const expected = [
    [
      ["Item", "Amount", "Share"],
      ["Concrete", "12.28", "1.0"],
      ["Total", "", "6.0"],
    ],
  ];
  test.each([
    ["the table itself", expected, { placed: 8, neighboured: 8, wholeRows: 3, invented: 0 }],
    [
      "a column too many",
      [
        [
          ["Item", "", "Amount", "Share"],
          ["Concrete", "", "12.28", "1.0"],
          ["Total", "", "", "6.0"],
        ],
      ],
      { placed: 8, neighboured: 4, wholeRows: 3, invented: 0 },
    ],
    [
      "a value in the wrong column",
      [
        [
          ["Item", "Amount", "Share"],
          ["Concrete", "12.28", "1.0"],
          ["Total", "6.0", ""],
        ],
      ],
      { placed: 7, neighboured: 4, wholeRows: 3, invented: 0 },
    ],
    [
      "two columns that ran together",
      [
        [
          ["Item", "Amount Share"],
          ["Concrete", "12.28 1.0"],
          ["Total", "6.0"],
        ],
      ],
      { placed: 4, neighboured: 0, wholeRows: 1, invented: 2 },
    ],
    ["no table", [], { placed: 0, neighboured: 0, wholeRows: 0, invented: 0 }],
  ])("%s", (_, found, score) => {
    expect(scoreTables(found, expected)).toMatchObject({ cells: 8, rows: 3, tables: 1, ...score });
  });

  test("a table where none belongs is invented", () => {
    expect(
      scoreTables(
        [
          [
            ["a", "b"],
            ["c", ""],
          ],
        ],
        [],
      ),
    ).toMatchObject({ cells: 0, tables: 0, foundTables: 1, invented: 3 });
  });
});

describe("headings", () => {
  const expected = [
    { level: 1, text: "Specification" },
    { level: 2, text: "1. Scope" },
    { level: 2, text: "2. Materials" },
    { level: 3, text: "2.1 Steel" },
  ];
  test.each([
    ["the same", expected, { found: 4, levelled: 4 }],
    [
      "all one level deeper",
      expected.map(({ level, text }) => ({ level: level + 1, text })),
      { found: 4, levelled: 4 },
    ],
    ["all on one level", expected.map(({ text }) => ({ level: 2, text })), { found: 4, levelled: 2 }],
    ["the wrong way round", expected.map(({ level, text }) => ({ level: 5 - level, text })), { found: 4, levelled: 2 }],
    [
      "one invented and one missed",
      [...expected.slice(1), { level: 1, text: "Dear Sir," }],
      { found: 3, levelled: 3, missed: ["# Specification"], invented: ["# Dear Sir,"] },
    ],
  ])("%s", (_, found, score) => {
    expect(scoreHeadings(found, expected)).toMatchObject({ expected: 4, emitted: found.length, ...score });
  });

  test.each([
    [3, 4, 4, 0.75],
    [0, 0, 0, 1],
    [0, 1, 0, 0],
  ])("F1 of %p right of %p expected and %p emitted", (right, wanted, emitted, value) => {
    expect(f1(right, wanted, emitted)).toBeCloseTo(value, 10);
  });
});

describe("list items", () => {
  const expected = readMarkdown("- steel\n  - bars\n- ก. น้ำ\n\n1. one\n2. two").items;
  test.each([
    ["the same list", "- steel\n  - bars\n- ก. น้ำ\n\n1. one\n2. two", { found: 5, nested: 5 }],
    ["without nesting", "- steel\n- bars\n- ก. น้ำ\n\n1. one\n2. two", { found: 5, nested: 4 }],
    ["Thai letters as paragraphs", "- steel\n  - bars\n\nก. น้ำ\n\n1. one\n2. two", { found: 5, nested: 4 }],
    ["bullets that stayed characters", "• steel\n\n• bars\n\n- ก. น้ำ\n\n1. one\n2. two", { found: 3, nested: 3 }],
    [
      "another number",
      "- steel\n  - bars\n- ก. น้ำ\n\n1. one\n\ntext\n\n3. two",
      { found: 4, nested: 4, missed: ["2. two"] },
    ],
    ["a hanging line that fell off", "- steel\n  - bars\n- ก. น้ำ\n\n1. one\n2.\n\ntwo", { found: 4, nested: 4 }],
  ])("%s", (_, found, score) => {
    expect(scoreItems(readMarkdown(found), expected)).toMatchObject({ expected: 5, ...score });
  });
});

describe("page tests", () => {
  const page = readMarkdown(
    "# Bones\n\nThe use of self-\nlocking nuts.\n\n| | Year Ended |\n| --- | --- |\n| Research | 2,532 |\n| Sales | 680 |",
  );
  const tests: readonly [boolean, Record<string, unknown>][] = [
    [true, { type: "present", text: "use of selflocking nuts" }],
    [false, { type: "present", text: "use of self-lacking nuts" }],
    [true, { type: "present", text: "use of self-lacking nuts", max_diffs: 1 }],
    [true, { type: "absent", text: "Page 7" }],
    [true, { type: "order", before: "Bones", after: "Research" }],
    [false, { type: "order", before: "Research", after: "Bones" }],
    [true, { type: "table", cell: "680", up: "2,532", left: "Sales", top_heading: "Year Ended" }],
    [true, { type: "table", cell: "2,532", down: "680", left_heading: "Research" }],
    [false, { type: "table", cell: "680", up: "Year Ended" }],
    [false, { type: "table", cell: "Bones" }],
  ];
  test.each(tests)("%p for %p", (passed, given) => {
    const results = pageTests.parse([{ pdf: "a.pdf", page: 1, ...given }]).map((parsed) => passes(parsed, page));
    expect(results).toEqual([passed]);
  });
});
