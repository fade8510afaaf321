import { describe, expect, test } from "bun:test";
import { fragmentsOf } from "../../../src/pdf/markdown/fragment.ts";
import { type HeadingCandidate, looksOf } from "../../../src/pdf/markdown/heading-candidate.ts";
import { type StyleCounts, withHeadings } from "../../../src/pdf/markdown/heading-levels.ts";
import { linesOf } from "../../../src/pdf/markdown/lines.ts";
import type { PageMarkdown } from "../../../src/pdf/markdown/page-markdown.ts";
import { paragraphsOf } from "../../../src/pdf/markdown/paragraphs.ts";
import { pageOf, type TestLine } from "../../support/page-structure.ts";

type Candidate = Partial<HeadingCandidate>;

/** A page of 10 point text with these lines on it; what is not said of them is no heading. */
function pageWith(candidates: readonly Candidate[], styles: StyleCounts = [[10, false, 1000]]): PageMarkdown {
  const texts = candidates.map(({ text = "Scope" }) => text);
  const plain = {
    size: 10,
    bold: false,
    italic: false,
    capitals: false,
    depth: 0,
    apart: true,
    next: "text",
    edge: 0.5,
  } as const;
  return {
    markdown: texts.join("\n"),
    headings: {
      candidates: candidates.map((found, at) => ({
        ...plain,
        text: "Scope",
        otherwise: "",
        at: texts.slice(0, at).reduce((sum, text) => sum + text.length + 1, 0),
        ...found,
      })),
      styles,
    },
  };
}

/** The level of each line, 0 of one that is no heading, over all pages. */
const levelsOf = (...pages: readonly PageMarkdown[]) =>
  withHeadings(pages).flatMap((page) =>
    "markdown" in page ? page.markdown.split("\n").map((line) => /^#*/.exec(line)?.[0].length) : [],
  );

const bold = { bold: true };
const italic = { italic: true };
const capitals = (letters: number) => ({ capitals: true, text: "A".repeat(letters) });

describe("a heading is", () => {
  test.each<[string, boolean, Candidate]>([
    ["larger than the text", true, { size: 11 }],
    ["not as large as it, nearly", false, { size: 10.8 }],
    ["not what stands at the edge of the page", false, { size: 11.9, edge: 0.07 }],
    ["what is much larger there", true, { size: 12, edge: 0.07 }],
    ["not what leads to no text", false, { size: 14, next: "other" }],
    ["what is half as large again and does so", true, { size: 15, next: "other" }],
    ["what is bold and does so", true, { ...bold, size: 14, next: "other" }],
    ["not what ends the page", false, { ...bold, size: 12.9, next: "end" }],
    ["what is much larger and does so", true, { ...bold, size: 13, next: "end" }],
    ["not what ends as a sentence does", false, { size: 11, text: "Scope." }],
    ["what is much larger and does so", true, { size: 12, text: "Scope." }],
    ["bold", true, bold],
    ["not bold and small", false, { ...bold, size: 8.4 }],
    ["bold and hardly smaller", true, { ...bold, size: 8.5 }],
    ["not bold at the end", false, { ...bold, next: "end" }],
    ["not bold before anything else than text", false, { ...bold, next: "other" }],
    ["not bold and a sentence", false, { ...bold, text: "Scope!" }],
    ["bold near the line above", true, { ...bold, apart: false }],
    ["bold near the line above with a number", true, { ...bold, apart: false, depth: 1, next: "candidate" }],
    ["not without one before what is none", false, { ...bold, apart: false, next: "candidate" }],
    ["bold apart from the line above before what is none", true, { ...bold, next: "candidate" }],
    ["in capitals", true, capitals(5)],
    ["not in capitals near the line above", false, { ...capitals(5), apart: false }],
    ["not an abbreviation", false, capitals(4)],
    ["eighty capitals", true, capitals(80)],
    ["not more of them", false, capitals(81)],
    ["italic", true, italic],
    ["not italic near the line above", false, { ...italic, apart: false }],
    ["not an italic sentence", false, { ...italic, text: "Scope." }],
    ["not italic and the rest of a sentence", false, { ...italic, text: "scope" }],
    ["seventy italic letters", true, { ...italic, text: "A".repeat(70) }],
    ["not more of them", false, { ...italic, text: "A".repeat(71) }],
    ["not the text itself", false, {}],
  ])("%s: %p", (_, isHeading, candidate) => {
    expect(levelsOf(pageWith([candidate]))).toEqual([isHeading ? 1 : 0]);
  });

  test.each<[string, StyleCounts, number]>([
    [
      "bold where some of the text is",
      [
        [10, true, 400],
        [10, false, 600],
      ],
      1,
    ],
    [
      "not bold where most of the text is",
      [
        [10, true, 600],
        [10, false, 400],
      ],
      0,
    ],
  ])("%s", (_, styles, level) => {
    expect(levelsOf(pageWith([bold], styles))).toEqual([level]);
  });

  test.each<[string, Candidate[], number[]]>([
    ["what leads to another one", [{ size: 14, next: "candidate" }, bold], [1, 2]],
    ["not what leads to what is none", [{ size: 14, next: "candidate" }, {}, bold], [0, 0, 1]],
    ["not in capitals before another one", [{ ...capitals(9), next: "candidate" }, bold], [0, 1]],
    ["not italic before another one", [{ ...italic, next: "candidate" }, bold], [0, 1]],
  ])("%s", (_, candidates, levels) => {
    expect(levelsOf(pageWith(candidates))).toEqual(levels);
  });
});

describe("a running head is", () => {
  const large = (edge: number) => ({ size: 12, edge });
  test.each<[string, PageMarkdown[], boolean]>([
    ["what stands near the edge of three pages", [1, 2, 3].map(() => pageWith([large(0.12)])), true],
    ["not of two", [1, 2].map(() => pageWith([large(0.12)])), false],
    ["not what stands further away", [1, 2, 3].map(() => pageWith([large(0.13)])), false],
    ["not what stands twice on each of two", [1, 2].map(() => pageWith([large(0.12), large(0.12)])), false],
  ])("%s", (_, pages, isRunning) => {
    expect(new Set(levelsOf(...pages))).toEqual(new Set([isRunning ? 0 : 1]));
  });
});

describe("the level of a heading", () => {
  const levels = (...candidates: Candidate[]) => levelsOf(pageWith(candidates));
  test("is that of all that look the same", () => expect(levels(bold, { size: 14 }, bold)).toEqual([2, 1, 2]));
  test("is lower for the smaller", () => expect(levels({ size: 12 }, { size: 14 })).toEqual([2, 1]));
  test("is lower for what is not bold", () => expect(levels({ size: 14 }, { ...bold, size: 14 })).toEqual([2, 1]));
  test("is lower for what is not in capitals", () =>
    expect(levels({ size: 14 }, { size: 14, capitals: true })).toEqual([2, 1]));
  test("is lower for what is italic", () => expect(levels({ ...italic, size: 14 }, { size: 14 })).toEqual([2, 1]));
  test("is lower for what has more numbers", () =>
    expect(levels({ size: 14, depth: 2 }, { size: 14, depth: 1 })).toEqual([2, 1]));
  test("is six at the lowest", () =>
    expect(levels(...[30, 28, 26, 24, 22, 20, 18, 16].map((size) => ({ size })))).toEqual([1, 2, 3, 4, 5, 6, 6, 6]));
});

describe("a paragraph looks like a heading", () => {
  const paragraphOf = (lines: readonly TestLine[]) => {
    const [paragraph] = paragraphsOf(linesOf(fragmentsOf(pageOf(lines))), 1.2, 10);
    if (paragraph === undefined) throw new Error("no paragraph");
    return paragraph;
  };
  const looks = (lines: readonly TestLine[]) => looksOf({ kind: "paragraph", paragraph: paragraphOf(lines) });
  const below = (count: number) => Array.from({ length: count }, (_, at): TestLine => [50, 100 + 12 * at, "the works"]);
  test.each<[string, boolean, TestLine[]]>([
    ["of three lines", true, below(3)],
    ["of four lines", false, below(4)],
    ["of two hundred letters", true, [[50, 100, "a".repeat(200)]]],
    ["of more", false, [[50, 100, "a".repeat(201)]]],
    [
      "whose lines stay apart",
      false,
      [
        [50, 100, "Canal Street"],
        [50, 112, "The Port Authority of the North"],
      ],
    ],
    [
      "whose number stands apart",
      true,
      [
        [50, 100, "1.2"],
        [100, 100, "Scope"],
      ],
    ],
    [
      "whose parts stand apart otherwise",
      false,
      [
        [50, 100, "Name"],
        [100, 100, "Rick"],
      ],
    ],
    [
      "of two pieces side by side",
      true,
      [
        [50, 100, "Name"],
        [80, 100, "Rick"],
      ],
    ],
    [
      "in type of two sizes",
      false,
      [
        [50, 100, "Name", { size: 8 }],
        [80, 100, "Rick"],
      ],
    ],
    ["that goes on behind a comma", false, [[50, 100, "The works,"]]],
    ["with a bullet", false, [[50, 100, "• The works"]]],
    ["with a letter in brackets", false, [[50, 100, "(a) The works"]]],
    ["that is a formula of words", false, [[50, 100, "Area = width"]]],
    ["without a word", false, [[50, 100, "A 12 B"]]],
  ])("%s: %p", (_, isOne, lines) => {
    expect(looks(lines) !== undefined).toBe(isOne);
  });

  test.each([
    ["1.2 Scope", 2],
    ["1. Scope", 1],
    ["12 Scope", 1],
    ["12 scope", 0],
    ["Chapter 1", 1],
    ["บทที่ ๑ ทั่วไป", 1],
    ["Scope", 0],
  ])("of %s numbers stand before it: %d", (text, depth) => {
    expect(looks([[50, 100, text]])?.depth).toBe(depth);
  });

  test("of no numbers where a bullet stands within a sentence", () => {
    const paragraph = { ...paragraphOf([[50, 100, "• The works"]]), marker: undefined };
    expect(looksOf({ kind: "paragraph", paragraph })?.depth).toBe(0);
  });

  test.each([
    [1.1, false],
    [1.11, true],
  ])("apart where the line above is %d of the usual distance away: %p", (gapAbove, apart) => {
    const paragraph = { ...paragraphOf(below(1)), gapAbove };
    expect(looksOf({ kind: "paragraph", paragraph })?.apart).toBe(apart);
  });

  test("bold or italic as a whole only", () => {
    const both = { bold: true, italic: true };
    const two = (style: TestLine[3]) => [
      ...below(1).map(([x, y, text]): TestLine => [x, y, text, both]),
      [50, 112, "and more", style] as TestLine,
    ];
    const [first, ...others] = paragraphOf(two(both)).lines;
    if (first === undefined) throw new Error("no line");
    const paragraph = paragraphOf(two(both));
    expect(looksOf({ kind: "paragraph", paragraph })).toMatchObject(both);
    const mixed = { ...paragraph, lines: [first, ...others.map((line) => ({ ...line, bold: false, italic: false }))] };
    expect(looksOf({ kind: "paragraph", paragraph: mixed })).toMatchObject({ bold: false, italic: false });
  });
});
