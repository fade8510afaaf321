import { describe, expect, test } from "bun:test";
import { settleDoubts } from "../../src/tesseract/digits/doubtful-digits.ts";
import {
  type Line,
  lineOf,
  type PageContext,
  partWithin,
  withoutRepeats,
} from "../../src/tesseract/lines/read-line.ts";
import { readLine, readPage } from "../../src/tesseract/lines/read-picture.ts";
import type { RecognisedLine, Word } from "../../src/tesseract/lines/recognised-line.ts";
import { signOfCheckBox, signOfLeader, textBehind } from "../../src/tesseract/lines/signs.ts";
import type { Box } from "../../src/tesseract/picture/ink.ts";
import type { TesseractApi } from "../../src/tesseract/tesseract-core.ts";
import { painted } from "../support/painted.ts";

const usualPx = 20;
const word = (text: string, left: number, top: number, confidence = 90, height = usualPx): Word => ({
  ...{ text, left, top, width: 40, height, confidence },
});
/** A line of one word in each place, its text the words with blanks between them. */
const lineWith = (...words: readonly Word[]): RecognisedLine => ({
  text: words.map(({ text }) => text).join(" "),
  confidence: words.reduce((sum, { confidence }) => sum + confidence, 0) / Math.max(1, words.length),
  box: { left: 0, top: words[0]?.top ?? 0, width: 400, height: words[0]?.height ?? usualPx },
  words: [...words],
});
const box: Box = { left: 90, top: 100, width: 200, height: 30 };

/** What is read in the box, whether it was read alone, and in which languages. */
const read = (pageLines: readonly RecognisedLine[], alone = lineWith(), where = box) => {
  const readIn: string[] = [];
  const readAlone: PageContext["readAlone"] = (_, languages) => {
    readIn.push(languages);
    return alone;
  };
  const claimed = new Set<Word>();
  const line = lineOf(where, { claimed, pageLines, usualPx, readAlone });
  return { ...line, claimed, wasReadAlone: readIn.length > 0, readIn };
};

describe("a line of the page", () => {
  const latin = lineWith(word("Total", 100, 105), word("12", 200, 105));
  const thai = lineWith(word("ที", 100, 105, 80));

  test("without Thai is taken as the page reading has it, and its words are claimed", () => {
    expect(read([latin])).toMatchObject({
      text: "Total 12",
      confidence: 90,
      box,
      words: latin.words,
      wasReadAlone: false,
    });
    expect([...read([latin]).claimed]).toEqual(latin.words);
  });

  test("has the signs of check boxes between what is read beside these", () => {
    const sign = (left: number, text: string) => ({ left, top: 105, width: 20, height: 20, text, minBesidePx: 12 });
    const readAlone: PageContext["readAlone"] = (where) =>
      ({ 90: lineWith(word("แบบ", 92, 105)), 140: lineWith(word("ใช่", 155, 105)), 230: lineWith() })[where.left] ??
      lineWith();
    const context = { claimed: new Set<Word>(), pageLines: [lineWith(word("แบบ", 92, 105))], usualPx, readAlone };
    const signs = [sign(220, "☐"), sign(130, "☑"), sign(500, "☑")];
    const line = lineOf(box, { ...context, signs });
    expect(line).toMatchObject({ text: "แบบ ☑ ใช่ ☐", confidence: 90, box });
    expect(line.words.map(({ text }) => text)).toEqual(["แบบ", "แบบ", "ใช่", "☑", "☐"]);
    const alone = lineOf({ ...box, left: 485, width: 50 }, { ...context, signs });
    expect(alone).toMatchObject({ text: "☑", confidence: 100 });
  });

  test("has an ellipsis for a leader, and a doubtful 1 for a stroke that stands alone behind it", () => {
    const place = { left: 150, top: 105, width: 100, height: 20 };
    const leader = signOfLeader({ ...place, dots: place, behind: undefined });
    const pageLines = [lineWith(word("บท", 120, 105), word("|", 255, 105))];
    const context = { claimed: new Set<Word>(), pageLines, usualPx, readAlone: () => lineWith(), signs: [leader] };
    expect(settleDoubts(lineOf(box, context).text)).toMatchObject({ text: "บท … 1", doubts: [{ digits: "1" }] });
    expect(leader).toEqual({ ...place, text: "…", minBesidePx: 4 });
    const checkBox = { left: 0, top: 0, width: 20, height: 18, isTicked: true };
    expect(signOfCheckBox(checkBox)).toMatchObject({ text: "☑", minBesidePx: 12 });
    expect(textBehind(undefined, "|")).toBe("|");
  });

  test("without Thai that goes on beyond the box is read alone", () => {
    const longer = lineWith(word("Total", 100, 105), word("12", 400, 105));
    expect(read([longer], lineWith(word("Total", 110, 105, 95)))).toMatchObject({
      text: "Total",
      confidence: 95,
      wasReadAlone: true,
    });
  });

  test("in Thai is read alone as well, and has what both found, and the words of both", () => {
    const alone = lineWith(word("ที่", 101, 105, 85));
    const line = read([thai], alone);
    expect(line).toMatchObject({ text: "ที่", confidence: 85, agreed: true, words: [...thai.words, ...alone.words] });
    expect(read([lineWith(word("ที", 100, 105, 88))], alone).confidence).toBe(88);
  });

  test.each([
    ["at its upper end", 90, "Total 12"],
    ["above its upper end", 89, ""],
    ["above its lower end", 119, "Total 12"],
    ["at its lower end", 120, ""],
  ])("is in the box by its middle: %s", (_, top, text) => {
    const line = lineWith(word("Total", 100, top), word("12", 200, top));
    expect(read([{ ...line, words: line.words.map((one) => ({ ...one, top: 105 })) }], lineWith()).text).toBe(text);
  });

  test("that is many times as high as most is a picture, of which the lines of 50 and more are taken", () => {
    const tall = { ...box, height: 39 };
    const lines = [lineWith(word("sure", 100, 101, 50)), lineWith(word("scrawl", 100, 110, 49, 19))];
    expect(read(lines, lineWith(word("no", 100, 105)), tall)).toMatchObject({ text: "sure", wasReadAlone: false });
    expect(read(lines, lineWith(word("yes", 100, 105)), { ...box, height: 38 })).toMatchObject({
      text: "yes",
      wasReadAlone: true,
    });
  });

  test("where two stand below each other both are taken as they are", () => {
    const stack = [lineWith(word("ก", 100, 100, 90, 12)), lineWith(word("ข", 100, 109, 90, 12))];
    expect(read(stack, lineWith(word("no", 100, 105)))).toMatchObject({
      text: "ก\nข",
      confidence: 90,
      wasReadAlone: false,
    });
  });

  test.each([
    ["of marks", lineWith(word("่", 100, 100, 90, 11))],
    ["that begins less than 0.7 of its height lower", lineWith(word("ค", 200, 108, 90, 12))],
  ])("and a row %s are read together once more", (_, other) => {
    const lines = [lineWith(word("ก", 100, 100, 90, 12)), other];
    expect(read(lines, lineWith(word("กข", 100, 105, 70)))).toMatchObject({
      text: "กข",
      agreed: false,
      confidence: 70,
    });
  });

  test.each([
    [50, "smudge", true],
    [49, "", undefined],
  ])("that only the second reading finds is believed from 50 on: %p", (confidence, text, isLone) => {
    expect(read([], lineWith(word("smudge", 100, 105, confidence)))).toMatchObject({ text });
    expect(read([], lineWith(word("smudge", 100, 105, confidence))).isLone).toBe(isLone);
  });
});

describe("the second time a line is read in", () => {
  const partOf = (...texts: readonly string[]) => [
    lineWith(...texts.map((text, at) => word(text, 100 + 300 * at, 105))),
  ];
  const marks = lineWith(word("่", 100, 101, 90, 8));

  test.each<[string, RecognisedLine[], RecognisedLine, string[]]>([
    ["Thai where it has no Latin letter", partOf("ก่อน"), lineWith(word("กอน", 110, 105)), ["thai"]],
    ["Thai beside digits and signs", partOf("ปี2,150.-"), lineWith(word("ปี2,150.-", 110, 105)), ["thai"]],
    ["Thai where Latin letters stand beside its box", partOf("ท่อ", "PVC"), lineWith(word("ทอ", 110, 105)), ["thai"]],
    ["both too where Thai has other letters", partOf("ค6-12"), lineWith(word("ต6-12", 110, 105)), ["thai", "both"]],
    ["both where it has a Latin letter too", partOf("ท่อé"), lineWith(word("ท่อé", 110, 105)), ["both"]],
    ["both where it has nothing", [], lineWith(), ["both"]],
    ["both where it has digits and signs only", partOf("12.50", "ราคา"), lineWith(word("12.50", 110, 105)), ["both"]],
    ["both where its marks are a line", [marks, ...partOf("ก")], lineWith(word("ก่", 110, 105)), ["both"]],
  ])("%s", (_, pageLines, alone, languages) => {
    expect(read(pageLines, alone).readIn).toEqual(languages.map((name) => (name === "both" ? "thaiAndEnglish" : name)));
  });

  test("both counts where the Thai reading has other letters", () => {
    const inLanguages = {
      thai: lineWith(word("ผ6-0125", 110, 105, 95)),
      thaiAndEnglish: lineWith(word("RFA-0125", 110, 105)),
    };
    const line = lineOf(box, {
      claimed: new Set(),
      pageLines: [lineWith(word("ค6-0125", 100, 105, 58))],
      usualPx,
      readAlone: (_, languages) => inLanguages[languages],
    });
    expect(line).toMatchObject({ text: "RFA-0125", agreed: false, confidence: 90 });
  });
});

describe("of a line stands in a box", () => {
  const textIn = (words: readonly Word[], claimed: ReadonlySet<Word> = new Set()) =>
    partWithin(lineWith(...words), box, claimed)?.text;

  test.each<[string, Word[], string | undefined]>([
    ["what has its middle there", [word("a", 70, 105), word("b", 269, 105), word("c", 270, 105)], "a b"],
    ["nothing on its left", [word("a", 69, 105), word("b", 100, 105)], "b"],
    ["nothing above it", [word("a", 100, 89), word("b", 150, 90)], "b"],
    ["nothing below it", [word("a", 100, 119), word("b", 150, 120)], "a"],
    [
      "each mark, however far above or below",
      [word("a", 100, 105), word("b", 150, 60, 90, 11), word("c", 200, 60, 90, 12)],
      "a b",
    ],
    ["nothing where no word does", [word("a", 400, 105)], undefined],
  ])("%s", (_, words, text) => {
    expect(textIn(words)).toBe(text);
  });

  test("nothing that another line has already", () => {
    const words = [word("a", 100, 105), word("b", 150, 105)];
    expect(textIn(words, new Set(words.slice(0, 1)))).toBe("b");
  });
});

describe("lines that only the second reading found", () => {
  const lineAt = (isLone: boolean, ...words: readonly Box[]): Line => ({
    text: "x",
    confidence: 90,
    box,
    words: words.map((word) => ({ ...word, text: "x", confidence: 90 })),
    isLone,
  });
  const at = (left: number, top: number): Box => ({ left, top, width: 20, height: 20 });
  const found = lineAt(false, at(100, 100), at(130, 100));

  test.each<[string, Line, boolean]>([
    ["are left out where half of their words stand in others", lineAt(true, at(100, 105), at(300, 100)), false],
    ["are kept where fewer do", lineAt(true, at(100, 105), at(300, 100), at(330, 100)), true],
    ["are kept where they stand below them", lineAt(true, at(100, 110)), true],
    ["are kept where they stand beside them", lineAt(true, at(140, 100)), true],
    ["are left out where they stand at their left edge", lineAt(true, at(90, 100)), false],
    ["are kept where they stand before it", lineAt(true, at(89, 100)), true],
    ["are kept without words", lineAt(true), true],
  ])("%s", (_, lone, isKept) => {
    expect([...withoutRepeats([lone, found])].includes(lone)).toBe(isKept);
  });

  test("are kept once, and what both readings found is always kept", () => {
    const [one, other] = [lineAt(true, at(300, 100)), lineAt(true, at(300, 105))];
    expect(withoutRepeats([one, other, found, { ...found }])).toEqual(new Set([found, { ...found }, one]));
  });
});

describe("the recogniser", () => {
  const page = painted(60, 40, 255, [[20, 10, 5, 5, 0]]);
  const tsv = ["4\t1\t1\t1\t1\t0\t10\t10\t20\t8\t-1\t", "5\t1\t1\t1\t1\t1\t12\t11\t9\t8\t90\tab"].join("\n");

  const world = (over: Partial<TesseractApi> = {}) => {
    const calls: string[] = [];
    const pictures: Uint8Array[] = [];
    const api: TesseractApi = {
      Init: () => 0,
      SetVariable: (name, value) => {
        calls.push(`${name}=${value}`);
        return true;
      },
      SetImageFile: () => 0,
      Recognize: () => 0,
      GetUTF8Text: () => "ab\n",
      GetTSVText: () => tsv,
      MeanTextConf: () => 77,
      DetectOS: () => false,
      Clear: () => calls.push("clear"),
      ...over,
    };
    const core = { FS: { writeFile: (_: string, picture: Uint8Array) => pictures.push(picture) } };
    return { core, api, calls, pictures };
  };
  const sizeOf = (picture: Uint8Array | undefined) => new TextDecoder().decode(picture?.subarray(0, 8)).split("\n")[1];

  test("reads a page as a column, and its lines where both outputs tell them", () => {
    const { core, api, calls, pictures } = world();
    const box = { left: 10, top: 10, width: 20, height: 8 };
    const words = [{ left: 12, top: 11, width: 9, height: 8, text: "ab", confidence: 90 }];
    const line = { text: "ab", confidence: 90, box, words };
    expect(readPage(core, api, page)).toEqual({ text: "ab", confidence: 77, words, lines: [line] });
    expect(calls).toEqual(["tessedit_pageseg_mode=4", "preserve_interword_spaces=1", "clear"]);
    expect(sizeOf(pictures[0])).toBe("60 40");
  });

  test("reads a box as one line with a margin, and tells its words where they stand on the page", () => {
    const { core, api, calls, pictures } = world();
    const box = { left: 20, top: 10, width: 5, height: 5 };
    const line = readLine(core, api, page, box);
    expect(line).toMatchObject({
      text: "ab",
      confidence: 77,
      box,
      words: [{ left: 22, top: 11, width: 9, height: 8 }],
    });
    expect(calls).toEqual(["tessedit_pageseg_mode=7", "preserve_interword_spaces=1", "clear"]);
    expect(sizeOf(pictures[0])).toBe("25 25");
    expect(pictures[0]?.filter((level) => level === 0)).toHaveLength(25);
  });

  test("has its text without empty lines, all Thai digits doubtful, where its outputs differ", () => {
    const { core, api } = world({ GetUTF8Text: () => " a\n\n\n๑\n" });
    expect(readPage(core, api, page)).toEqual({ text: "a\n\uE051", confidence: 77, words: [], lines: undefined });
  });

  test.each<[string, Partial<TesseractApi>]>([
    ["take", { SetImageFile: () => 1 }],
    ["read", { Recognize: () => -1 }],
  ])("lets go of a picture that it cannot %s", (_, over) => {
    const { core, api, calls } = world(over);
    expect(() => readPage(core, api, page)).toThrow("The picture cannot be read.");
    expect(calls.at(-1)).toBe("clear");
  });
});
