import { describe, expect, test } from "bun:test";
import { runLines } from "../../src/pdf/engine/text-runs.ts";
import { drawnNames } from "../../src/pdf/pictures/drawn-names.ts";
import { parseToUnicode, writeToUnicode } from "../../src/pdf/symbols/to-unicode.ts";

describe("a map of a font's codes", () => {
  test.each<[string, string, Record<string, string>]>([
    ["of characters", "2 beginbfchar <01> <0041> <02> <0E01> endbfchar", { "01": "A", "02": "ก" }],
    ["of ligatures and pairs", "beginbfchar <01> <00660069> <02> <D83DDE00> endbfchar", { "01": "fi", "02": "😀" }],
    ["of small letters and blanks", "beginbfchar<0a>\n< 00 41 >endbfchar", { "0A": "A" }],
    ["of a range", "beginbfrange <FE> <0100> <0041> endbfrange", { FE: "A", FF: "B", "100": "C" }],
    ["of a range of pairs", "beginbfrange <0001> <0002> <00660061> endbfrange", { "0001": "fa", "0002": "fb" }],
    ["of a range of one", "beginbfrange <05> <05> <0041> endbfrange", { "05": "A" }],
    [
      "of a list, and what follows it",
      "beginbfrange <01> <02> [<0041> <0043>] <05> <05> <0045> endbfrange",
      { "01": "A", "02": "C", "05": "E" },
    ],
    ["of a list without an end", "beginbfrange <01> <02> [<0041> endbfrange", { "01": "A" }],
    [
      "of two parts",
      "beginbfchar <01> <0041> endbfchar beginbfrange <02> <02> <0042> endbfrange",
      { "01": "A", "02": "B" },
    ],
    ["of half a pair", "beginbfchar <01> <0041> <02> endbfchar", { "01": "A" }],
    ["of nothing", "begincmap endcmap", {}],
    ["of a range that runs backwards", "beginbfrange <05> <01> <0041> endbfrange", {}],
  ])("%s is read", (_, map, meanings) => {
    expect(Object.fromEntries(parseToUnicode(map))).toEqual(meanings);
  });

  test("holds 70,000 codes at most, however many ranges there are", () => {
    const range = "<00000000> <FFFFFFFF> <0041> ";
    expect(parseToUnicode(`beginbfrange ${range}<100000> <1FFFFF> <0041> endbfrange`).size).toBe(70_000);
  });

  test("is written as it is read, in parts of a hundred, with a space for each length of code", () => {
    const meanings = new Map(
      Array.from({ length: 201 }, (_, at) => [at.toString(16).toUpperCase().padStart(2, "0"), "fi😀"]),
    );
    meanings.set("0101", "ก");
    const map = writeToUnicode(meanings);
    expect(parseToUnicode(map)).toEqual(meanings);
    expect(map.match(/^\d+ beginbfchar$/gm)).toEqual(["100 beginbfchar", "100 beginbfchar", "2 beginbfchar"]);
    expect(map).toContain("2 begincodespacerange <00> <FF> <0000> <FFFF> endcodespacerange");
  });
});

describe("the lines of the engine's HTML", () => {
  const line = (content: string) => `<p style="top:10pt;left:5.5pt;line-height:20pt">${content}</p>\n`;
  const span = (text: string, style = "font-family:Sarabun;font-size:12pt") => `<span style="${style}">${text}</span>`;
  const plain = { size: 12, bold: false, italic: false, monospaced: false, raised: false, struck: false, colour: "" };

  test("are one for each paragraph, with its baseline and its runs", () => {
    const styled = `<b><i>${span("two", "font-family:Sarabun;font-size:9.5pt;color:#ff0000")}</i></b>`;
    expect(runLines(line(span("one ") + styled) + line(span("-")))).toEqual([
      {
        baseline: 26,
        runs: [
          { ...plain, text: "one " },
          {
            text: "two",
            size: 9.5,
            bold: true,
            italic: true,
            monospaced: false,
            raised: false,
            struck: false,
            colour: "#ff0000",
          },
        ],
      },
      { baseline: 26, runs: [{ ...plain, text: "-" }] },
    ]);
  });

  test.each([
    ["Courier New", true],
    ["JetBrainsMono", true],
    ["cmtt10", true],
    ["Consolas", true],
    ["Sarabun", false],
    ["Abcmtt", false],
  ])("in %s have letters of one width: %p", (family, monospaced) => {
    const [first] = runLines(line(span("x", `font-family:${family};font-size:12pt`)));
    expect(first?.runs[0]?.monospaced).toBe(monospaced);
  });

  test.each([
    ["a &lt;b&gt; &amp;amp; &quot;&apos;", "a <b> &amp; \"'"],
    ["&#xe01;&#x1f600;", "ก😀"],
    ["&#x0;&#x110000;&#x10ffff;", "\u{10ffff}"],
    ["&nbsp; & alone", "&nbsp; & alone"],
  ])("have %p as %p", (html, text) => {
    expect(runLines(line(span(html)))[0]?.runs[0]?.text).toBe(text);
  });
});

test.each<[string, string[]]>([
  ["q /Im1 Do Q /Im2\nDo", ["Im1", "Im2"]],
  ["/Im1 Do /Im1 Do", ["Im1"]],
  ["/A#20B Do", ["A B"]],
  ["/Im1 Dot /Im2 gs", []],
  ["/Im1 Do/Im2 Do]", ["Im1", "Im2"]],
  ["/Im1Do", []],
  ["", []],
])("the content %j draws %j", (content, names) => {
  expect([...drawnNames(content)]).toEqual(names);
});
