import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { doubtArabicDigits } from "../../src/tesseract/digits/doubt-arabic-digits.ts";
import { settleDoubts } from "../../src/tesseract/digits/doubtful-digits.ts";
import { knownArabicGlyphs } from "../../src/tesseract/digits/known-glyphs.ts";
import { partNumbers } from "../../src/tesseract/digits/part-numbers.ts";
import { type PrintedCharacter, wordGlyphs } from "../../src/tesseract/digits/word-glyphs.ts";
import type { Word } from "../../src/tesseract/lines/recognised-line.ts";
import { thaiLine } from "../support/thai-page.ts";

// Fonts are drawn, which takes seconds on a busy machine.
setDefaultTimeout(60_000);

const threshold = 160;

describe("numbers that the recogniser ran together", () => {
  const read = async (printed: string, text: string, confidence = 93) => {
    const image = await thaiLine(printed, threshold);
    const box = { left: 1, top: 0, width: image.width - 2, height: image.height };
    const line = doubtArabicDigits(
      { text, confidence, box, words: [{ ...box, text, confidence }] },
      image,
      knownArabicGlyphs,
    );
    const settled = settleDoubts(line.text);
    return { text: settled.text, words: line.words, doubts: settled.doubts.map(({ digits }) => digits).join() };
  };

  test.each([
    ["single digits", "0 8 9 5 7", "08957"],
    ["a row of a table", "3 12 450", "312450"],
    ["an amount behind them", "3 12 450.75", "312450.75"],
    ["ones beside others", "11 1 14 7", "111147"],
    ["a word before them", "Floor 4 17", "Floor417"],
    ["a unit behind them", "30 x 2.5 m", "30x2.5m"],
  ])("are parted where blanks are printed: %s", async (_, printed, text) => {
    const found = await read(printed, text);
    expect([found.text, found.doubts]).toEqual([printed, ""]);
    expect(found.words.map((word) => word.text)).toEqual(printed.split(" "));
    const ends = found.words.map(({ left, width }) => left + width);
    expect(found.words.slice(1).every(({ left }, at) => left > (ends[at] ?? 0))).toBe(true);
  });

  test.each(["0123456789", "1171711", "1,250.75", "SD40", "4-DB16", "15/01/2568", "2x4", "(7)", "0.30x0.30"])(
    "are not parted where none is printed: %s",
    async (text) => expect(await read(text, text)).toMatchObject({ text, doubts: "" }),
  );

  test("are taken from beside a box that holds only the last of them", async () => {
    const image = await thaiLine("3 9", threshold);
    const half = { left: image.width - 14, top: 0, width: 12, height: image.height, text: "39", confidence: 91 };
    const whole = { ...half, left: 0, width: image.width };
    const line = doubtArabicDigits({ text: "39", confidence: 91, box: whole, words: [half] }, image, knownArabicGlyphs);
    expect(settleDoubts(line.text).text).toBe("3 9");
  });

  test.each(["59", "51"])("are doubtful where one of their digits was read for letters of Thai: %s", async (text) => {
    expect((await read("5 ปี", text)).doubts).toContain(text.slice(1));
  });
});

test("a digit whose box lies over the next word is found beside it", async () => {
  const image = await thaiLine("5 ปี", threshold);
  const word = { left: image.width - 20, top: 0, width: 18, height: image.height, text: "5", confidence: 90 };
  const [own] = wordGlyphs(word, image, knownArabicGlyphs).filter(({ character }) => character === "5");
  expect(own?.glyph?.box.left).toBe(0);
});

/** A word of digits 12 px wide and 20 px high, by the gaps between them. */
function wordOf(text: string, gaps: readonly number[], left = 0): { word: Word; printed: PrintedCharacter[] } {
  let at = left;
  const printed = Array.from(text, (character, index) => {
    const box = { left: at, top: 0, width: 12, height: 20 };
    at += 12 + (gaps[index] ?? 0);
    return { character, glyph: { box, isPoint: false, like: new Map([[character, 1]]) } };
  });
  return { word: { left, top: 0, width: at - left, height: 20, text, confidence: 90 }, printed };
}

const partsIn = (...words: ReturnType<typeof wordOf>[]) =>
  partNumbers(words).map(({ parts, isGuess }) => parts.map(({ word }) => word.text).join(" ") + (isGuess ? "?" : ""));

test.each<[string, string, ReturnType<typeof wordOf>[]]>([
  ["a blank much wider than the other gaps", "12 34", [wordOf("1234", [2, 8, 2])]],
  ["gaps that differ less", "1234", [wordOf("1234", [4, 8, 5])]],
  ["two digits as far apart as a blank in most print", "2 3", [wordOf("23", [9])]],
  ["two digits as far apart as a blank, or as in a typewriter's number", "2 3?", [wordOf("23", [8])]],
  ["three as far apart", "2 3 4?", [wordOf("234", [8, 8])]],
  ["four as far apart", "2 3 4 5", [wordOf("2345", [8, 8, 8])]],
  ["two that stand nearer", "23", [wordOf("23", [7])]],
  ["gaps in any print", "2 3", [wordOf("23", [12])]],
  ["digits of a typewriter, whose blanks are wider", "234,56", [wordOf("234", [8, 8]), wordOf("56", [8], 80)]],
  ["another number of the line that stands close", "2 3,56", [wordOf("23", [8]), wordOf("56", [2], 60)]],
])("digits are parted by how far they stand apart: %s", (_, expected, words) => {
  expect(partsIn(...words).join()).toBe(expected);
});

test("dots of a row that were read as digits tell nothing of a number beside them", () => {
  const dots = wordOf("000", [2, 2], 100);
  const low = dots.printed.map((one) => ({
    ...one,
    glyph: one.glyph && { ...one.glyph, box: { ...one.glyph.box, top: 17, width: 3, height: 3 } },
  }));
  expect(partsIn({ ...dots, printed: low }, wordOf("75", [2], 300))).toEqual(["000", "75"]);
});

test("what has no glyph of its own parts nothing, nor does a glyph that was not read", () => {
  const far = wordOf("1234", [2, 30, 2]);
  const [one, two, three, four] = far.printed;
  if (one === undefined || two === undefined || three === undefined || four === undefined)
    throw new Error("four digits");
  const other = { ...three, glyph: three.glyph && { ...three.glyph, like: new Map([["3", 0.4]]) } };
  const touching = { ...three, glyph: three.glyph && { ...three.glyph, like: undefined } };
  expect(partsIn({ ...far, printed: [one, two, { ...three, glyph: undefined }, four] })).toEqual(["1234"]);
  expect(partsIn({ ...far, printed: [one, two, touching, four] })).toEqual(["12 34"]);
  expect(partsIn({ ...far, printed: [one, { ...two, glyph: other.glyph }, other, four] })).toEqual(["1234"]);
  const unread = { character: undefined, glyph: wordOf("7", [], 30).printed[0]?.glyph };
  expect(partsIn({ ...far, printed: [one, two, unread, three, four] })).toEqual(["1234"]);
});
