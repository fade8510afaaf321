import { describe, expect, test } from "bun:test";
import { align } from "../../src/tesseract/digits/align.ts";
import { doubtAll, doubtful, settleDoubts } from "../../src/tesseract/digits/doubtful-digits.ts";
import { isThaiDigit, judgeGlyph } from "../../src/tesseract/digits/judge-glyph.ts";
import { cutGlyph, lineGlyphs } from "../../src/tesseract/digits/line-glyphs.ts";
import { allDoubtful, lineSymbols } from "../../src/tesseract/digits/line-symbols.ts";
import { readingWarnings } from "../../src/tesseract/reading-warnings.ts";

describe("a reading is warned of", () => {
  const clean = {
    ...{ inkOutside: 0, unreadPlaces: 0, readTwice: 0, disputed: 0, doubts: [], lineCount: 0, recognised: [] },
    ...{ ignoredBoxes: 0, notReadAgain: 0, showsThrough: false, lacksDetector: false },
    unsureLines: [],
    ...{ lacksNumberReader: false, numbersNotChecked: 0, text: "" },
    guessedRows: [],
  };
  const doubtIn = (line: string) => ({ digits: "๔", line });
  test.each<[string, Partial<Parameters<typeof readingWarnings>[0]>, number]>([
    ["not for as much ink outside as a faxed form has", { inkOutside: 0.18 }, 0],
    ["for more of it", { inkOutside: 0.181 }, 1],
    ["for a place where something like print was not read", { unreadPlaces: 1 }, 1],
    ["for boxes of the text detector that were not followed", { ignoredBoxes: 3001 }, 1],
    ["for lines that the line recogniser might not read", { notReadAgain: 1 }, 1],
    ["not for thirteen of twenty lines", { readTwice: 20, disputed: 13 }, 0],
    ["for fourteen", { readTwice: 20, disputed: 14 }, 1],
    ["for six of six", { readTwice: 6, disputed: 6 }, 1],
    ["not for five of five", { readTwice: 5, disputed: 5 }, 0],
    ["for thirty lines with doubtful digits, each by itself", { doubts: Array(30).fill(doubtIn("x")) }, 30],
    ["for more of them in one sentence", { doubts: Array(45).fill(doubtIn("x")) }, 31],
  ])("%s", (_, reading, warnings) => {
    expect(readingWarnings({ ...clean, ...reading })).toHaveLength(warnings);
  });

  test("with the number of the lines that are not named, and the beginning of a long one", () => {
    const told = readingWarnings({
      ...clean,
      doubts: [doubtIn("a".repeat(120)), ...Array(31).fill(doubtIn("b".repeat(121)))],
    });
    expect(told.slice(0, 2)).toEqual([
      `Thai digits that may be others, ๔, in the line "${"a".repeat(120)}"`,
      `Thai digits that may be others, ๔, in the line "${"b".repeat(120)}…"`,
    ]);
    expect(told.at(-1)).toBe("digits that may be others in 2 further lines");
  });
});

describe("a digit that is in doubt", () => {
  const digits = [..."๐๑๒๓๔๕๖๗๘๙"];
  test.each(digits)("%s is one character that no recogniser writes, and itself again when it is settled", (digit) => {
    expect(isThaiDigit(digit)).toBe(true);
    const held = doubtful(digit);
    expect([held.length, held >= "\uE000" && held <= "\uF8FF", isThaiDigit(held)]).toEqual([1, true, false]);
    expect(settleDoubts(`x${held}`)).toEqual({ text: `x${digit}`, doubts: [{ digits: digit, line: `x${digit}` }] });
  });

  test("is a digit of Thai and nothing beside them", () => {
    expect(["\u0E4F", "\u0E5A", "๑๒", "", "1"].map(isThaiDigit)).toEqual(Array(5).fill(false));
    expect(doubtAll("\u0E4F1ก\u0E5A")).toBe("\u0E4F1ก\u0E5A");
    expect(settleDoubts("\uE04F\uE05A").doubts).toEqual([]);
  });
});

describe("the symbols of a line", () => {
  const word = (text: string, left: number, width: number) => ({
    text,
    left,
    top: 0,
    width,
    height: 9,
    confidence: 90,
  });
  const line = (text: string, ...words: ReturnType<typeof word>[]) => ({
    ...{ text, confidence: 90, box: { left: 0, top: 0, width: 99, height: 9 } },
    words,
  });
  // A letter with two marks, another, a blank, two Latin letters.
  const read = line("ที่บ AB", word("ที่", 0, 10), word("บ", 10, 10), word("AB", 30, 20));

  test("are its letters without their marks, each where it stands, and which of them begin a word", () => {
    expect(lineSymbols(read)?.symbols).toEqual([
      { character: "ท", middle: 5, startsWord: true, output: "ท" },
      { character: "บ", middle: 15, startsWord: false, output: "บ" },
      { character: "A", middle: 35, startsWord: true, output: "A" },
      { character: "B", middle: 45, startsWord: false, output: "B" },
    ]);
  });

  test("stand apart in a word whose letters have marks", () => {
    const symbols = lineSymbols(line("กี่ข", word("กี่ข", 10, 20)))?.symbols ?? [];
    expect(symbols.map(({ character, middle }) => [character, middle])).toEqual([
      ["ก", 15],
      ["ข", 25],
    ]);
  });

  test("are written with what has become of them; a word of which nothing is left is none", () => {
    const symbols = lineSymbols(read);
    const [first, second, third] = symbols?.symbols ?? [];
    if (first === undefined || second === undefined || third === undefined) throw new Error("there are fewer symbols");
    [first.output, second.output, third.output] = ["ธ", "", "๑๒"];
    const written = symbols?.written();
    expect(written?.text).toBe("ธี่ ๑๒B");
    expect(written?.words.map(({ text }) => text)).toEqual(["ธี่", "๑๒B"]);
    expect(read.words.map(({ text }) => text)).toEqual(["ที่", "บ", "AB"]);
  });

  test("are unknown where the words are not those of the text, which is in doubt then", () => {
    const other = line("๑๒ ก", word("๑", 0, 5));
    expect(lineSymbols(other)).toBeUndefined();
    expect(settleDoubts(allDoubtful(other).text).doubts).toEqual([{ digits: "๑๒", line: "๑๒ ก" }]);
    expect(allDoubtful(other).words.map(({ text }) => text)).toEqual([doubtful("๑")]);
  });
});

test("where pairing costs as much as leaving both out, they are paired", () => {
  expect(align(1, 1, () => 0.8, 0.4)).toEqual([{ row: 0, column: 0 }]);
  expect(align(1, 1, () => 0.81, 0.4)).toHaveLength(2);
  expect(align(0, 0, () => 0, 1)).toEqual([]);
});

describe("the glyphs of a line", () => {
  /** Each character a pixel; a full stop is paper. */
  const picture = (...rows: string[]) => ({
    width: rows[0]?.length ?? 0,
    height: rows.length,
    data: Uint8Array.from(rows.join(""), (pixel) => (pixel === "." ? 255 : 0)),
  });
  const boxesOf = (...rows: string[]) =>
    lineGlyphs(picture(...rows), 128).map(({ box: { left, top, width, height } }) => [left, top, width, height]);

  test.each<[string, string[], number[][]]>([
    [
      "are what hangs together, from left to right",
      ["###..##.", "###..##.", ".....##."],
      [
        [0, 0, 3, 2],
        [5, 0, 2, 3],
      ],
    ],
    ["hang together by a corner", ["###...", "...###"], [[0, 0, 6, 2]]],
    ["are of six pixels and more", ["###..###", "##...###"], [[5, 0, 3, 2]]],
    ["take in what stands above them", ["###", "###", "...", "###", "###"], [[0, 0, 3, 5]]],
    [
      "are parted where they lie over each other a little only",
      ["###...", "###...", "......", "..####", "..####"],
      [
        [0, 0, 3, 2],
        [2, 3, 4, 2],
      ],
    ],
    [
      "take in what stands above any part of them",
      ["######......", "............", "..########..", "............", "......######"],
      [[0, 0, 12, 5]],
    ],
    ["are none where there is no ink", ["....", "...."], []],
  ])("%s", (_, rows, boxes) => {
    expect(boxesOf(...rows)).toEqual(boxes);
  });

  test("have their own ink only, also where one is cut in two", () => {
    const [whole] = lineGlyphs(picture(".######.", ".######.", ".######."), 128);
    if (whole === undefined) throw new Error("there is no glyph");
    expect(whole.box).toEqual({ left: 1, top: 0, width: 6, height: 3 });
    expect(cutGlyph(whole, 2, 4, 128)?.box).toEqual({ left: 3, top: 0, width: 2, height: 3 });
    expect(cutGlyph(whole, 0, 1, 128)).toBeUndefined();
  });

  test("are like no digit where nothing is known", () => {
    expect(judgeGlyph(picture("###", "###"), [])).toBeUndefined();
  });
});
