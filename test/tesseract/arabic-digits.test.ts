import { describe, expect, setDefaultTimeout, test } from "bun:test";
import * as mupdf from "mupdf";
import { drawGlyph } from "../../scripts/digit-shapes/draw-glyph.ts";
import { sarabun } from "../../scripts/eval/fonts.ts";
import { doubtArabicDigits } from "../../src/tesseract/digits/doubt-arabic-digits.ts";
import {
  doubtAllArabic,
  hasArabicDoubt,
  settleArabic,
  settleDoubts,
} from "../../src/tesseract/digits/doubtful-digits.ts";
import { glyphShape } from "../../src/tesseract/digits/glyph-shape.ts";
import { knownArabicGlyphs } from "../../src/tesseract/digits/known-glyphs.ts";
import { wordGlyphs } from "../../src/tesseract/digits/word-glyphs.ts";
import { unclaimed } from "../../src/tesseract/lines/boxes-to-read.ts";
import type { RecognisedLine, Word } from "../../src/tesseract/lines/recognised-line.ts";
import { uniteReadings } from "../../src/tesseract/lines/unite-readings.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { recognisePage } from "../../src/tesseract/recognise-page.ts";
import { createTesseractCore, openTextApis } from "../../src/tesseract/tesseract-core.ts";

import { drawing, thaiLine, thaiPage } from "../support/thai-page.ts";

// The recogniser takes seconds on a busy machine of two cores.
setDefaultTimeout(60_000);

const threshold = 160;

/** What the recogniser says of a picture of one word, with a box that begins and ends a little beside the ink. */
function oneWord(text: string, { width, height }: GreyImage, confidence = 93): RecognisedLine {
  const box = { left: 1, top: 0, width: width - 2, height };
  return { text, confidence, box, words: [{ ...box, text, confidence }] };
}

async function doubtsOf(printed: string, read: string, confidence?: number): Promise<string> {
  const image = await thaiLine(printed, threshold);
  const line = doubtArabicDigits(oneWord(read, image, confidence), image, knownArabicGlyphs);
  expect(line.words.map(({ text }) => text)).toEqual([line.text]);
  const { text, doubts } = settleDoubts(line.text);
  expect(text).toBe(read);
  return doubts.map(({ digits }) => digits).join();
}

describe("the digits of a word", () => {
  test.each([
    ["letters of a code", "SD40", "5040", "5040"],
    ["a letter before digits", "B50", "850", "850"],
    ["a letter with a nought that is the letter O", "PO-4858", "00-4858", "004858"],
    ["two letters", "RB98", "8898", "8898"],
    ["another digit", "4747", "4147", "4147"],
    ["a diameter", "Ø12", "012", "012"],
    ["a sign before and behind", "±0", "40", "40"],
    ["another digit of an amount", "1,746.25", "1,146.25", "114625"],
  ])("are doubtful where one was read for %s", async (_, printed, read, doubtful) => {
    expect(await doubtsOf(printed, read)).toBe(doubtful);
  });

  test.each([
    "0123456789",
    "1,234,567.89",
    "SD40",
    "DB16",
    "0401/2567",
    "15/01/2568",
    "S-201",
    "0.60",
    "1.1",
    "22.50",
    "1,250",
    "2",
    "=33.709",
  ])("are not doubtful in %s where it is printed", async (text) => {
    expect(await doubtsOf(text, text)).toBe("");
  });

  test.each([
    ["a point", "1.1", "11"],
    ["a point in a longer number", "22.50", "2250"],
    ["a comma", "1,250", "1250"],
    ["one of two", "1,250.75", "1250.75"],
    ["the other one", "1,250.75", "1,25075"],
  ])("are doubtful where %s between two of them was not read", async (_, printed, read) => {
    expect(await doubtsOf(printed, read)).toBe(read.replace(/[^0-9]/g, ""));
  });

  test("are not doubtful for a speck that is smaller than a point, stands higher, or is beside the number", async () => {
    const image = await thaiLine("1 1", threshold);
    const rows = Array.from({ length: image.height }, (_, y) =>
      image.data.subarray(y * image.width, (y + 1) * image.width).some((ink) => ink < threshold),
    );
    const [top, foot] = [rows.indexOf(true), rows.lastIndexOf(true) + 1];
    const middle = image.width >> 1;
    const withDot = (left: number, bottom: number, width: number, height: number) => {
      const data = image.data.slice();
      for (let y = bottom - height; y < bottom; y++)
        data.fill(0, y * image.width + left, y * image.width + left + width);
      return settleDoubts(
        doubtArabicDigits(oneWord("11", { ...image, data }), { ...image, data }, knownArabicGlyphs).text,
      ).doubts.length;
    };
    const point = Math.ceil((foot - top) / 6);
    expect(withDot(middle, foot, point, point)).toBe(1);
    expect(withDot(middle, foot, 1, point + 4)).toBe(0);
    expect(withDot(middle, top + 2 * point, point, point)).toBe(0);
    for (const besides of ["11.", ". 11", "A.1"]) {
      const read = besides.replace(/[. ]/g, "");
      expect(await doubtsOf(besides, read)).toBe("");
    }
  });

  test("are told from letters neither in an amount nor in a date, where none stands", async () => {
    expect(await doubtsOf("S,SSS.00", "5,555.00")).toBe("");
    expect(await doubtsOf("S/1/2568", "5/1/2568")).toBe("");
    expect(await doubtsOf("S-1-2568", "5-1-2568")).toBe("512568");
  });

  test("are doubtful where they are like none in a word that was not read for sure", async () => {
    expect(await doubtsOf("ม", "1", 69)).toBe("1");
    expect(await doubtsOf("ม", "1", 70)).toBe("");
    expect(await doubtsOf("1", "1", 20)).toBe("");
  });

  test("are all doubtful in a line whose words are not its text", async () => {
    const image = await thaiLine("12 34", threshold);
    const line = { ...oneWord("12", image), text: "12 34" };
    expect(settleDoubts(doubtArabicDigits(line, image, knownArabicGlyphs).text).doubts).toEqual([
      { digits: "1234", line: "12 34" },
    ]);
  });

  test("are left alone beside Thai in one word, and where there is no picture of them", async () => {
    const image = await thaiLine("SD40", threshold);
    for (const text of ["ชั้น50", "no digits"]) {
      expect(doubtArabicDigits(oneWord(text, image), image, knownArabicGlyphs).text).toBe(text);
    }
    const white = drawing(60, 20, []);
    expect(doubtArabicDigits(oneWord("50", white), white, knownArabicGlyphs).text).toBe("50");
  });
});

test("the glyphs of a word are those of its characters, also beside those of another word, and not several that touch", async () => {
  const image = await thaiLine("27 19", threshold);
  const box = { top: 0, height: image.height, confidence: 90 };
  const gap = image.width >> 1;
  const likest = (word: Word, picture: GreyImage) =>
    wordGlyphs(word, picture, knownArabicGlyphs)
      .filter(({ character }) => character !== undefined)
      .map(({ glyph }) => [...(glyph?.like ?? [["-", 0] as const])].sort((a, b) => b[1] - a[1])[0]?.[0]);
  expect(likest({ ...box, text: "27", left: 0, width: gap }, image)).toEqual(["2", "7"]);
  expect(likest({ ...box, text: "19", left: gap - 4, width: image.width - gap + 4 }, image)).toEqual(["1", "9"]);
  const long = await thaiLine("2719", threshold);
  const shifted = { ...box, text: "719", left: Math.round(0.1 * long.width), width: Math.round(0.75 * long.width) };
  expect(likest(shifted, long)).toEqual(["7", "1", "9"]);
  image.data.fill(0, (image.height - 2) * image.width);
  expect(likest({ ...box, text: "27", left: 0, width: gap }, image)).toEqual(["-", "-"]);
});

test("the digits 0 to 9 are kept in the data as the script draws them", async () => {
  const font = new mupdf.Font("sarabun", await sarabun());
  for (const digit of "0123456789") {
    const image = drawGlyph(font, digit);
    const shape = image === undefined ? [] : glyphShape(image);
    const same = knownArabicGlyphs.some(
      (known) =>
        known.character === digit && known.shape.every((value, at) => Math.abs(value - (shape[at] ?? 0)) < 0.006),
    );
    expect([digit, same]).toEqual([digit, true]);
  }
});

describe("doubtful digits 0 to 9", () => {
  test("are one character each that no recogniser writes, and themselves again when they are settled", () => {
    const held = doubtAllArabic("x0189");
    expect(held).toMatch(/^x[\uE000-\uF8FF]{4}$/);
    expect([hasArabicDoubt(held), hasArabicDoubt("x0189๔"), hasArabicDoubt("\uE052")]).toEqual([true, false, false]);
    expect(settleArabic(`${held}\uE052`)).toBe("x0189\uE052");
    expect(settleDoubts(`${held}\uE052 12`)).toEqual({
      text: "x0189๒ 12",
      doubts: [{ digits: "0189๒", line: "x0189๒ 12" }],
    });
  });

  const of = (text: string) => ({ text, confidence: 90, box: { left: 0, top: 0, width: 40, height: 20 }, words: [] });
  test.each([
    ["of the page", `วันที่ ${doubtAllArabic("50")}`, "วันที่ 50"],
    ["of the line", "วันที่ 50", `วันที่ ${doubtAllArabic("50")}`],
    ["of both", `วันที่ ${doubtAllArabic("50")}`, `วันที่ ${doubtAllArabic("50")}`],
  ])("stay doubtful where two readings have the same, and are no other letters: %s", (_, ofPage, ofLine) => {
    expect(uniteReadings(of(ofPage), of(ofLine))).toEqual({
      text: `วันที่ ${doubtAllArabic("50")}`,
      agreed: true,
    });
  });

  test("are text where the detector found none", () => {
    const box = { left: 0, top: 0, width: 40, height: 20 };
    const words = [{ ...box, text: doubtAllArabic("50"), confidence: 90 }];
    const far = { left: 0, top: 200, width: 40, height: 20 };
    expect(unclaimed([{ text: "x", confidence: 90, box, words }], [far])).toHaveLength(1);
  });
});

test("a code that the recogniser takes for a number is named", async () => {
  const core = await createTesseractCore();
  const apis = await openTextApis(core);
  const page = await thaiPage(
    "<p>13/07/2561 PO-8158 434,958.00 58,833.50</p><p>2/10/2564 SD50 74,831.00 69,797.22</p>",
  );
  const top = { ...page, height: 260, data: page.data.subarray(0, 260 * page.width) };
  const { text, doubts } = await recognisePage(core, apis, top, undefined);
  const wrong = text.split("\n").filter((line) => !/PO-8158|SD50/.test(line));
  expect(wrong.length).toBeGreaterThan(0);
  expect(doubts.map(({ line }) => line)).toEqual(wrong);
});
