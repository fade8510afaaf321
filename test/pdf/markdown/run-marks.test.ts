import { describe, expect, test } from "bun:test";
import { joinLines, joinRow } from "../../../src/pdf/markdown/join-text.ts";
import type { TextRun } from "../../../src/pdf/markdown/page-structure.ts";
import { textOfRuns, withTags } from "../../../src/pdf/markdown/run-marks.ts";
import { markdownOf, pageOf } from "../../support/page-structure.ts";

const plain = {
  size: 10,
  bold: false,
  italic: false,
  monospaced: false,
  raised: false,
  struck: false,
  colour: "#000000",
};
const on = (text: string, more: Partial<TextRun> = {}): TextRun => ({ ...plain, text, ...more });
const up = (text: string, more: Partial<TextRun> = {}): TextRun => on(text, { size: 6.5, raised: true, ...more });

const pageOfRuns = (...runs: TextRun[]) => {
  const [line] = pageOf([[50, 100, runs.map(({ text }) => text).join("")]]).lines;
  return pageOf([], { lines: line === undefined ? [] : [{ ...line, runs }] });
};

describe("struck letters", () => {
  const out = (text: string, more: Partial<TextRun> = {}) => on(text, { struck: true, ...more });

  test.each<[string, TextRun[], string]>([
    ["a price", [on("Fee "), out("12,500 "), on("11,250 baht")], "Fee ~~12,500~~ 11,250 baht"],
    ["several fonts", [on("Fee "), out("of "), out("7", { bold: true }), on(".")], "Fee ~~of 7~~."],
    ["a power", [out("5 m"), up("2", { struck: true }), on(" *a* ~~b~~")], "~~5 m<sup>2</sup>~~ \\*a\\* \\~~b\\~~"],
    ["nothing but a blank", [on("a"), out(" "), on("b")], "a b"],
    ["an item of a list", [out("2. Sand")], "2. ~~Sand~~"],
    ["an item of which nothing is left", [out("- Sand "), on("Gravel")], "- ~~Sand~~ Gravel"],
    ["a sum about which a tilde tells", [on("~"), out("500"), on("~ or ~7")], "\\~~~500~~\\~ or ~7"],
    ["words with tildes", [out("~5 or 7~")], "~~\\~5 or 7\\~~~"],
  ])("of %s are struck in Markdown", (_, runs, markdown) => {
    expect(markdownOf(pageOfRuns(...runs))).toEqual([markdown]);
  });

  test.each<[string, TextRun, TextRun, string]>([
    ["of a script without blanks", out("ผู้กู้ได้รับเงิน"), out("ครบถ้วน"), "~~ผู้กู้ได้รับเงินครบถ้วน~~"],
    ["with blanks", out("keep the"), out("drawings"), "~~keep the drawings~~"],
    ["one of which is struck", out("ผู้กู้ได้รับเงิน"), on("ครบถ้วน"), "~~ผู้กู้ได้รับเงิน~~ครบถ้วน"],
    ["with a word in both", on("the docu-"), out("ments"), "the docu~~ments~~"],
    ["that end in a power", out("5 m"), out("and 7"), "~~5 m<sup>2</sup> and 7~~"],
  ])("on two lines %s", (_, first, second, markdown) => {
    const power = first.text === "5 m" ? [up("2", { struck: true })] : [];
    const lines = [textOfRuns([first, ...power]), textOfRuns([second])];
    expect(withTags(joinLines(lines, new Set())).text).toBe(markdown);
  });

  test("end a line where its text would", () => {
    const texts = [
      "The contractor keeps a set of all drawings and docu-",
      "ments on the site until the end of the works.",
    ];
    const page = pageOf(texts.map((text, at) => [50, 100 + 12 * at, text, { struck: true }]));
    expect(markdownOf(page)).toEqual([`~~${texts.join("").replace("-", "")}~~`]);
  });

  test("stand in the order of their script", () => {
    const [metres, seconds] = ["m", "s"].map((unit) => textOfRuns([out(unit), up("2", { struck: true })]));
    expect(joinRow([metres ?? "", seconds ?? ""])).toBe(`${metres} ${seconds}`);
  });
});

describe("raised numbers", () => {
  test.each<[string, TextRun[], string]>([
    ["of a unit", [on("1,250 ม."), up("2"), on(" of floor")], "1,250 ม.<sup>2</sup> of floor"],
    ["of a power", [on("5 × 10"), up("-6"), on(" mol")], "5 × 10<sup>-6</sup> mol"],
    ["that mark a note", [on("4,500"), up("1 "), on("baht")], "4,500<sup>1</sup> baht"],
    ["with a sign of their own", [on("4,500"), up("1)"), on(" *a*")], "4,500<sup>1)</sup> \\*a\\*"],
  ])("%s are told from the digits before them", (_, runs, markdown) => {
    expect(markdownOf(pageOfRuns(...runs))).toEqual([markdown]);
  });

  test("stand in headings, in items of a list and in cells of a table as well", () => {
    const [heading, item] = [
      [on("Rooms of 40 m", { size: 16 }), up("2", { size: 10 })],
      [on("• 7 m"), up("3"), on(" of sand")],
    ];
    const lines = [
      ...pageOf([[50, 60, "x".repeat(15)]]).lines.map((line) => ({ ...line, runs: heading })),
      ...pageOf([[50, 100, "x".repeat(15)]]).lines.map((line) => ({ ...line, runs: item })),
      ...pageOf([[50, 160, "The rooms are built one after the other, as the drawings have them."]]).lines,
    ];
    const [markdown] = markdownOf(pageOf([], { lines }));
    expect(markdown).toStartWith("# Rooms of 40 m<sup>2</sup>\n\n- 7 m<sup>3</sup> of sand\n\n");
    const cells: [number, number, string][] = [0, 1, 2, 3].flatMap((row) =>
      [0, 1, 2].map((column): [number, number, string] => [50 + 120 * column, 300 + 14 * row, `1${row}${column}`]),
    );
    const table = pageOf(cells).lines.map((line, at) => (at === 4 ? { ...line, runs: [on("10"), up("3")] } : line));
    expect(markdownOf(pageOf([], { lines: table }))[0]).toContain("| 110 | 10<sup>3</sup> | 112 |");
  });

  test.each<[string, TextRun[]]>([
    ["letters", [on("the 21"), up("st"), on(" day")]],
    ["a number behind a blank", [on("HALL "), up("2027")]],
    ["a number as large as the text", [on("4"), up("20", { size: 9.1 })]],
    ["a number on the line", [on("H"), on("2", { size: 6.5 }), on("O")]],
    ["a long number", [on("A"), up("123456789")]],
    ["what begins its line", [up("1"), on(" a note")]],
    ["several words", [on("A"), up("2 of 3")]],
  ])("are not seen in %s", (_, runs) => {
    expect(textOfRuns(runs)).toBe(runs.map(({ text }) => text).join(""));
  });

  test("are marked up to eight letters long and nine tenths as large as what they follow", () => {
    expect(textOfRuns([on("A"), up("12345678", { size: 9 })])).toBe("A\uFDD012345678\uFDD1");
  });

  test("are not made by marks that a file holds, nor within code", () => {
    expect(markdownOf(pageOfRuns(on("a\uFDD02\uFDD1 b")))).toEqual(["a2 b"]);
    const mono = { monospaced: true };
    const code = pageOf([
      [50, 100, "x = 2", mono],
      [50, 112, "y = 3", mono],
      [50, 160, "The lines above are a program; what stands here is a sentence that tells so."],
    ]);
    const lines = code.lines.map((line, at) => (at === 0 ? { ...line, runs: [on("x", mono), up("2", mono)] } : line));
    expect(markdownOf({ ...code, lines })[0]).toStartWith("```\nx2\ny = 3\n```");
  });
});
