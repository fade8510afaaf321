import { describe, expect, test } from "bun:test";
import { contentClues } from "../../src/pdf/content-clues.ts";

const clues = (content: string) => contentClues(Buffer.from(content, "latin1"));
const text = "BT /F1 10 Tf 50 700 Td (The slab) Tj [(thick) -20 (ness)] TJ ET";

describe("the operators of a page", () => {
  test.each([
    ["text", text],
    ["black and dark colours", `0 g ${text} 0.2 0.1 0.5 rg ${text} 0 0 0 1 k ${text} 0.1 0.2 0.9 scn ${text}`],
    ["clips", `q 0 0 595 842 re W* n ${text} Q`],
    ["rules, drawn as thin boxes", `50 600 500 0.5 re f* 50 580 500 -0.7 re f ${text}`],
    ["some strokes", `${"0 0 m 5 5 l S ".repeat(20)} ${text}`],
    ["the rules of a table", `${"50 600 m 500 600 l S 50 600 m 50 587 l S ".repeat(100)} ${text}`],
    ["rules that are one path", `${"50 600 m 500 600 l 50 600 m 50 587 l ".repeat(100)} S ${text}`],
    ["rules beside thin boxes", `${"50 580 500 -0.7 re f 50 600 m 500 600 l S ".repeat(100)} ${text}`],
    ["upright rules, drawn as thin boxes", `50 600 0.5 500 re f ${text}`],
    ["boxes of six units", `50 600 6 500 re f 50 600 500 6 re f ${text}`],
    ["shapes that are not painted", `50 600 m 90 600 l 90 640 l n f ${text}`],
    ["fewer shapes than letters are", `${"0 0 9 9 re S ".repeat(59)} ${text}`],
    ["fewer curves than letters have", `0 0 m ${"1 1 2 2 3 3 c ".repeat(599)} S`],
    ["colours that are not light", `0.59 g ${text} 0.7 0.7 0.59 rg ${text} 0 0 0 0.41 k ${text}`],
    ["text of one unit", "BT /F1 1 Tf (small) Tj /F1 -1 Tf (turned) Tj ET"],
    ["rules behind shapes", `${"0 0 m 5 5 l S 0 0 m 0 5 l S ".repeat(59)} ${text}`],
    ["rules that begin anew", `${"0 0 m 0 5 l 7 5 m 9 5 l S ".repeat(60)} ${text}`],
    ["what a text says", "BT (3 Tr 1 g \\(0 0 90 90 re f) Tj ET"],
    ["what a text says in hexadecimal", "BT <33205472> Tj ET"],
    ["comments", `% 3 Tr\n${text}`],
    ["marked content", `/Span <</MCID 0 /Lang (en)>> BDC ${text} EMC`],
    ["outlined and filled text modes", `0 Tr ${text} 2 Tr ${text}`],
    ["nothing", ""],
    ["a string without an end", "BT (never closed"],
  ])("have no clue in %s", (_what, content) => {
    expect(clues(content)).toBe(false);
  });

  test.each([
    ["invisible text", `BT 3 Tr ${text}`],
    ["invisible text behind a lone bracket", "BT (\\() Tj 3 Tr (hidden) Tj ET"],
    ["text that only clips", `7 Tr ${text}`],
    ["white", `1 g ${text}`],
    ["white of three parts", `1 1 1 rg ${text}`],
    ["white of four parts", `0 0 0 0 k ${text}`],
    ["a light colour of another space", `/Cs1 cs .98 .97 .94 sc ${text}`],
    ["a pattern", `/Pattern cs /P1 scn ${text}`],
    ["text of no size", "BT /F1 0.3 Tf (tiny) Tj ET"],
    ["a filled box", `${text} 50 600 500 20 re f`],
    ["a filled shape", `${text} 50 600 m 90 600 l 90 640 l h f*`],
    ["many strokes", "0 0 m 5 5 l S\n".repeat(60)],
    ["many strokes with corners", "0 0 m 0 5 l 5 5 l S\n".repeat(60)],
    ["many boxes", "0 0 9 9 re S\n".repeat(60)],
    ["many strokes of several lines", "0 0 m 0 5 l 1 0 m 2 5 l S\n".repeat(60)],
    ["many curves in one shape", `0 0 m ${"1 1 2 2 3 3 c ".repeat(600)} S`],
    ["many curves of the other kinds", `0 0 m ${"1 1 2 2 v 1 1 2 2 y ".repeat(300)} S`],
    ["a filled curve", `0 0 m 1 1 2 2 3 3 c f ${text}`],
    ["a filled curve of the other kinds", `0 0 m 1 1 2 2 v F ${text}`],
    ["an outlined and filled box", `50 600 500 20 re B ${text}`],
    ["a closed, outlined and filled box", `50 600 -500 -20 re b ${text}`],
    ["a box of more than six units", `50 600 6.1 500 re f ${text}`],
    ["strokes that are closed", `${"0 0 m 5 5 l s ".repeat(60)}`],
    ["many strokes that do not begin where the last did", "9 5 m 0 0 m 5 5 l S\n".repeat(60)],
    ["strokes with curves", "0 0 m 1 1 2 2 3 3 c S\n".repeat(60)],
    ["the light of a single part", `0.6 g ${text}`],
    ["light inks", `0.4 0.4 0.4 0.4 k ${text}`],
    ["turned text of no size", "BT /F1 -0.3 Tf (tiny) Tj ET"],
    ["a picture among the operators", "BI /W 1 /H 1 ID x EI"],
  ])("have a clue in %s", (_what, content) => {
    expect(clues(content)).toBe(true);
  });
});
