import { expect, test } from "bun:test";
import { doubtMixedNumbers } from "../../src/tesseract/digits/doubt-mixed-numbers.ts";
import { settleDoubts } from "../../src/tesseract/digits/doubtful-digits.ts";

const box = { left: 0, top: 0, width: 60, height: 20 };

test.each<[string, string[], string]>([
  ["digits 0 to 9 among Thai ones", ["โทร", " ", "๘๔", "5", "๖", " ", "ต่อ", " ", "79"], "5"],
  ["digits 0 to 9 beside a doubtful one", ["\uE054", "04"], "๔04"],
  ["a letter between Thai digits", ["ที่", " ", "๐๔๑๕/", "๓", "ฒ", "๔", " ", "วันที่", " ", "๗"], "๐๔๑๕๓๔"],
  ["a sign that no number has", ["ของวันที่", " ", "«", "๙", " ", "๗"], "๙"],
  ["a stroke that no number has", ["๘\\๔"], "๘๔"],
  ["a vowel below a digit", ["ค่าวัสด", "๙", "ุ", " ", "๘"], "๙"],
  ["a nought that may be the letter o", ["1๐", " ", "๐๕"], "1๐"],
  ["a sign of no code", ["RB9®0.15", " ", "12"], "9015"],
  ["a sign before a number", ["©12"], "12"],
  ["a letter before a slash", ["ครั้งที่", " ", "ฒ", "/", "๒๕", "\uE056", "๙"], "๒๕๖๙"],
])("the digits are doubtful of what is no number: %s", (_, parts, doubtful) => {
  const words = parts.filter((text) => text !== " ").map((text) => ({ ...box, text, confidence: 93 }));
  const line = doubtMixedNumbers({ text: parts.join(""), confidence: 93, box, words });
  expect(line.words.map(({ text }) => text).join("")).toBe(line.text.replaceAll(" ", ""));
  expect(line.words.map(({ text }) => text.length)).toEqual(words.map(({ text }) => text.length));
  const { text, doubts } = settleDoubts(line.text);
  expect(text).toBe(settleDoubts(parts.join("")).text);
  expect(doubts.map(({ digits }) => digits)).toEqual([doubtful]);
});

test.each(["๗ วัน 16 มม.", "ที่ นร ๐๑๐๖/ว ๑๒๓", "กส๐๔๐๑/๒๕๖๙", "ว๑๒/๒๕๖๙", "พ.ศ.๒๕๖๗และ๒๕๖๘", "ข้อ ๘(๒)ก", "SD40"])(
  "what is written so is left as it is: %s",
  (text) => {
    const line = { text, confidence: 93, box, words: [{ ...box, text: text.replaceAll(" ", ""), confidence: 93 }] };
    expect(doubtMixedNumbers(line)).toBe(line);
  },
);
