import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { settleDoubts } from "../../src/tesseract/digits/doubtful-digits.ts";
import { knownArabicGlyphs } from "../../src/tesseract/digits/known-glyphs.ts";
import { readSignsBetweenDigits } from "../../src/tesseract/digits/signs-between-digits.ts";
import { drawing, thaiLine } from "../support/thai-page.ts";

// Typesetting takes seconds on a busy machine of two cores.
setDefaultTimeout(60_000);

const blank = { left: 0, top: 0, width: 90, height: 30 };

async function readAs(printed: string, read: string) {
  const image = await thaiLine(printed, 160);
  const box = { left: 1, top: 0, width: image.width - 2, height: image.height };
  const line = { text: read, confidence: 95, box, words: [{ ...box, text: read, confidence: 95 }] };
  const { text, words } = readSignsBetweenDigits(line, image, knownArabicGlyphs);
  expect(words.map((word) => word.text)).toEqual([text]);
  return settleDoubts(text);
}

describe("a sign between two digits", () => {
  test.each([
    ["300x150x6.5x9", "300%150%6.5%9", "300x150x6.5x9"],
    ["1.80×2.05", "1.80%2.05", "1.80x2.05"],
    ['1"x8"x4.00', '1"%8"%4.00', '1"x8"x4.00'],
    ["10±2.5", "10£2.5", "10±2.5"],
  ])("of which a higher one was made is read as it is printed: %s", async (printed, read, expected) => {
    const { text, doubts } = await readAs(printed, read);
    expect(text).toBe(expected);
    expect(doubts).toEqual([]);
  });

  test.each(["5%10", "10£2"])("as high as these stays, and they are doubtful: %s", async (printed) => {
    const { text, doubts } = await readAs(printed, printed);
    expect(text).toBe(printed);
    expect(doubts.map(({ digits }) => digits)).toEqual([printed.replace(/[^0-9]/g, "")]);
  });

  test.each(["7%", "1.5%x2", "£25", "2,580.00"])("that stands at another place is left alone: %s", (text) => {
    const line = { text, confidence: 95, box: blank, words: [{ ...blank, text, confidence: 95 }] };
    expect(readSignsBetweenDigits(line, drawing(90, 30, []), knownArabicGlyphs)).toBe(line);
  });

  test("is left alone where the words are not those of the line", () => {
    const line = { text: "1%2 3", confidence: 95, box: blank, words: [{ ...blank, text: "1%2", confidence: 95 }] };
    expect(readSignsBetweenDigits(line, drawing(90, 30, []), knownArabicGlyphs)).toBe(line);
  });
});
