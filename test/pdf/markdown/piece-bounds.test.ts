import { describe, expect, test } from "bun:test";
import { anchorsOf, withAnchors } from "../../../src/pdf/markdown/anchors.ts";
import type { Box } from "../../../src/pdf/markdown/box.ts";
import { withCheckBoxes } from "../../../src/pdf/markdown/check-boxes.ts";
import { findContainers } from "../../../src/pdf/markdown/containers.ts";
import { withDropCapitals } from "../../../src/pdf/markdown/drop-capitals.ts";
import { escapeText } from "../../../src/pdf/markdown/escape.ts";
import { type Fragment, fragmentsOf, joinFragments } from "../../../src/pdf/markdown/fragment.ts";
import type { HeadingCandidate } from "../../../src/pdf/markdown/heading-candidate.ts";
import { joinTwo } from "../../../src/pdf/markdown/join-text.ts";
import { leadingOf, linesOf } from "../../../src/pdf/markdown/lines.ts";
import { pageMarkdown } from "../../../src/pdf/markdown/page-markdown.ts";
import type { DrawnShape, TextRun } from "../../../src/pdf/markdown/page-structure.ts";
import { paragraphsOf } from "../../../src/pdf/markdown/paragraphs.ts";
import { hasSameLetters } from "../../../src/pdf/markdown/same-letters.ts";
import { withSteadySizes } from "../../../src/pdf/markdown/steady-sizes.ts";
import { createRulesBeside, mayHoldTable } from "../../../src/pdf/markdown/table-hints.ts";
import { upright } from "../../../src/pdf/markdown/upright.ts";
import { createWriter } from "../../../src/pdf/markdown/writer.ts";
import { pageOf, paragraph, rule, type TestLine } from "../../support/page-structure.ts";

const fragments = (lines: readonly TestLine[]) => fragmentsOf(pageOf(lines));
const texts = (found: readonly Fragment[]) => found.map(({ text }) => text);
const lines = (found: readonly TestLine[]) => pageOf(found).lines;

describe("a check box", () => {
  const field: Box = [50, 91, 60, 101];
  const shown = (around: readonly TestLine[], checked = true) =>
    withCheckBoxes(fragments(around), [{ box: field, checked }]);
  const label: TestLine = [70, 100, "Approved"];

  test.each<[string, TestLine, string[]]>([
    ["takes the place of the sign in it", [52, 100, "✓"], ["Approved", "☑"]],
    ["leaves the sign to its left", [42, 100, "✓"], ["✓", "Approved", "☑"]],
    ["leaves the sign to its right", [60, 100, "✓"], ["✓", "Approved", "☑"]],
    ["leaves the sign above it", [52, 91, "✓"], ["✓", "Approved", "☑"]],
    ["leaves the sign below it", [52, 110, "✓"], ["✓", "Approved", "☑"]],
  ])("%s", (_, sign, expected) => {
    expect(texts(shown([sign, label]))).toEqual(expected);
  });

  test.each<[string, TestLine[], string[]]>([
    ["stands on no line above it", [[70, 88, "Above"]], ["Above"]],
    ["stands on no line below it", [[70, 112, "Below"]], ["Below"]],
    ["stands on its own", [[70, 88, "Above"], [70, 112, "Below"], label], ["Above", "Below", "Approved", "☑"]],
  ])("%s", (_, around, expected) => {
    expect(texts(shown(around))).toEqual(expected);
  });

  test.each<[string, number, number]>([
    ["behind it, be that twice as far as the one before it", 76, 12],
    ["before it, where that is three times as near", 86, 8],
  ])("belongs to the label %s", (_, left, size) => {
    const before: TestLine = [22, 100, "Label", { size: 8 }];
    expect(shown([before, [left, 100, "Label", { size: 12 }]]).at(-1)).toMatchObject({ size });
  });

  test("is not bold though its label is", () => {
    expect(shown([[70, 100, "Approved", { bold: true }]], false).at(-1)).toMatchObject({
      text: "☐",
      bold: false,
      runs: [],
    });
  });

  test("and one beside it are not bold either", () => {
    const found = withCheckBoxes(fragments([label]), [
      { box: field, checked: true },
      { box: [62, 91, 68, 101], checked: true },
    ]);
    expect(joinFragments(found.slice(1), "☑ ☑")).toMatchObject({ bold: false, italic: false, monospaced: false });
  });
});

test.each<[string, string, string]>([
  ["", "after", "after"],
  ["before", "", "before"],
  ["one", "two", "one two"],
  ["docu\u00AD", "ment", "document"],
  ["a\u00ADb", "c", "a\u00ADb c"],
  ["docu-", "ment", "document"],
  ["well-", "known", "well-known"],
  ["Wall A-", "B", "Wall A-B"],
  ["Wall A-", "5 mm", "Wall A- 5 mm"],
  ["5-", "axis", "5- axis"],
  ["กำ", "ลัง", "กำลัง"],
  ["กำ", "of", "กำ of"],
])("%j and %j are %j", (before, after, joined) => {
  expect(joinTwo(before, after, new Set(["well-known"]))).toBe(joined);
});

describe("the distance of lines", () => {
  const leading = (...pitches: number[]) => {
    const placed = [100];
    for (const pitch of pitches) placed.push((placed.at(-1) ?? 0) + pitch);
    return leadingOf(linesOf(fragments(placed.map((at): TestLine => [50, at, "Roads"]))));
  };
  test.each([
    ["is the one that two in five do not exceed", leading(12, 14, 20, 12, 13), 1.3],
    ["is no overlap", leading(8, 8), 1.4],
    ["is no gap", leading(26, 26), 1.4],
    ["may be small", leading(8.1), 0.81],
    ["may be wide", leading(25.9), 2.59],
  ])("%s", (_, found, expected) => {
    expect(found).toBeCloseTo(expected, 5);
  });

  test("is not told by lines of two sizes", () => {
    expect(
      leadingOf(
        linesOf(
          fragments([
            [50, 100, "Roads"],
            [50, 112, "Roads", { size: 10.6 }],
          ]),
        ),
      ),
    ).toBe(1.4);
  });
});

test("a line has the middle of its baselines, one blank between pieces, and begins where it is read from", () => {
  const [line] = linesOf(
    fragments([
      [50, 100, "ROADS  A"],
      [95, 102, "B"],
      [130, 101, "C"],
    ]),
  );
  expect(line).toMatchObject({ text: "ROADS A B C", baseline: 101, start: 50, end: 135, capitals: true, parted: true });
  const [hebrew] = linesOf(
    fragments([
      [50, 100, "שלום"],
      [75, 100, "רב"],
    ]),
  );
  expect(hebrew).toMatchObject({ text: "רב שלום", start: -85, end: -50, capitals: false, parted: false });
});

describe("the large capital of a paragraph", () => {
  const capital = (left: number, text: string): TestLine => [left, 110, text, { size: 18 }];
  test.each<[string, TestLine[], string[]]>([
    [
      "stands before the second of two that have lines",
      [capital(300, "A"), capital(50, "O"), [60, 100, "ver the"]],
      ["A", "Over the"],
    ],
    ["is a single letter", [capital(42, "Of"), [60, 100, "ver the"]], ["Of", "ver the"]],
    ["may stand behind a quotation mark", [capital(42, "“O"), [60, 100, "ver the"]], ["“Over the"]],
    ["has lines down to its foot", [capital(50, "O"), [60, 100, "ver the"], [60, 114, "walls"]], ["Over the", "walls"]],
  ])("%s", (_, found, joined) => {
    expect(texts(withDropCapitals(fragments(found)))).toEqual(joined);
  });

  test("gives its left edge to all lines beside it, and to none below", () => {
    const found = withDropCapitals(
      fragments([capital(50, "O"), [60, 100, "ver the"], [60, 114, "walls"], [60, 116, "below"]]),
    );
    expect(found.map(({ box }) => box[0])).toEqual([50, 50, 60]);
  });
});

describe("sizes of recognised words", () => {
  const sizes = (...found: number[]) =>
    withSteadySizes(fragments(found.map((size, at): TestLine => [50, 100 + 40 * at, "Roads", { size }]))).map(
      ({ size }) => size,
    );
  test.each([
    ["are the middle one in whatever order they stand", sizes(15, 10, 14, 11, 13, 12), Array(6).fill(12)],
    ["stay where they are far smaller", sizes(5, 10, 11, 12, 13, 14, 15), [5, ...Array(6).fill(12)]],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

test.each<[string, string, string, boolean]>([
  ["ab 12", "21 ba", "", true],
  ["a*b_c", "abc", "", true],
  ["abb", "ab", "", false],
  ["ab", "abb", "", false],
  ["xa", "ya", "", false],
  ["ax", "ay", "", false],
  ["a https://b", "a", "https://b", true],
  ["a", "a", "b", false],
  ["𝒂", "𝒃", "", false],
  ["สื่อ", "สือ่", "", true],
])("%j has the letters of %j, with %j added: %p", (markdown, plain, added, same) => {
  expect(hasSameLetters(markdown, plain, added)).toBe(same);
});

test("a line that is turned stands on a baseline a little above its foot, one aslant is left as it is", () => {
  const [line] = lines([[50, 100, "arXiv 2025"]]);
  if (line === undefined) throw new Error("no line");
  const box: Box = [100, 200, 112, 300];
  const [turned, aslant] = [
    [0, -1],
    [0.7, -0.7],
  ].map(([x = 0, y = 0]) => upright(pageOf([], { lines: [{ ...line, box, direction: [x, y] }] })).main);
  expect(turned?.lines[0]?.baseline).toBeCloseTo(112 - 2.2, 5);
  expect(aslant?.lines[0]?.box).toEqual(box);
});

test.each([
  ["a ~~b~~", "a \\~~b\\~~"],
  ["`a`", "\\`a\\`"],
  ["\\* \\a", "\\\\* \\a"],
  ["*a* * b", "\\*a\\* * b"],
  ["_a_ b_c", "\\_a\\_ b_c"],
  ["<b> < c", "\\<b> < c"],
  ["[a](b) [c]", "\\[a](b) [c]"],
  ["&lt; &c", "\\&lt; &c"],
  ["a b", "a b"],
])("%j is written as %j", (text, escaped) => {
  expect(escapeText(text)).toBe(escaped);
});

describe("a link", () => {
  const [line] = lines([[50, 100, "roads beam roads"]]);
  const under = (url: string, box: Box = [80, 92, 100, 102]) =>
    line ? anchorsOf(line, [{ box, url }]).map(({ text }) => text) : [];
  test.each<[string, string[], string[]]>([
    ["to a page", under("https://a.example"), ["beam"]],
    ["to a page by a name in capitals", under("HTTP://A.EXAMPLE"), ["beam"]],
    ["to a mailbox", under("mailto:a@example.org"), ["beam"]],
    ["to a mailbox that is written out", under("mailto:beam@example.org"), []],
    ["to anything else that names a page", under("javascript:https://a.example"), []],
    ["under no word", under("https://a.example", [300, 92, 320, 102]), []],
  ])("%s stands at its words, or nowhere", (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test("stands at each of several words, in their order", () => {
    const anchors = ["a", "b"].map((text) => ({ text, url: `https://${text}.example` }));
    expect(withAnchors("a and b and c", anchors, (text) => text)).toBe(
      "[a](https://a.example) and [b](https://b.example) and c",
    );
  });
});

describe("cards", () => {
  const card = (left: number, top: number, height = 80): { shape: DrawnShape; lines: TestLine[] } => ({
    shape: rule(left, top, left + 100, top + height),
    lines: paragraph(left + 5, top + 20, ["Roads", "Walls", "Beams"]),
  });
  function solidsOf(...cards: ReturnType<typeof card>[]) {
    const all = fragments(cards.flatMap((found) => found.lines));
    const page = { widthPt: 600, heightPt: 840, shapes: cards.map(({ shape }) => shape) };
    const { solids, rest } = findContainers(page, all, []);
    return [solids.length, rest.length];
  }
  test.each<[string, number[], [number, number]]>([
    ["side by side are two", solidsOf(card(50, 100), card(200, 100)), [2, 0]],
    ["that share an edge are two", solidsOf(card(50, 100), card(150, 100)), [2, 0]],
    ["above each other are none", solidsOf(card(50, 100), card(50, 300)), [0, 6]],
    ["in rows of two are four", solidsOf(card(50, 100), card(200, 100), card(50, 300), card(200, 300)), [4, 0]],
    ["of several heights are two", solidsOf(card(50, 100, 300), card(200, 100)), [2, 0]],
    ["that meet by less than half their height are none", solidsOf(card(50, 100), card(200, 141)), [0, 6]],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe("the upright rules that pass a line", () => {
  // It stands from 50 to 105 and from 92 to 102.
  const [line] = lines([[50, 100, "Depth Width"]]);
  const beside = (...shapes: DrawnShape[]) => (line === undefined ? [] : createRulesBeside(shapes)(line));
  const upright = (x: number, top = 90, bottom = 110) => rule(x, top, x + 1, bottom);
  const filled = (shape: DrawnShape): DrawnShape => ({ ...shape, stroked: false });

  test.each<[string, number[], number[]]>([
    ["are found whatever their order", beside(upright(90), upright(60), upright(75)), [60.5, 75.5, 90.5]],
    ["may be filled", beside(filled(upright(60))), [60.5]],
    ["are no wider", beside(rule(60, 90, 63.5, 110), filled(rule(70, 90, 74, 110))), [61.75]],
    ["are no shorter", beside(upright(60, 92, 96)), []],
    ["are no other shapes", beside({ ...upright(60), rectangular: false }), []],
    ["pass it within its ends", beside(upright(51), upright(52), upright(102), upright(103)), [52.5, 102.5]],
    ["pass more than half of it", beside(upright(60, 80, 97), upright(70, 80, 97.5)), [70.5]],
    ["are the sides of a box, too", beside(rule(60, 90, 90, 110)), [60, 90]],
    ["are not the sides of a ground", beside(filled(rule(60, 90, 90, 110))), []],
    [
      "are thirty at most",
      beside(...Array.from({ length: 30 }, (_, at) => upright(55 + at))),
      Array.from({ length: 30 }, (_, at) => 55.5 + at),
    ],
    ["are none where there are more", beside(...Array.from({ length: 31 }, (_, at) => upright(55 + at))), []],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe("a page", () => {
  const across = (at: number, to = 161): DrawnShape => rule(100, at, to, at + 1);
  const uprightAt = (x: number, bottom = 109): DrawnShape => rule(x, 100, x + 1, bottom);
  const row = (at: number, pieces: number): TestLine[] =>
    Array.from({ length: pieces }, (_, piece) => [50 + 100 * piece, at, "Roads"]);
  const holds = (found: readonly TestLine[], ...shapes: DrawnShape[]) => mayHoldTable(lines(found), shapes);
  test.each<[string, boolean, boolean]>([
    ["with two rules across", holds([], across(100), across(200)), true],
    ["with one", holds([], across(100)), false],
    ["with short ones", holds([], across(100, 160), across(200, 160)), false],
    ["with thick ones", holds([], rule(100, 100, 200, 104), rule(100, 200, 200, 204)), false],
    ["with other shapes", holds([], ...[100, 200].map((at) => ({ ...across(at), rectangular: false }))), false],
    ["with two upright rules beside them", holds([], across(100), across(200), uprightAt(100), uprightAt(200)), false],
    ["with one upright rule beside them", holds([], across(100), across(200), uprightAt(100)), true],
    [
      "with two short ones beside them",
      holds([], across(100), across(200), uprightAt(100, 108), uprightAt(200, 108)),
      true,
    ],
    ["with three lines of three pieces", holds([...row(100, 3), ...row(120, 3), ...row(140, 3)]), true],
    ["with two", holds([...row(100, 3), ...row(120, 3), ...row(140, 2)]), false],
    ["of very many lines", holds([...row(100, 801)], across(100), across(200)), false],
    ["of just as many as are looked at", holds([...row(100, 800)], across(100), across(200)), true],
  ])("%s may hold a table, or none: %p", (_, found, expected) => {
    expect(found).toBe(expected);
  });
});

describe("a paragraph may become a heading", () => {
  function written(style: Partial<TextRun>, text = "Scope of works", next?: string) {
    const writer = createWriter(new Set(), 10);
    const found = linesOf(
      fragments([[50, 100, text, style], ...(next === undefined ? [] : [[50, 140, next] as TestLine])]),
    );
    const blocks = paragraphsOf(found, 1.2, 10).map((paragraph) => ({ kind: "paragraph", paragraph }) as const);
    for (const [at, block] of blocks.entries()) writer.write(block, blocks[at + 1], 840);
    return writer.finish().candidates;
  }
  test.each<[string, Partial<TextRun>, string, number]>([
    ["of plain text", {}, "Scope of works", 0],
    ["that is bold", { bold: true }, "Scope of works", 1],
    ["that is italic", { italic: true }, "Scope of works", 1],
    ["in capitals", {}, "SCOPE OF WORKS", 1],
    ["with a number of two levels", {}, "1.2 Scope of works", 1],
    ["that is larger", { size: 10.6 }, "Scope of works", 1],
    ["that is hardly larger", { size: 10.5 }, "Scope of works", 0],
    ["that looks like a sum", { bold: true }, "Scope = works", 0],
    ["of no word", { bold: true }, "12 34", 0],
    ["that goes on", { bold: true }, "Scope of works,", 0],
    ["that is an address", { bold: true }, "scope@works.example", 0],
    ["that opens a letter", { bold: true }, "Dear Sir", 0],
  ])("%s: %#", (_, style, text, count) => {
    expect(written(style, text)).toHaveLength(count);
  });

  test.each<[string, string]>([
    ["# Scope of works", "\\"],
    ["- Scope of works", ""],
    ["1. Scope of works", ""],
    ["a) Scope of works", "- "],
    ["Scope of works", ""],
  ])("%j has before it, where it becomes none: %j", (text, otherwise) => {
    expect(written({ size: 14, bold: true }, text).map((found) => found.otherwise)).toEqual(
      text.startsWith("-") ? [] : [otherwise],
    );
  });

  test.each<[string | undefined, HeadingCandidate["next"]]>([
    [undefined, "end"],
    ["The works are those on the harbour, and all that belongs to them besides", "text"],
    ["1. The works", "text"],
    ["Table 4 Works", "text"],
    ["The works = all", "other"],
    ["The works", "candidate"],
  ])("before %j: %s", (next, expected) => {
    expect(written({ bold: true }, "Scope of works", next)[0]?.next).toBe(expected);
  });

  test.each([
    ["5 Roads", 1],
    ["Roads 5 Bridges", 0],
    ["Chapter 5 Roads", 1],
    ["1.2.3 Roads", 3],
  ])("%j has a number of %d levels", (text, depth) => {
    expect(written({ bold: true }, text)[0]?.depth).toBe(depth);
  });
});

test("the styles of a page are counted by letters, in half points, and the text is what has most", () => {
  const page = pageOf([
    [50, 60, "Scope", { size: 16 }],
    ...paragraph(50, 100, ["The works are those on the harbour", "and all that belongs to them."]),
    [50, 200, "Roads", { size: 10.3, bold: true }],
  ]);
  const made = pageMarkdown(page, page.lines.flatMap(({ runs }) => runs.map(({ text }) => text)).join("\n"));
  if (!("headings" in made)) throw new Error("it falls back");
  expect(made.headings?.styles).toEqual([
    [16, false, 5],
    [10, false, 63],
    [10.5, true, 5],
  ]);
  expect(made.headings?.candidates.map(({ text }) => text)).toEqual(["Scope", "Roads"]);
});
