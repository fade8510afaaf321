import { describe, expect, test } from "bun:test";
import { structureOf } from "../../src/pdf/engine/structure.ts";
import { runLines } from "../../src/pdf/engine/text-runs.ts";
import type { TextLine, TextRun } from "../../src/pdf/markdown/page-structure.ts";
import { onePage } from "../support/bad-documents/raw-pdf.ts";
import { withPdfPage } from "../support/pdf-page.ts";

const structure = (content: string, page = "") =>
  withPdfPage(onePage({ content, mediaBox: "0 0 300 200", page }), (loaded) => {
    const structured = loaded.toStructuredText("preserve-whitespace,vectors");
    try {
      const found = structureOf(structured, loaded);
      if (found === undefined) throw new Error("the engine tells its lines in two ways");
      return found;
    } finally {
      structured.destroy();
    }
  });
const at = (x: number, y: number, text: string, more = "") => `BT /F1 10 Tf ${more} ${x} ${y} Td (${text}) Tj ET`;
const textOf = ({ runs }: TextLine) => runs.map(({ text }) => text).join("");

describe("what Markdown is made of", () => {
  test("is each line where it stands, with its block and its letters", () => {
    const { lines, widthPt, heightPt, ...rest } = structure(
      `${at(20, 150, "Slab A")} ${at(20, 138, "350 mm")} ${at(20, 60, "Next")}`,
    );
    expect([widthPt, heightPt, rest]).toEqual([300, 200, { shapes: [], links: [], checkBoxes: [] }]);
    expect(lines.map(textOf)).toEqual(["Slab A", "350 mm", "Next"]);
    const [first, second, third] = lines.map(({ block }) => block);
    expect([first === second, first === third]).toEqual([true, false]);
    expect(lines[0]).toMatchObject({ direction: [1, 0], baseline: expect.closeTo(50, 0) });
    expect(lines[0]?.box[0]).toBeCloseTo(20, 0);
  });

  test("is its drawn shapes, outlined or filled, upright rectangles or not", () => {
    const { shapes } = structure("0 0 0 RG 10 10 50 20 re S 100 10 50 20 re f 200 10 m 250 10 l 225 50 l h f");
    expect(shapes.map(({ stroked, rectangular }) => [stroked, rectangular])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
    expect(shapes[1]?.box.map(Math.round)).toEqual([100, 170, 150, 190]);
  });

  test("has the bevelled edges of a cell, which are no rectangles, as rules", () => {
    const bevel = (x: number, width: number, height: number) =>
      `${x} 10 m ${x} ${10 + height} l ${x + width} ${9.5 + height} l ${x + width} 10.5 l h f`;
    const rectangular = [bevel(10, 0.75, 20), bevel(50, 1.5, 8), bevel(90, 1.6, 20), bevel(130, 0.75, 7.9)];
    expect(structure(rectangular.join(" ")).shapes.map((shape) => shape.rectangular)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("is no drawing of very many shapes", () => {
    const dots = (count: number) =>
      Array.from({ length: count }, (_, n) => `${n % 300} ${Math.floor(n / 300)} 0.5 0.5 re f`);
    expect([5000, 5001].map((count) => structure(dots(count).join("\n")).shapes.length)).toEqual([5000, 0]);
  });
});

describe("a line in which cells of a table run together", () => {
  const rule = "0.5 w 0 0 0 RG 82 20 m 82 180 l S";
  const cells = (content: string) => structure(content).lines.map((line) => [textOf(line), Math.round(line.box[0])]);

  test.each<[string, string, (string | number)[][]]>([
    [
      "is parted where a rule passes it",
      `${rule} ${at(54, 150, "Depth Width")}`,
      [
        ["Depth", 54],
        [" Width", 83],
      ],
    ],
    [
      "is whole where the rule ends above it",
      `0.5 w 82 170 m 82 180 l S ${at(54, 150, "Depth Width")}`,
      [["Depth Width", 54]],
    ],
    ["is whole without a rule", at(54, 150, "Depth Width"), [["Depth Width", 54]]],
    ["is whole where the rule stands beside it", `${rule} ${at(90, 150, "Depth Width")}`, [["Depth Width", 90]]],
    [
      "is parted by each rule",
      `${rule} 0.5 w 112 20 m 112 180 l S ${at(54, 150, "Depth Width  High")}`,
      [
        ["Depth", 54],
        [" Width", 83],
        ["  High", 115],
      ],
    ],
    [
      "is parted within a word, too",
      `0.5 w 86 20 m 86 180 l S ${at(54, 150, "DepthsWidth")}`,
      [
        ["Depths", 54],
        ["Width", 86],
      ],
    ],
    [
      "is whole where rules run through its letters, as over squared paper",
      `0.5 w 60 20 m 60 180 l 73 20 m 73 180 l 86 20 m 86 180 l S ${at(54, 150, "DepthsWidth")}`,
      [["DepthsWidth", 54]],
    ],
  ])("%s", (_, content, expected) => {
    expect(cells(content)).toEqual(expected);
  });

  test("is parted between letters of several fonts, each of which keeps its own", () => {
    const two = `BT /F1 10 Tf 54 150 Td (De) Tj /F1 9 Tf (pth W) Tj /F1 10 Tf (idth) Tj ET`;
    const { lines } = structure(`${rule} ${two}`);
    expect(lines.map(({ runs }) => runs.map(({ text, size }) => [text, size]))).toEqual([
      [
        ["De", 10],
        ["pth", 9],
      ],
      [
        [" W", 9],
        ["idth", 10],
      ],
    ]);
  });

  test("is parted by wide gaps where the page may hold a table", () => {
    const across = "0.5 w 20 170 m 200 170 l 20 110 m 200 110 l S";
    const line = (blanks: number) => at(54, 150, `Depth${" ".repeat(blanks)}Width`);
    expect(cells(`${across} ${line(3)}`).map(([text]) => text)).toEqual(["Depth", "   Width"]);
    expect(cells(`${across} ${line(2)}`).map(([text]) => text)).toEqual(["Depth  Width"]);
    expect(cells(line(3)).map(([text]) => text)).toEqual(["Depth   Width"]);
    const apart = `BT /F1 10 Tf 15 Tc 54 150 Td (Depth) Tj ET`;
    expect(cells(`${across} ${apart}`).map(([text]) => text)).toEqual(cells(apart).map(([text]) => text));
  });

  test("is parted by its own letters alone", () => {
    const both = `${rule} ${at(54, 150, "Depth Width")} ${at(54, 120, "Depth Weight")}`;
    expect(structure(both).lines.map(textOf)).toEqual(["Depth", " Width", "Depth", " Weight"]);
  });

  test("that is turned is whole", () => {
    const turned = "BT /F1 10 Tf 0 1 -1 0 85 50 Tm (Depth Width) Tj ET";
    expect(structure(`${rule} ${turned}`).lines.map(textOf)).toEqual(["Depth Width"]);
  });
});

describe("a rule through letters", () => {
  const bar = (from: number, to: number, y: number, thickness = 0.6) =>
    `${from} ${y - thickness / 2} ${to - from} ${thickness} re f`;
  const struck = (content: string) =>
    structure(content).lines.flatMap(({ runs }) => runs.flatMap((run) => (run.struck ? [run.text] : [])));
  /** "Fee 900 850": the first number reaches from 71.7 to 88.4. */
  const fee = at(51, 100, "Fee 900 850");

  test.each<[string, string, string[]]>([
    ["strikes the word that it passes from end to end", bar(71.7, 88.4, 103), ["900"]],
    ["may be a line", "0.5 w 71.7 103 m 88.4 103 l S", ["900"]],
    ["strikes a blank behind it, too", bar(71.7, 91.2, 103), ["900 "]],
    ["strikes several words", bar(51, 107.8, 103), ["Fee 900 850"]],
    ["may strike two", `${bar(71.7, 88.4, 103)} ${bar(91.2, 107.8, 103)}`, ["900", "850"]],
    ["does not strike what it stands below", bar(71.7, 88.4, 99), []],
    ["does not strike what it stands above", bar(71.7, 88.4, 108), []],
    ["does not strike a word that it ends in", bar(71.7, 82.8, 103), []],
    ["does not strike a word that it begins in", bar(77.3, 88.4, 103), []],
    ["does not strike what it passes on both sides", bar(69.5, 90, 103), []],
    ["does not strike as a ground", bar(71.7, 88.4, 103, 1.5), []],
  ])("%s", (_, drawn, texts) => {
    expect(struck(`${fee} ${drawn}`)).toEqual(texts);
  });

  test("leaves the other letters of the line as they are, in their cells as well", () => {
    const { lines } = structure(`${fee} ${at(111, 100, "x")} ${bar(71.7, 88.4, 103)} 0.5 w 90 20 m 90 180 l S`);
    expect(lines.map(({ runs }) => runs.map((run) => [run.text, run.struck]))).toEqual([
      [
        ["Fee ", false],
        ["900", true],
      ],
      [[" 850 x", false]],
    ]);
  });

  test("strikes no row of signs", () => {
    expect(struck(`${at(50, 150, "Fee -- or ____")} ${bar(70, 76.7, 153)}`)).toEqual([]);
  });

  test("strikes no turned letters", () => {
    expect(struck(`BT /F1 10 Tf 0 1 -1 0 85 50 Tm (Fee 900) Tj ET 81.5 70.7 0.6 16.7 re f`)).toEqual([]);
  });
});

describe("the letters of a line", () => {
  const line = (content: string) => `<p style="top:10pt;left:5pt;line-height:20pt">${content}</p>\n`;
  const span = (text: string, style = "font-family:Arial;font-size:9.5pt") => `<span style="${style}">${text}</span>`;
  const plain = { size: 9.5, bold: false, italic: false, monospaced: false, raised: false, struck: false, colour: "" };

  test.each<[string, string, TextRun]>([
    ["of one font", span("Slab"), { text: "Slab", ...plain }],
    ["that are bold", `<b>${span("Slab")}</b>`, { text: "Slab", ...plain, bold: true }],
    ["that are bold and italic", `<b><i>${span("Slab")}</i></b>`, { text: "Slab", ...plain, bold: true, italic: true }],
    ["that are raised", `<sup><b>${span("2")}</b></sup>`, { text: "2", ...plain, bold: true, raised: true }],
    ["of one width", `<tt>${span("Slab")}</tt>`, { text: "Slab", ...plain, monospaced: true }],
    [
      "of one width by their font's name",
      span("Slab", "font-family:CMTT10;font-size:9.5pt"),
      { text: "Slab", ...plain, monospaced: true },
    ],
    [
      "in a colour",
      span("Slab", "font-family:Arial;font-size:9.5pt;color:#ff0000"),
      { text: "Slab", ...plain, colour: "#ff0000" },
    ],
    [
      "with signs",
      span("a &lt; b &amp;amp; &quot;c&apos; &gt; &#x4e; &#x110000;&#x0; &nbsp;"),
      { text: "a < b &amp; \"c' > N  &nbsp;", ...plain },
    ],
  ])("%s are told", (_, content, run) => {
    expect(runLines(line(content))).toEqual([{ baseline: 26, runs: [run] }]);
  });

  test("stand in lines, each with its runs in their order", () => {
    const html = `${line(span("a") + span("b"))}<div></div>\n${line("")}${line(span("c"))}`;
    expect(runLines(html).map(({ runs }) => runs.map(({ text }) => text))).toEqual([["a", "b"], [], ["c"]]);
  });
});
