import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { settleDoubts } from "../../src/tesseract/digits/doubtful-digits.ts";
import { judgeMarks } from "../../src/tesseract/digits/judge-marks.ts";
import type { Line } from "../../src/tesseract/lines/read-line.ts";
import { settleMarks } from "../../src/tesseract/lines/settle-marks.ts";
import { isInText, withWord, wordsInText } from "../../src/tesseract/lines/words-in-text.ts";
import { thaiLine } from "../support/thai-page.ts";

// Fonts are drawn, which takes seconds on a busy machine.
setDefaultTimeout(60_000);

/** Digits 20 px high, and marks so high that begin so far above the foot of these. */
const printedAs = (text: string, mark: { height: number; above: number } | undefined) =>
  Array.from(text, (character, at) => {
    const isPoint = /[.,]/.test(character);
    const top = isPoint ? 20 - (mark?.above ?? 0) : 0;
    const glyph = {
      box: { left: 14 * at, top, width: 10, height: isPoint ? (mark?.height ?? 0) : 20 },
      isPoint,
      like: undefined,
    };
    return { character, glyph: isPoint && mark === undefined ? undefined : glyph };
  });
const comma = { height: 7, above: 4 };
const cut = { height: 5, above: 4 };
const point = { height: 4, above: 4 };

test.each([
  ["a point", "56.475", comma, "56,475", false],
  ["a point of an amount", "1.250.75", comma, "1,250.75", true],
  ["a comma", "22,50", point, "22.50", false],
  ["a comma behind a nought", "0,125", point, "0.125", false],
  ["a comma behind four digits", "1234,567", point, "1234.567", false],
  ["a point that looks like one though three digits follow", "33.709", point, "33.709", false],
  ["the same, which may have lost its tail", "33.709", cut, "33.709", true],
  ["the same of which no glyph was found", "33.709", undefined, "33.709", true],
  ["a comma as usual, without its tail", "33,709", cut, "33,709", false],
  ["a comma as usual of which no glyph was found", "33,709", undefined, "33,709", false],
  ["a comma that looks like a point though three digits follow", "33,709", point, "33,709", true],
  ["a point that looks like a comma though two digits follow", "22.50", comma, "22.50", true],
  ["a comma that looks like one though two digits follow", "22,50", comma, "22,50", false],
  ["a comma that may be either though two digits follow", "22,50", cut, "22,50", true],
  ["marks at the ends", ".5,", comma, ".5,", false],
] as const)("what its shape says and what its number says are weighed: %s", (_, read, mark, text, isDoubtful) => {
  expect(judgeMarks(printedAs(read, mark))).toEqual({ text, isDoubtful });
});

const onlyLine = (text: string, words: readonly string[], width: number, height: number): Line => {
  const box = { left: 0, top: 0, width, height };
  return { text, confidence: 90, box, words: words.map((word) => ({ ...box, text: word, confidence: 90 })) };
};

describe("the marks of a line", () => {
  test.each([
    ["56,475", "56.475", "56,475"],
    ["639,852.13", "639.852.13", "639,852.13"],
    ["22.50", "22,50", "22.50"],
    ["1,250.75", "1,250.75", "1,250.75"],
    ["33.709", "33.709", "33.709"],
  ])("are those that the page has: %s read as %s", async (printed, read, expected) => {
    const image = await thaiLine(printed, 160);
    const { text, words } = settleMarks(onlyLine(`ราคา ${read} บาท`, [read], image.width, image.height), image);
    expect([settleDoubts(text), words.map((word) => word.text)]).toEqual([
      { text: `ราคา ${expected} บาท`, doubts: [] },
      [expected],
    ]);
  });

  test("make a number doubtful where the number says another than their shape", async () => {
    const image = await thaiLine("1,50", 160);
    const line = onlyLine("1.50", ["1.50"], image.width, image.height);
    const { text, words } = settleMarks(line, image);
    expect(settleDoubts(text)).toEqual({ text: "1.50", doubts: [{ digits: "150", line: "1.50" }] });
    expect(words.map((word) => word.text)).toEqual([text]);
  });

  test("are left alone in words that the text does not have, and in codes and words without any", async () => {
    const image = await thaiLine("56,475", 160);
    for (const [text, word] of [
      ["56475", "56.475"],
      ["56475", "56475"],
      ["ชั้น5.6", "ชั้น5.6"],
    ] as const) {
      const line = onlyLine(text, [word], image.width, image.height);
      expect(settleMarks(line, image)).toBe(line);
    }
  });
});

test("the words of a text are found where nothing else stands beside them, and once where they were read twice", () => {
  const line = onlyLine("ก12 ข 3.5 a7", ["12", "3.5", "12", "7", "x"], 40, 20);
  expect(wordsInText(line, (text) => /[0-9]/.test(text)).map(({ text }) => text)).toEqual(["12", "3.5"]);
  expect([isInText("7", "a7"), isInText("7", "ก7"), isInText("1 2", "x 1 2")]).toEqual([false, true, true]);
  expect(withWord("1 12 1", "1", () => "x")).toBe("x 12 x");
});
