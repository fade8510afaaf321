import { describe, expect, test } from "bun:test";
import { accountOf } from "../../src/ocr/layer/account.ts";
import { isNumberedByFirstUse } from "../../src/ocr/layer/first-use.ts";
import { judgeTextLayer, type TextLayerContext } from "../../src/ocr/layer/judge.ts";
import { layerText, withoutSigns } from "../../src/ocr/layer/layer-text.ts";
import { countLetterPairs } from "../../src/ocr/layer/rare-pairs.ts";
import { measureTextLayer } from "../../src/ocr/layer/signals.ts";

const plain: TextLayerContext = {
  scannerText: false,
  trustScannerText: false,
  documentHasThai: false,
  producerDamage: undefined,
  account: { objection: undefined, warnings: [] },
};
const reasonOf = (text: string) => judgeTextLayer(text, plain).reason;

/** So many letters, none like the one before, of which no two stand side by side rarely. */
const letters = (count: number) => "theanditoristeanor".repeat(Math.ceil(count / 18)).slice(0, count);
/** So many signs, none like the one before. */
const signs = (count: number) => "!@".repeat(Math.ceil(count / 2)).slice(0, count);
/** So many words of four pairs, of which one is rare, and so many of four that are not. */
const pairs = (rare: number, sound: number) => [...Array(rare).fill("aqban"), ...Array(sound).fill("thean")].join(" ");

describe("just at a limit a text layer is trusted, and just beyond it is refused", () => {
  test.each<[string, string, string]>([
    ["control characters", letters(97) + "\u0001".repeat(3), letters(96) + "\u0001".repeat(4)],
    ["control characters", `${letters(49)}\u0001`, letters(48) + "\u0001".repeat(2)],
    ["control characters", letters(40) + "\u0001".repeat(9), letters(39) + "\u0001".repeat(10)],
    ["private use", letters(70) + "\uE001\uE002".repeat(15), `${letters(69)}${"\uE001\uE002".repeat(15)}\uE001`],
    ["accented letters", letters(70) + "éà".repeat(15), `${letters(69) + "éà".repeat(15)}é`],
    ["accented letters", letters(49) + "éà".repeat(25), letters(50) + "éà".repeat(25)],
    ["against symbols", letters(50) + signs(50), letters(49) + signs(51)],
    ["against symbols", signs(99), signs(100)],
    ["signs inside words", `${"a~a ".repeat(9)}${letters(400)}`, `${"a~a ".repeat(10)}${letters(400)}`],
    ["signs inside words", `${"a~a ".repeat(10)}${letters(637)}`, `${"a~a ".repeat(10)}${letters(636)}`],
    ["one letter repeated", "A".repeat(49), "A".repeat(50)],
    ["one letter repeated", `${"A".repeat(81)}${letters(19)}`, `${"A".repeat(82)}${letters(18)}`],
    ["tone marks", `${"ก".repeat(199)} ขค`.slice(0, 199), "กข".repeat(100)],
    ["tone marks", "กข".repeat(98) + "ก่".repeat(5), "กข".repeat(99) + "ก่".repeat(4)],
    ["SARA AA and not one", "กา".repeat(59), "กา".repeat(60)],
    ["SARA AA and not one", `${"กา".repeat(60)}ทำ`, "กา".repeat(61)],
    ["stray Thai marks", `กข ่${"กข".repeat(5)}`, `กข ่ ่${"กข".repeat(5)}`],
    ["stray Thai marks", `ก ่ข ่${"กข".repeat(454)}${"ก่ข".repeat(30)}`, `ก ่ข ่${"กข".repeat(453)}${"ก่ข".repeat(30)}`],
  ])("by %s: %#", (limit, trusted, refused) => {
    expect(reasonOf(trusted)).not.toContain(limit);
    expect(reasonOf(refused)).toContain(limit);
  });

  test("by pairs of letters that no language has, in a text of enough of them", () => {
    expect(measureTextLayer(pairs(17, 21))).toMatchObject({ pairs: 152, rarePairs: 17 });
    expect(reasonOf(pairs(17, 21))).not.toContain("side by side");
    expect(reasonOf(pairs(18, 20))).toContain("letters that no language sets side by side 12 %");
    expect(reasonOf(pairs(37, 0))).not.toContain("side by side");
  });

  test("by what is shifted, in English of which the rest is sound", () => {
    const sound = "the contractor shall submit all drawings for review and approval to the engineer\n";
    const lost = "the engineer shall approve all drawings and send them to the contractor"
      .split("")
      .map((letter) => (letter === " " ? letter : String.fromCharCode(letter.charCodeAt(0) - 29)))
      .join("");
    expect(reasonOf(sound.repeat(9) + lost)).toContain("29 code points");
    expect(reasonOf(sound.repeat(60) + lost)).not.toContain("code points");
  });
});

describe("pairs of letters", () => {
  test.each([
    ["abcd", 3, 2],
    ["abc", 0, 0],
    ["Zabcd", 3, 2],
    ["abcdZ", 3, 2],
    ["abc\u00E9", 0, 0],
    ["abcd efgh", 6, 3],
    ["zqzq", 3, 3],
    ["the quick", 4, 0],
    ["", 0, 0],
  ])("of %j are %i, of which %i are rare", (text, count, rare) => {
    expect(countLetterPairs(text)).toEqual({ pairs: count, rarePairs: rare });
  });
});

describe("letters numbered in the order of their first use", () => {
  const kinds = (count: number) => Array.from({ length: count }, (_, at) => String.fromCharCode(65 + at)).join("");

  test.each([
    ["twelve kinds, each twice", kinds(12).repeat(2), true],
    ["eleven kinds", kinds(11).repeat(3), false],
    ["twelve kinds, of which one comes once", kinds(12) + kinds(11), false],
    ["the same in the second line", `an ordinary line\n${kinds(12).repeat(2)}`, true],
    ["the same behind other words of the line", `an ordinary line ${kinds(12).repeat(2)}`, false],
    ["one of twenty out of its order", `${kinds(19).repeat(2)}zz`, true],
    ["two of twenty out of their order", `${kinds(18).repeat(2)}xzxz`, false],
    ["blanks and ends of lines between", kinds(12).split("").join(" \n").repeat(2), true],
    ["more than is looked at in the wrong order behind", `${kinds(12).repeat(14).slice(0, 160)}zyxwvut`, true],
    ["nothing", "", false],
    ["only ends of lines", "\n\n\n", false],
  ])("%s: %#", (_, text, isNumbered) => {
    expect(isNumberedByFirstUse(text)).toBe(isNumbered);
  });
});

describe("what is counted", () => {
  test.each([
    ["\u0E01\u0E4C\u0E33", { thaiLetters: 3, toneMarks: 1, saraAm: 1, saraAa: 0, strayMarks: 0 }],
    ["\u0E48", { thaiLetters: 1, toneMarks: 1, strayMarks: 1 }],
    ["\u0E01\u0E32\u0E48", { strayMarks: 1, saraAa: 1 }],
    ["\u0E01\u0E32\u0E31", { strayMarks: 0 }],
    ["\u0E01 \u0E31", { strayMarks: 1, characters: 2 }],
    ["aa bb", { repeatedLetters: 2, letters: 4 }],
    ["a a", { repeatedLetters: 1 }],
    [". . .", { symbols: 1 }],
    ["\u00B7\u00B7\u00B7", { upperLatin1: 1 }],
    ["\u00A0\u00AD\u200B\uFEFF\u0085", { characters: 0, unreadable: 0 }],
    ["\u007F\uFFFD\u0001\u0091", { characters: 4, unreadable: 4 }],
    ["\uE000\uF8FF\uDFFF\uF900", { privateUse: 2 }],
    ["\u2192\u2500\u2713\u2014\u2022", { symbols: 0, letters: 0, characters: 5 }],
    ["a!b a\u25A1b a-b a.b A!b a!B", { signsInsideWords: 2 }],
    ["\u0E01aA\u0E02 \u0E01CC\u0E02 \u0E01\u00E9\u00E9\u0E02 \u0E01\u02E0 \u0E01abc\u0E02", { foreignInsideThai: 3 }],
    ["\u0E01b", { foreignInsideThai: 0 }],
  ])("of %j: %j", (text, counts) => {
    expect(measureTextLayer(text)).toMatchObject(counts);
  });
});

describe("the account of a page", () => {
  const sound = { characters: 1000, hiddenCharacters: 0, unreadLetters: 0, unmapped: "", imageCoverage: 0 };
  const objectionTo = (facts: Partial<Parameters<typeof accountOf>[0]>, repaired = 0, believesHidden = false) =>
    accountOf({ ...sound, ...facts }, repaired, believesHidden).objection;

  test.each([
    [{ unmapped: "\u0251".repeat(30) }, 0, "fonts do not tell 3 % of its characters"],
    [{ unmapped: "\u0251".repeat(30) }, 1, undefined],
    [{ unmapped: "\u0251 ".repeat(29) }, 0, undefined],
    [{ characters: 60, unmapped: "\u0251".repeat(9) }, 0, undefined],
    [{ characters: 60, unmapped: "\u0251".repeat(10) }, 0, "fonts do not tell 17 % of its characters"],
    [{ characters: 18, unmapped: "\u0251".repeat(9) }, 0, "fonts do not tell 50 % of its characters"],
    [{ unreadLetters: undefined, imageCoverage: 0.5 }, 0, "pictures too large to be looked at cover 50 % of the page"],
    [{ unreadLetters: undefined, imageCoverage: 0.49 }, 0, undefined],
    [{ characters: 118, unreadLetters: 59 }, 0, undefined],
    [{ characters: 120, unreadLetters: 60 }, 0, "beside 120 characters of text"],
    [{ characters: 121, unreadLetters: 60 }, 0, undefined],
  ])("%j with %i repaired: %p", (facts, repaired, objection) => {
    const found = objectionTo(facts, repaired);
    if (objection === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(objection);
  });

  test("counts hidden text as seen where that is a scanner's, and believed", () => {
    const facts = { characters: 200, hiddenCharacters: 190, unreadLetters: 80, imageCoverage: 1 };
    expect(objectionTo(facts, 0, true)).toBeUndefined();
    expect(accountOf({ ...sound, ...facts }, 0, true).warnings).toEqual([
      "about 80 letters in pictures or outlines are not in the text layer",
    ]);
  });

  test("warns of hidden characters from ten on, and of letters of a scan from 24 on, a scan being half a page", () => {
    const warningsOf = (facts: Partial<Parameters<typeof accountOf>[0]>) =>
      accountOf({ ...sound, ...facts }, 0, false).warnings.length;
    expect([9, 10].map((hiddenCharacters) => warningsOf({ hiddenCharacters }))).toEqual([0, 1]);
    expect([0.49, 0.5].map((imageCoverage) => warningsOf({ imageCoverage, unreadLetters: 24 }))).toEqual([0, 1]);
    expect(warningsOf({ hiddenCharacters: 20, unreadLetters: 80 })).toBe(2);
  });
});

describe("the text that is judged and answered", () => {
  test("is Markdown where that could be made, else the lines of the file", () => {
    expect(layerText({ text: "lines", markdown: undefined })).toEqual({ text: "lines", format: "plain" });
  });

  test.each([
    ["| a | b |\n|---|:-:|\n| 1 | 2 |", "  a   b  \n\n  1   2  "],
    ["a \\* b \\\\ c \\d", "a * b \\ c \\d"],
    ["|---", " ---"],
  ])("of %j without signs is %j", (markdown, expected) => {
    expect(withoutSigns(markdown)).toBe(expected);
  });
});
