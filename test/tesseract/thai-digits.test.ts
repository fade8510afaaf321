import { describe, expect, setDefaultTimeout, test } from "bun:test";
import * as mupdf from "mupdf";
import { drawGlyph } from "../../scripts/digit-shapes/draw-glyph.ts";
import { badScans } from "../../scripts/eval/bad-scan.ts";
import { sarabun } from "../../scripts/eval/fonts.ts";
import { align } from "../../src/tesseract/digits/align.ts";
import { doubtAll, settleDoubts } from "../../src/tesseract/digits/doubtful-digits.ts";
import { glyphShape } from "../../src/tesseract/digits/glyph-shape.ts";
import { judgeThaiDigit } from "../../src/tesseract/digits/judge-digit.ts";
import { knownGlyphs } from "../../src/tesseract/digits/known-glyphs.ts";
import { lineGlyphs } from "../../src/tesseract/digits/line-glyphs.ts";
import { readDigits } from "../../src/tesseract/digits/read-digits.ts";
import { splitGlyph } from "../../src/tesseract/digits/split-glyph.ts";
import type { RecognisedLine } from "../../src/tesseract/lines/recognised-line.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { recognisePage } from "../../src/tesseract/recognise-page.ts";
import { createTesseractCore, openTextApis } from "../../src/tesseract/tesseract-core.ts";

import { drawing, thaiLine, thaiPage } from "../support/thai-page.ts";

// The recogniser takes seconds on a busy machine of two cores.
setDefaultTimeout(60_000);

const font = new mupdf.Font("sarabun", await sarabun());
const digits = [..."๐๑๒๓๔๕๖๗๘๙"];
const threshold = 160;

function glyph(character: string): GreyImage {
  const image = drawGlyph(font, character);
  if (image === undefined) throw new Error(`the font has no ${character}`);
  return image;
}

const lineOf = (text: string) => thaiLine(text, threshold);

/** What the recogniser says of a line, its boxes spread evenly: they are off by a letter and more, as its own are. */
function recognised(text: string, { width, height }: GreyImage): RecognisedLine {
  const characters = [...text];
  const step = width / characters.length;
  const words = characters.flatMap((character, at) =>
    character === " " ? [] : [{ text: character, confidence: 90, left: at * step, top: 0, width: step, height }],
  );
  return { text, confidence: 90, box: { left: 0, top: 0, width, height }, words };
}

describe("a glyph", () => {
  test.each(digits)("%s is known as itself, and nothing else is nearly as much like it", (digit) => {
    const seen = judgeThaiDigit(glyph(digit));
    expect(seen?.digit).toBe(digit);
    expect(seen?.overDigits).toBeGreaterThan(0.07);
  });

  test("that is no Thai digit is never more like one than like itself", () => {
    const others = [..."กขคฆงจฉชซญฎฏฐดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะาเแโใไ0123456789", ..."ABCDEOQaboeghkps"];
    const taken = others.filter((character) => (judgeThaiDigit(glyph(character))?.overOthers ?? -1) >= 0.04);
    expect(taken).toEqual([]);
  });

  test("that is a bar or a block is like no digit", () => {
    const block = drawing(20, 20, [[0, 0, 20, 20]]);
    const bar = drawing(4, 30, [[0, 0, 4, 30]]);
    expect([block, bar].map((image) => judgeThaiDigit(image))).toEqual([undefined, undefined]);
  });

  test("has a shape of the length 1, also where there is nothing to see", () => {
    const lengthOf = (shape: Float32Array) => Math.sqrt(shape.reduce((sum, value) => sum + value * value, 0));
    expect(lengthOf(glyphShape(glyph("๔")))).toBeCloseTo(1, 5);
    expect(lengthOf(glyphShape(drawing(9, 9, [])))).toBe(0);
  });

  test("is kept in the data as the script draws it", () => {
    for (const digit of digits) {
      const shape = glyphShape(glyph(digit));
      const same = knownGlyphs.some(
        (known) =>
          known.character === digit && known.shape.every((value, at) => Math.abs(value - (shape[at] ?? 0)) < 0.006),
      );
      expect([digit, same]).toEqual([digit, true]);
    }
  });
});

describe("two sequences are paired in order", () => {
  const costs = (one: string, other: string) => (row: number, column: number) => (one[row] === other[column] ? 0 : 1);
  test.each([
    ["abc", "abc", "aa bb cc"],
    ["abc", "ac", "aa b- cc"],
    ["ac", "abc", "aa -b cc"],
    ["", "ab", "-a -b"],
    ["ab", "", "a- b-"],
  ])("%p and %p", (one, other, paired) => {
    const pairs = align(one.length, other.length, costs(one, other), 0.4);
    const shown = pairs.map(
      ({ row, column }) =>
        `${row === undefined ? "-" : one.charAt(row)}${column === undefined ? "-" : other.charAt(column)}`,
    );
    expect(shown.join(" ")).toBe(paired);
  });
});

test("doubtful digits become digits again, and their lines are told", () => {
  const text = `วันที่ ๑${doubtAll("๔")}\nพ.ศ. ${doubtAll("๒๕")}๖๗\nหน้า ๓`;
  expect(settleDoubts(text)).toEqual({
    text: "วันที่ ๑๔\nพ.ศ. ๒๕๖๗\nหน้า ๓",
    doubts: [
      { digits: "๔", line: "วันที่ ๑๔" },
      { digits: "๒๕", line: "พ.ศ. ๒๕๖๗" },
    ],
  });
});

test("digits that touch are cut apart, and a glyph that is one digit is not", async () => {
  const image = await lineOf("๒๕๖๗");
  const touching = drawing(image.width, image.height, [[0, image.height - 3, image.width, 1]]);
  touching.data.forEach((level, at) => {
    touching.data[at] = Math.min(level, image.data[at] ?? 255);
  });
  const [whole, ...more] = lineGlyphs(touching, threshold);
  if (whole === undefined) throw new Error("no glyph");
  expect(more).toEqual([]);
  const judge = judgeThaiDigit;
  expect(splitGlyph(whole, image.height, threshold, judge)).toHaveLength(4);
  const one = lineGlyphs(await lineOf("๗"), threshold);
  expect(one.flatMap((part) => splitGlyph(part, image.height, threshold, judge))).toHaveLength(1);
});

describe("the Thai digits of a line", () => {
  test.each([
    ["are read where the recogniser took them for others", "ชั้น ๔ ถึง ๙", "ชั้น ๕ ถึง ๓"],
    ["are put in where it left them out", "พ.ศ. ๒๕๖๗ นี้", "พ.ศ. ๒๕๒ นี้"],
    ["are read where it saw letters among them", "เงิน ๘๗๖ บาท", "เงิน ๕ฒ๒ บาท"],
    ["keep their commas and full stops", "เงิน ๙,๘๗๖.๕๔ บาท", "เงิน ๓.๕๒,๕๕ บาท"],
  ])("%s", async (_, printed, read) => {
    const image = await lineOf(printed);
    const corrected = readDigits(recognised(read, image), image, judgeThaiDigit);
    expect(settleDoubts(corrected.text).text).toBe(printed);
    expect(corrected.words.map(({ text }) => text).join("")).toBe(corrected.text.replaceAll(" ", ""));
  });

  test.each([
    ["a word of a Thai line", "วันที่ ๓๐ มีนาคม", "วันที่ mo มีนาคม", "๐"],
    ["noughts behind digits", "เลขที่ ๗ จำนวน ๔๐๐ ถุง", "เลขที่ ๓ จำนวน ๕oo ถุง", "๐๐"],
    ["noughts apart", "เลขที่ ๗ โทร. ๐ ถึง", "เลขที่ ๓ โทร. o ถึง", "๐"],
    ["all of a cell", "๒๙", "be", ""],
    ["a word, and as Arabic digits", "งวดที่ ๗ วันที่ ๓ มีนาคม", "งวดที่ 3 วันที่ m มีนาคม", ""],
  ])("are read where the recogniser took them for Latin letters: %s", async (_, printed, read, doubtfulDigits) => {
    const image = await lineOf(printed);
    const { text, doubts } = settleDoubts(readDigits(recognised(read, image), image, judgeThaiDigit).text);
    expect({ text, doubts }).toEqual({
      text: printed,
      doubts: doubtfulDigits === "" ? [] : [{ digits: doubtfulDigits, line: printed }],
    });
  });

  test.each([
    ["Latin words in a Thai line", "ผล mo ของ oe กับ be และ UM oo นี้"],
    ["the letter O beside digits", "ข้อ ๗ OO นี้"],
    ["a short word alone", "no. be mo"],
    ["Arabic digits", "วันที่ 29 มกราคม 2567 เงิน 1,048.60 บาท"],
    ["letters", "ดอกเบี้ยเงินฝากของคณะกรรมการตรวจการจ้าง"],
    ["words of two languages", "ผล Static Load Test ของ Bored Pile No. 0908"],
  ])("are not seen in %s", async (_, text) => {
    const image = await lineOf(text);
    expect(readDigits(recognised(text, image), image, judgeThaiDigit).text).toBe(text);
  });

  test("are not seen in the letters of a blurred line, among which some look like digits", async () => {
    const text = "การประชุม งาน Bored Pile ขนาด 0.60 House";
    const image = await lineOf(text);
    const blurred = badScans.find(({ name }) => name === "blurred")?.spoil(image) ?? image;
    expect(readDigits(recognised(text, blurred), blurred, judgeThaiDigit).text).toBe(text);
  });

  test("are put in once where it read nothing of a word, and no other is lost", async () => {
    const image = await lineOf("ข้อ ๓ กับ ๔ นี้ และ ๗ ใช่");
    const { text } = settleDoubts(readDigits(recognised("ข้อ ๓ กับ นี้ และ ใช่", image), image, judgeThaiDigit).text);
    expect(text).toBe("ข้อ ๓ กับ ๔นี้ และ ๗ใช่");
  });

  test("are in doubt where nothing on the picture is like them", async () => {
    const image = await lineOf("ข้อ ■■ นี้");
    expect(settleDoubts(readDigits(recognised("ข้อ ๑๒ นี้", image), image, judgeThaiDigit).text)).toEqual({
      text: "ข้อ ๑๒ นี้",
      doubts: [{ digits: "๑๒", line: "ข้อ ๑๒ นี้" }],
    });
  });

  test("are in doubt beside a stroke that one of them touches, for it is not seen then", async () => {
    const image = await lineOf("เลขที่ ๗๘/๒๕๖๙");
    const glyphs = lineGlyphs(image, threshold);
    const swallowed = glyphs.findIndex((part) => judgeThaiDigit(part.image)?.digit === "๒");
    const [stroke, digit] = [glyphs[swallowed - 1]?.box, glyphs[swallowed]?.box];
    if (stroke === undefined || digit === undefined) throw new Error("no such glyphs");
    const row = digit.top + (digit.height >> 1);
    image.data.fill(0, row * image.width + stroke.left, row * image.width + digit.left + digit.width);
    const { doubts } = settleDoubts(readDigits(recognised("เลขที่ ๓๕/๕๒๓", image), image, judgeThaiDigit).text);
    expect(doubts).toEqual([{ digits: "๘๕", line: "เลขที่ ๗๘/๕๖๙" }]);
  });

  test("are in doubt where the words of the recogniser are not its text", async () => {
    const image = await lineOf("ข้อ ๔");
    const line = { ...recognised("ข้อ ๕", image), words: [] };
    expect(settleDoubts(readDigits(line, image, judgeThaiDigit).text).doubts).toHaveLength(1);
  });
});

test("a page with Thai digits is read with the digits that are printed", async () => {
  const core = await createTesseractCore();
  const apis = await openTextApis(core);
  const page = await thaiPage("<p>งวดที่ ๔ วันที่ ๒๙ มีนาคม ๒๕๖๗</p><p>เงิน ๘๗๖,๔๐๐ บาท และ 750 บาท</p>");
  const top = { ...page, height: 420, data: page.data.subarray(0, 420 * page.width) };
  const { text } = await recognisePage(core, apis, top, undefined);
  for (const number of ["๔", "๒๙", "๒๕๖๗", "๘๗๖,๔๐๐", "750"]) expect(text).toContain(number);
});
