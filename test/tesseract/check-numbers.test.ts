import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasArabicDoubt, settleDoubts } from "../../src/tesseract/digits/doubtful-digits.ts";
import type { Line } from "../../src/tesseract/lines/read-line.ts";
import { findNumberReader, numberReader } from "../../src/tesseract/number-reader-file.ts";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { checkNumbers, hasNumbers } from "../../src/tesseract/recogniser/check-numbers.ts";
import { type LineRecogniser, openLineRecogniser } from "../../src/tesseract/recogniser/line-recogniser.ts";
import { drawing, thaiLine } from "../support/thai-page.ts";

// A network on a busy machine of two cores.
setDefaultTimeout(60_000);

const page = drawing(400, 40, []);
/** A line whose words stand 50 px apart, each 40 px wide. */
function lineOf(text: string, words: readonly string[] = text.split(" "), confidence = 89): Line {
  const placed = words.map((word, at) => ({
    ...{ text: word, confidence, left: 50 * at, top: 10, width: 40, height: 20 },
  }));
  return { text, confidence: 90, box: { left: 0, top: 10, width: 400, height: 20 }, words: placed };
}
/** Reads these texts one after the other, and no more, those with a question mark unsurely; keeps the sizes of the pictures. */
function reading(...texts: readonly string[]): LineRecogniser & { sizes: string[] } {
  const sizes: string[] = [];
  return {
    sizes,
    async read({ width, height }: GreyImage) {
      const text = texts[sizes.length];
      if (text === undefined) throw new Error("no further picture was expected");
      sizes.push(`${width} x ${height}`);
      const confidence = text === "" ? 0 : text.startsWith("?") ? 0.89 : 0.9;
      return { text, confidence, least: confidence };
    },
  };
}
const opened = (reader: LineRecogniser) => () => Promise.resolve(reader);
const doubtsIn = (text: string | undefined) => settleDoubts(text ?? "").doubts.map(({ digits }) => digits);

test.each<[string, Line, string[], string[]]>([
  ["the same digits", lineOf("ขนาด 1,250.00 มม."), ["1,250.00"], []],
  ["other letters and points around the same digits", lineOf("SD40 x"), ["s-D4.0"], []],
  ["wide digits, as Chinese has them", lineOf("12 x"), ["１２"], []],
  ["the same digits with more around them", lineOf("8 x"), ["3", "8"], []],
  ["another digit", lineOf("ขนาด 1,250.00 มม."), ["1,260.00", "1,260.00"], ["125000"]],
  ["letters", lineOf("12 668 2025"), ["12", "FEB", "FEB", "2025"], ["668"]],
  ["nothing", lineOf("3"), ["", ""], ["3"]],
  ["others, unsurely, where the first reading was unsure too", lineOf("3"), ["?8", "?年"], ["3"]],
  ["nothing, where the first reading was sure", lineOf("4", ["4"], 90), ["", "?14"], []],
  ["another digit surely, where the first reading was sure", lineOf("4", ["4"], 90), ["", "9"], ["4"]],
  ["another digit surely where cut closely, and the first reading was sure", lineOf("4", ["4"], 90), ["9", ""], ["4"]],
  ["one of two numbers otherwise", lineOf("12 34"), ["12", "84", "84"], ["34"]],
  ["a number that stands twice, once otherwise", lineOf("15 12 15"), ["15", "12", "17", "17"], ["1515"]],
  ["a digit beside a number, which are read together", lineOf("2 12 34"), ["212", "34"], []],
  ["others in these", lineOf("12 2 9"), ["1228", "1228"], ["1229"]],
  ["a digit that stands apart", lineOf("2 x 12"), ["2", "12"], []],
])("a number is in doubt where the other reader sees other digits: %s", async (_, line, texts, doubts) => {
  const reader = reading(...texts);
  const { doubted, notChecked, failed } = await checkNumbers([line], page, opened(reader));
  expect({ notChecked, failed, read: reader.sizes.length }).toEqual({
    notChecked: 0,
    failed: false,
    read: texts.length,
  });
  expect(doubtsIn(doubted.get(line))).toEqual(doubts);
  if (doubts.length > 0) expect(settleDoubts(doubted.get(line) ?? "").text).toBe(line.text);
});

test("what is no number, has Thai in it, is in doubt anyway or is not in the text is not read, and a word read twice once", async () => {
  const line = lineOf("ชั้น3 abc \uE031 ๗", ["ชั้น3", "abc", "\uE031", "๗", "55"]);
  expect((await checkNumbers([line], page, opened(reading()))).failed).toBe(false);
  const twice = lineOf("12", ["12"]);
  twice.words.push({ ...lineOf("12").words[0], left: 2, top: 10, width: 40, height: 20, text: "12", confidence: 80 });
  const reader = reading("12");
  expect((await checkNumbers([twice], page, opened(reader))).failed).toBe(false);
  expect(reader.sizes).toEqual(["43 x 28"]);
});

test("no more than 400 numbers of a page are read, and nothing is said of them where the reader fails", async () => {
  const many = lineOf("x", []);
  const lines = Array.from({ length: 401 }, () => ({ ...lineOf("7") }));
  const reader = reading(...lines.slice(0, 400).map(() => "7"));
  expect(await checkNumbers([many, ...lines], page, opened(reader))).toMatchObject({ notChecked: 1, failed: false });
  const failing = await checkNumbers([lineOf("5 6")], page, opened(reading("8")));
  expect(failing).toEqual({ doubted: new Map(), notChecked: 0, failed: true });
});

test("the reader is opened where there are numbers only, and nothing is said of them where it cannot be", async () => {
  const refused = () => Promise.reject(new Error("no network"));
  expect((await checkNumbers([lineOf("abc ๑๒")], page, refused)).failed).toBe(false);
  expect(await checkNumbers([lineOf("12")], page, refused)).toEqual({
    doubted: new Map(),
    notChecked: 0,
    failed: true,
  });
});

test("of long numbers, which take longer, fewer of a page are read", async () => {
  const wide = drawing(4000, 40, []);
  const long = (): Line => {
    const box = { left: 0, top: 10, width: 4000, height: 20 };
    return { text: "7", confidence: 90, box, words: [{ ...box, text: "7", confidence: 90 }] };
  };
  const reader = reading(...Array.from({ length: 50 }, () => "7"));
  expect(await checkNumbers(Array.from({ length: 60 }, long), wide, opened(reader))).toMatchObject({ notChecked: 10 });
});

test("the reader of the package sees what is printed, whatever was read before", async () => {
  if (numberReader === undefined) throw new Error("The package has no reader of numbers.");
  const reader = await openLineRecogniser(numberReader);
  const image = await thaiLine("1,250.75", 160);
  const line = (text: string): Line => {
    const box = { left: 0, top: 0, width: image.width, height: image.height };
    return { text, confidence: 95, box, words: [{ ...box, text, confidence: 95 }] };
  };
  const [right, wrong] = [line("1,250.75"), line("1,260.75")];
  const { doubted } = await checkNumbers([right, wrong], image, opened(reader));
  expect([...doubted.keys()]).toEqual([wrong]);
  expect(hasArabicDoubt(doubted.get(wrong) ?? "")).toBe(true);
});

test("its files are taken whole or not at all", async () => {
  if (numberReader === undefined) throw new Error("The package has no reader of numbers.");
  const folder = await mkdtemp(join(tmpdir(), "number-reader-"));
  afterAll(() => rm(folder, { recursive: true }));
  const cut = join(folder, "cut.txt");
  await Bun.write(cut, (await Bun.file(numberReader.dictionary).text()).slice(0, -1));
  expect(findNumberReader(numberReader)).toEqual(numberReader);
  expect(findNumberReader({ ...numberReader, dictionary: cut })).toBeUndefined();
  expect(findNumberReader({ ...numberReader, model: join(folder, "absent") })).toBeUndefined();
});

test.each([
  ["ขนาด 16 มม.", true],
  ["ข้อ ๑๖", false],
  ["", false],
])("a page has numbers where it has digits 0 to 9: %p", (text, expected) => {
  expect(hasNumbers(text)).toBe(expected);
});
