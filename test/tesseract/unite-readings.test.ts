import { describe, expect, test } from "bun:test";
import { alignWords } from "../../src/tesseract/lines/align-words.ts";
import type { RecognisedLine } from "../../src/tesseract/lines/recognised-line.ts";
import { looksAmiss, surerWords, uniteReadings } from "../../src/tesseract/lines/unite-readings.ts";

const letterPx = 10;

/** A reading whose characters stand 10 pixels apart; one of its words may be of another confidence than 90. */
function reading(text: string, confidences: Readonly<Record<string, number>> = {}): RecognisedLine {
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({
    ...{ text: word, confidence: confidences[word] ?? 90 },
    ...{ left: letterPx * index, width: letterPx * word.length, top: 0, height: 20 },
  }));
  return {
    text: text.trim(),
    words,
    confidence: 90,
    box: { left: 0, top: 0, width: letterPx * text.length, height: 20 },
  };
}

describe("two readings of a line with the same letters are one", () => {
  test.each([
    ["with marks that only one of them found", "ที ระบุ", "ที่ระบ", "ที่ ระบุ"],
    ["with the second's marks where both have as many", "ฉบับนี่", "ฉบับนี้", "ฉบับนี้"],
    ["with SARA AM and a tone mark of which each lost one", "น\u0E4Dามัน", "น้ามัน", "น\u0E4D้ามัน"],
    ["with a tone mark and SARA AM of which each lost one", "น้ามัน", "น\u0E4Dามัน", "น\u0E4D้ามัน"],
    ["without marks on letters that are not Thai", "of", "of์", "of"],
    ["of nothing", "", "", ""],
  ])("%s", (_, first, second, text) => {
    expect(uniteReadings(reading(first), reading(second))).toEqual({ text, agreed: true });
  });
});

test.each([
  ["are doubtful", 84, "SDA\uE030"],
  ["are not where one is sure of its own", 85, "SDA0"],
])("digits in which two readings of a line differ %s", (_, confidence, text) => {
  expect(uniteReadings(reading("SDA0", { SDA0: confidence }), reading("SD40", { SD40: 60 })).text).toBe(text);
});

describe("of a number in doubt and letters of Latin", () => {
  const number = "\uE035\uE030\uE034\uE030";
  test.each([
    ["the number is taken where the reading is hardly sure of the letters", { SDA: 40, [number]: 70 }, number],
    ["the letters where it is surer of them than of the number", { SDA: 59, [number]: 50 }, "SDA"],
    ["the letters where it is sure of them", { SDA: 61, [number]: 70 }, "SDA"],
  ])("%s", (_, confidences, taken) => {
    for (const [first, second] of [
      [`ab ${number}`, "ab SDA"],
      ["ab SDA", `ab ${number}`],
    ] as const)
      expect(surerWords(reading(first, confidences), reading(second, confidences)).text).toBe(`ab ${taken}`);
  });
});

describe("of two readings of a line with other letters", () => {
  test.each<[string, RecognisedLine, RecognisedLine, string]>([
    [
      "each word is taken from the one that is surer of it",
      reading("หนา 7.5 wu. THW", { "wu.": 60 }),
      reading("หนา 7.5 ซม. 1หป", { "1หป": 40 }),
      "หนา 7.5 ซม. THW",
    ],
    ["a word of which both are as sure is the first's", reading("มกราคม ab"), reading("มกราคน ab"), "มกราคม ab"],
    [
      "several words in the place of one are taken together",
      reading("VRF System B", { VRF: 20 }),
      reading("บษ!อก12345 8", { "บษ!อก12345": 30 }),
      "บษ!อก\uE031\uE032\uE033\uE034\uE035 B",
    ],
    [
      "the marks of the other one are taken where a word has the same letters",
      reading("นํา ab", { ab: 60 }),
      reading("น้า cd"),
      "น\u0E4D้า cd",
    ],
    [
      "a Thai letter between English words is none",
      reading("by ล licensed"),
      reading("by a licensed", { a: 60 }),
      "by a licensed",
    ],
    [
      "a Thai letter beside one is",
      reading("ขข ล licensed"),
      reading("by a licensed", { a: 60, by: 20 }),
      "ขข ล licensed",
    ],
    ["nor is one at the end of English words", reading("ล licensed"), reading("a licensed", { a: 60 }), "a licensed"],
    ["what the first alone found is kept", reading("ก    ab  ข"), reading("ค"), "ก    ab  ข"],
    ["what the second alone found is taken where it is sure", reading("ก"), reading("ค    ab", { ab: 80 }), "ก    ab"],
    ["what the second alone found is left out where it is not", reading("ก"), reading("ค    ab", { ab: 79 }), "ก"],
    ["a number that the second alone found stays apart from the next", reading("   10.5"), reading("12"), "12 10.5"],
    ["and from the one before", reading("12"), reading("   10.5"), "12 10.5"],
    ["blanks are the first's", reading("ก   ab", { ab: 10 }), reading("ก  abc"), "ก   abc"],
    ["all is the second's where the first has nothing", reading(""), reading("ab"), "ab"],
  ])("%s", (_, first, second, text) => {
    expect(uniteReadings(first, second)).toEqual({ text, agreed: false });
  });

  test.each([
    ["a number in digits of Thai is kept before letters that are surer", "เลข ๒๙", "เลข be", "เลข ๒๙"],
    ["so it is not before what is sure", "เลข ๓", "เลข of", "เลข of"],
    ["so a nought alone is not, which may be a letter", "เลข ๐", "เลข k", "เลข k"],
    ["so is a doubtful one", "เลข \uE052\uE059", "เลข be", "เลข \uE052\uE059"],
    ["a doubtful one is not where the line has another number in 0 to 9", "240 \uE052", "240 k", "240 k"],
    ["unless it is surer", "240 \uE052\uE053", "240 Ga", "240 \uE052\uE053"],
    ["one that is sure is, there too", "240 ๒", "240 k", "240 ๒"],
  ])("%s", (_, thai, latin, text) => {
    const [first, second] = [thai, latin].map((one) =>
      reading(one, { be: 89, k: 89, of: 90, "๒๙": 50, "๐": 50, "๓": 50, "๒": 50, "\uE052": 50, Ga: 20 }),
    );
    expect(surerWords(first ?? reading(""), second ?? reading("")).text).toBe(text);
    expect(surerWords(second ?? reading(""), first ?? reading("")).text).toBe(text);
  });

  test.each([
    ["84", "SD\uE034\uE030"],
    ["85", "SD40"],
  ])("digits that the other one doubts stay doubtful where their word is not sure: %p", (confidence, text) => {
    const page = reading("\uE035\uE030\uE034\uE030");
    const line = reading("SD40", { SD40: Number(confidence) });
    expect(uniteReadings(page, line)).toEqual({ text, agreed: false });
    expect(uniteReadings(line, page)).toEqual({ text, agreed: false });
    expect(surerWords(page, line).text).toBe("SD40");
  });

  test.each([
    ["a digit looks like another character", "\uE030\uE038\uE031\uE032", "DB12", "DB12"],
    ["a digit of Thai stands beside another digit", "6๒", "Fi2e", "Fi2e"],
    ["a digit of Thai stands beside a letter", "k๒", "ksc", "ksc"],
    ["both do", "6๒", "k๒", "6๒"],
    ["none does", "๑๒", "ksc", "๑๒"],
  ])("the surer one is not taken where %s", (_, first, second, text) => {
    const word = reading(second, { [second]: 30 });
    expect(surerWords(reading(first, { [first]: 80 }), word).text).toBe(text);
    expect(surerWords(word, reading(first, { [first]: 80 })).text).toBe(text);
  });

  test.each([
    ["50 ก๒", false],
    ["พ.ศ. ๒๕๖๗ 12", false],
    ["a๒", true],
    ["2\uE052", true],
    ["SD\uE034\uE030", true],
  ])("digits look amiss in %p: %p", (text, isAmiss) => {
    expect(looksAmiss(text)).toBe(isAmiss);
  });

  test("the one of the surest least sure word is taken where their words are not those of their texts", () => {
    const odd = { ...reading("ab cd", { cd: 40 }), text: "ab xx" };
    expect(uniteReadings(odd, reading("ef gh", { gh: 50 }))).toEqual({ text: "ef gh", agreed: false });
    expect(uniteReadings(reading("ef gh", { gh: 40 }), odd)).toEqual({ text: "ef gh", agreed: false });
  });

  test("words and their boxes are those of the text", () => {
    const line = surerWords(reading("นํา  ab  x", { ab: 60 }), reading("น้า  cd  y", { y: 80 }));
    expect(line.words.map(({ text }) => text)).toEqual(["น\u0E4D้า", "cd", "x"]);
    expect(line.words.map(({ left }) => left)).toEqual([0, 50, 90]);
    expect(line.confidence).toBe(90);
  });
});

test("words of two readings are of one place where more than 0.3 of the narrower lies in the other", () => {
  const word = (text: string, left: number, width: number) => ({
    text,
    left,
    width,
    top: 0,
    height: 20,
    confidence: 90,
  });
  const lineOf = (...words: ReturnType<typeof word>[]) => ({
    ...reading(words.map(({ text }) => text).join(" ")),
    words,
  });
  const places = (shared: number) =>
    alignWords(lineOf(word("a", 0, 100)), lineOf(word("b", 100 - shared, 50)))?.map(({ first, second }) => [
      first?.text,
      second?.text,
    ]);
  expect(places(15)).toEqual([
    ["a", undefined],
    [undefined, "b"],
  ]);
  expect(places(16)).toEqual([["a", "b"]]);
});

describe("a word that one reading alone has in a place", () => {
  const word = (text: string, left: number, width: number) => ({
    ...{ text, left, width },
    ...{ top: 0, height: 20, confidence: 95 },
  });
  const lineOf = (...words: ReturnType<typeof word>[]) => ({
    ...reading(words.map(({ text }) => text).join(" ")),
    words,
  });

  test.each([
    ["is the one beside its box in the other reading", word("5", 94, 1), word("5", 101, 13), "ab 5 cd"],
    ["is so where its box lies behind", word("5", 118, 1), word("5", 101, 13), "ab 5 cd"],
    ["is so where the other one reads another character", word("6", 94, 1), word("5", 101, 13), "ab 6 cd"],
    ["is so where its box is one of the blank beside it", word("5", 84, 10), word("5", 101, 13), "ab 5 cd"],
    ["is so up to a height away", word("5", 80, 1), word("5", 101, 13), "ab 5 cd"],
    ["is another one farther off", word("5", 79, 1), word("5", 101, 13), "ab 5 5 cd"],
    ["is another one where both boxes are as wide as characters", word("6", 84, 2), word("5", 101, 13), "ab 6 5 cd"],
  ])("%s", (_, first, second, text) => {
    const [one, other] = [first, second].map((lone) => lineOf(word("ab", 0, 30), lone, word("cd", 150, 30)));
    expect(surerWords(one ?? reading(""), other ?? reading("")).text).toBe(text);
  });

  test("is none where both readings have a word there", () => {
    const one = lineOf(word("5", 80, 1), word("6", 100, 10));
    expect(surerWords(one, lineOf(word("7", 100, 10))).text).toBe("5 6");
  });

  const lone = word("1", 71, 4);
  test.each([
    ["begins", lineOf(lone, word("พ", 98, 41)), lineOf(word("1W", 85, 54)), "1 พ", "1W"],
    ["ends", lineOf(word("พ", 16, 40), lone), lineOf(word("W1", 16, 45)), "พ 1", "W1"],
    [
      "begins, a digit that may be another,",
      lineOf(lone, word("ก", 98, 41)),
      lineOf(word("\uE031W", 85, 54)),
      "1 ก",
      "1 ก",
    ],
  ])("stands once where what %s with it in the other reading is beside it", (_, first, second, text, inverse) => {
    expect(surerWords(first, second).text).toBe(text);
    expect(surerWords(second, first).text).toBe(inverse);
  });

  test.each([
    ["begins", [word("1", 71, 4), word("1W", 98, 41)], [word("1W", 85, 54)], "1 1W"],
    ["ends", [word("W1", 85, 30), word("1", 125, 4)], [word("W1", 85, 25)], "W1 1"],
  ])("is another one where what %s with it does so in both readings", (_, first, second, text) => {
    expect(surerWords(lineOf(...first), lineOf(...second)).text).toBe(text);
    expect(surerWords(lineOf(...second), lineOf(...first)).text).toBe(text);
  });
});
