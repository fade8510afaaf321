import { describe, expect, test } from "bun:test";
import type { Pair } from "../../src/tesseract/digits/align.ts";
import {
  besideDigit,
  isCertain,
  isLike,
  isNumber,
  isPlain,
  readAnew,
} from "../../src/tesseract/digits/digit-certainty.ts";
import { doubtful } from "../../src/tesseract/digits/doubtful-digits.ts";
import type { SeenDigit } from "../../src/tesseract/digits/judge-digit.ts";
import type { LineSymbol } from "../../src/tesseract/digits/line-symbols.ts";
import { pairGlyphs } from "../../src/tesseract/digits/pair-glyphs.ts";
import { neighbours, placesAround, type SeenGlyph, wordAround } from "../../src/tesseract/digits/seen-glyphs.ts";
import { writeDigits } from "../../src/tesseract/digits/write-digits.ts";

const heightPx = 20;
const like = (over: Partial<SeenDigit> = {}): SeenDigit => ({
  ...{ digit: "๔", likeness: 0.9, overDigits: 0.2, overOthers: 0.2, lead: 3 },
  ...over,
});
const nothing = { width: 1, height: 1, data: new Uint8Array(1) };
const glyph = (over: Partial<Omit<SeenGlyph, "seen">> & { seen?: SeenDigit | undefined } = {}): SeenGlyph => ({
  ...{
    box: { left: 0, top: 0, width: 10, height: heightPx },
    image: nothing,
    isPoint: false,
    startsWord: false,
    middle: 0,
  },
  ...over,
  seen: () => over.seen,
});

/** A glyph for each character: a blank begins a word, a full stop is a point. */
function glyphsOf(text: string): SeenGlyph[] {
  return Array.from(text)
    .flatMap((character, at) =>
      character === " " ? [] : [{ character, startsWord: at === 0 || text[at - 1] === " " }],
    )
    .map(({ character, startsWord }) => glyph({ startsWord, isPoint: character === "." }));
}

describe("a word is a number", () => {
  const point = glyph({ isPoint: true });
  test.each<[string, SeenGlyph[], boolean]>([
    [
      "where all of it is a little more like digits",
      [glyph({ seen: like({ overOthers: 0.04 }) }), glyph({ seen: like() })],
      true,
    ],
    [
      "and not where one glyph is less so",
      [glyph({ seen: like({ overOthers: 0.039 }) }), glyph({ seen: like() })],
      false,
    ],
    ["where it is one glyph that is more so", [glyph({ seen: like({ overOthers: 0.08 }) })], true],
    ["and not where it is one that is less so", [glyph({ seen: like({ overOthers: 0.079 }) })], false],
    ["where it is one such glyph and a point", [glyph({ seen: like({ overOthers: 0.08 }) }), point], true],
    ["and not where it is one less so and a point", [glyph({ seen: like({ overOthers: 0.05 }) }), point], false],
    ["where it is like digits at all", [glyph({ seen: like({ likeness: 0.75 }) })], true],
    ["and not where it is less like them", [glyph({ seen: like({ likeness: 0.749 }) })], false],
    ["and not where a glyph is like none", [glyph({ seen: like() }), glyph()], false],
    ["and not where it has points only", [point], false],
  ])("%s", (_, word, expected) => {
    expect(isNumber(word)).toBe(expected);
  });
});

describe("a glyph is a digit", () => {
  test.each<[string, SeenDigit | undefined, string | undefined]>([
    ["and sure", like({ overDigits: 0.03, lead: 1.5, likeness: 0.75, overOthers: -0.05 }), "๔"],
    ["and doubtful beside another digit", like({ overDigits: 0.029 }), doubtful("๔")],
    ["and doubtful beside another digit by the weights", like({ lead: 1.49 }), doubtful("๔")],
    ["and doubtful where it is less like it", like({ likeness: 0.749 }), doubtful("๔")],
    ["and not where it is much more like another character", like({ overOthers: -0.051 }), undefined],
    ["and not where it is like none", undefined, undefined],
  ])("where one was read there: %s", (_, seen, digit) => {
    expect(readAnew(seen)).toBe(digit);
  });

  test.each<[string, SeenDigit | undefined, string | undefined]>([
    ["and sure", like({ overOthers: 0.04 }), "๔"],
    ["and doubtful beside another character", like({ overOthers: 0.039 }), doubtful("๔")],
    ["and doubtful beside another digit", like({ overDigits: 0.029 }), doubtful("๔")],
    ["and doubtful beside another digit by the weights", like({ lead: 1.49 }), doubtful("๔")],
    ["as like as another character", like({ overOthers: 0 }), doubtful("๔")],
    ["and not where it is less so", like({ overOthers: -0.001 }), undefined],
    ["and not where it is like none", undefined, undefined],
  ])("where one was read beside it: %s", (_, seen, digit) => {
    expect(besideDigit(seen)).toBe(digit);
  });

  test.each([
    ["plainly", like({ likeness: 0.8, overOthers: 0.1 }), true],
    ["and not where it is less like one", like({ likeness: 0.799 }), false],
    ["and not where it is more like another character", like({ overOthers: 0.099 }), false],
    ["and not where it is like none", undefined, false],
  ])("whatever was read: %s", (_, seen, expected) => {
    expect(isPlain(seen)).toBe(expected);
  });

  const certain = { likeness: 0.85, overOthers: 0.15, overDigits: 0.05, lead: 2 };
  test.each([
    ["for certain", like(certain), true],
    ["and not where it is less like one", like({ ...certain, likeness: 0.849 }), false],
    ["and not where it is more like another character", like({ ...certain, overOthers: 0.149 }), false],
    ["and not where it is more like another digit", like({ ...certain, overDigits: 0.049 }), false],
    ["and not where another digit is likelier", like({ ...certain, lead: 1.99 }), false],
    ["and not where it is like none", undefined, false],
  ])("and no letter, whatever was read: %s", (_, seen, expected) => {
    expect(isCertain(seen)).toBe(expected);
  });

  test("as a given one where it is not much more like another character", () => {
    expect([isLike("๔", like({ overOthers: -0.05 })), isLike("๔", like({ overOthers: -0.051 }))]).toEqual([
      true,
      false,
    ]);
    expect([isLike("๐", like()), isLike("๔", undefined)]).toEqual([false, false]);
  });
});

describe("glyphs of a word", () => {
  test.each([
    ["abc", 1, [0, 2]],
    ["abc", 0, [1]],
    ["abc", 2, [1]],
    ["ab c", 1, [0]],
    ["a bc", 1, [2]],
    ["a.b", 0, [1, 2]],
    ["a.b", 2, [1, 0]],
    ["a..b", 0, [1, 2, 3]],
    ["a. b", 0, [1]],
    ["a .b", 2, [1]],
  ])("of %p stand beside that at %p, and beyond a point", (text, at, expected) => {
    expect(neighbours(glyphsOf(text), at)).toEqual(expected);
  });

  test.each([
    ["ab cd e", 0, [0, 1]],
    ["ab cd e", 3, [2, 3]],
    ["ab cd e", 2, [2, 3]],
    ["ab cd e", 4, [4]],
  ])("of %p stand around that at %p", (text, at, expected) => {
    const glyphs = glyphsOf(text);
    expect(placesAround(glyphs, at)).toEqual(expected);
    expect(wordAround(glyphs, at)).toEqual(expected.map((place) => glyphs[place] ?? glyph()));
  });
});

/** A symbol for each character, as far from each other as letters are. */
const symbolsOf = (text: string): LineSymbol[] =>
  Array.from(text).flatMap((character, at) =>
    character === " "
      ? []
      : [{ character, middle: heightPx * at, startsWord: at === 0 || text[at - 1] === " ", output: character }],
  );

describe("what was read is paired with what was seen", () => {
  const at = (place: number, over: Parameters<typeof glyph>[0] = {}) => glyph({ middle: heightPx * place, ...over });
  const shown = (pairs: readonly Pair[]) => pairs.map(({ row, column }) => `${row ?? "-"}${column ?? "-"}`).join(" ");

  test.each<[string, string, SeenGlyph[], string]>([
    ["one by one", "กข", [at(0, { startsWord: true }), at(1)], "00 11"],
    ["though all places are off by a letter", "กข", [at(1, { startsWord: true }), at(2)], "00 11"],
    ["a digit with what is like one, and not with a letter", "๔", [at(0), at(1, { seen: like() })], "-0 01"],
    ["a letter with what is not like a digit", "ก", [at(0, { seen: like() }), at(1)], "-0 01"],
    ["a Latin letter also with what is like a digit", "o", [at(0, { seen: like(), startsWord: true }), at(3)], "00 -1"],
    ["a point with a point", ".", [at(0), at(1, { isPoint: true })], "-0 01"],
    ["a letter with no point", "ก", [at(0, { isPoint: true }), at(1)], "-0 01"],
    [
      "the begin of a word with one",
      "ก ข",
      [at(0, { startsWord: true }), at(1.8), at(2.4, { startsWord: true })],
      "00 -1 12",
    ],
  ])("%s", (_, text, glyphs, pairs) => {
    expect(shown(pairGlyphs(symbolsOf(text), { glyphs, heightPx }))).toBe(pairs);
  });
});

describe("digits that were seen are written", () => {
  const [four, six] = [doubtful("๔"), doubtful("๖")];
  /** Symbols, the glyphs as `glyphsOf` has them, and pairs as "row column" with - for none. */
  const written = (text: string, glyphs: SeenGlyph[], pairs: string, digits: readonly (string | undefined)[]) => {
    const symbols = symbolsOf(text);
    const numberOf = (character = "-") => (character === "-" ? undefined : Number(character));
    const paired = pairs.split(" ").map((pair) => ({ row: numberOf(pair[0]), column: numberOf(pair[1]) }));
    writeDigits(symbols, { glyphs, heightPx }, paired, digits);
    return symbols.map(({ output }) => output);
  };

  test.each<[string, string, string, string, (string | undefined)[], string[]]>([
    ["for what was read in their place", "ก๓", "ab", "00 11", [undefined, "๖"], ["ก", "๖"]],
    [
      "and a digit that was read where none was seen is doubtful",
      "ก๔",
      "ab",
      "00 11",
      [undefined, undefined],
      ["ก", four],
    ],
    ["behind what stands before them in their word", "ก๓", "abc", "00 -1 12", [undefined, "๔", "๖"], ["ก๔", "๖"]],
    [
      "before the next word where a gap parts them from the last",
      "ก ข",
      "a bc",
      "00 -1 12",
      [undefined, "๔", undefined],
      ["ก", "๔ข"],
    ],
    ["before the first symbol", "กข", "abc", "-0 01 12", ["๔", undefined, undefined], ["๔ก", "ข"]],
    ["behind the last symbol", "ก", "a b", "00 -1", [undefined, "๔"], ["ก๔"]],
    [
      "nowhere where nothing was seen in a glyph",
      "กข",
      "abc",
      "00 -1 12",
      [undefined, undefined, undefined],
      ["ก", "ข"],
    ],
  ])("%s", (_, text, glyphs, pairs, digits, outputs) => {
    expect(written(text, glyphsOf(glyphs), pairs, digits)).toEqual(outputs);
  });

  test.each<[string, string, string, string, (string | undefined)[], string[]]>([
    ["a digit behind a digit", "๖๓", "a", "00 1-", ["๖"], [six, ""]],
    ["a digit before a digit", "ก๓๖", "ab", "00 1- 21", [undefined, "๖"], ["ก", "", "๖"]],
    ["a letter between two digits", "๔ก๖", "ab", "00 1- 21", ["๔", "๖"], [four, "", "๖"]],
    ["a letter between a point and a digit", "๔.ก๖", "a.b", "00 11 2- 32", ["๔", undefined, "๖"], ["๔", ".", "", "๖"]],
  ])(
    "in place of %s that has no glyph, the digit before it being in doubt then",
    (_, text, glyphs, pairs, digits, outputs) => {
      expect(written(text, glyphsOf(glyphs), pairs, digits)).toEqual(outputs);
    },
  );

  test.each<[string, string, string, string, (string | undefined)[], string[]]>([
    ["a letter behind a digit", "๖กข", "ab", "00 1- 21", ["๖", undefined], ["๖", "ก", "ข"]],
    ["a letter before a digit", "ขก๖", "ab", "00 1- 21", [undefined, "๖"], ["ข", "ก", "๖"]],
    ["a bracket between digits", "๔)๖", "ab", "00 1- 21", ["๔", "๖"], ["๔", ")", "๖"]],
    ["a digit apart", "ก ๔ ข", "a b", "00 1- 21", [undefined, undefined], ["ก", four, "ข"]],
    ["a digit at the begin of a word behind a digit", "๖ ๔ ข", "a b", "00 1- 21", ["๖", undefined], ["๖", four, "ข"]],
    ["a digit before a digit of the next word", "ก๔ ๖", "a b", "00 1- 21", [undefined, "๖"], ["ก", four, "๖"]],
  ])("beside %s, which stays though it has no glyph", (_, text, glyphs, pairs, digits, outputs) => {
    expect(written(text, glyphsOf(glyphs), pairs, digits)).toEqual(outputs);
  });

  const pointAt = (top: number, height: number, over: Parameters<typeof glyph>[0] = {}) =>
    glyph({ box: { left: 10, top, width: 3, height }, isPoint: true, ...over });
  test.each<[string, SeenGlyph, (string | undefined)[], string]>([
    ["a comma where it hangs below the line by more than a tenth", pointAt(17, 6), ["๔", undefined, "๖"], ","],
    ["a full stop where it hangs no lower", pointAt(17, 5), ["๔", undefined, "๖"], "."],
    ["a full stop where it ends a tenth above the line", pointAt(15, 3), ["๔", undefined, "๖"], "."],
    ["as it was read where it ends higher", pointAt(14, 3), ["๔", undefined, "๖"], "-"],
    ["as it was read where it begins above the middle", pointAt(9, 11), ["๔", undefined, "๖"], "-"],
    ["as it was read where no digit stands before it", pointAt(17, 6), [undefined, undefined, "๖"], "-"],
    ["as it was read where no digit stands behind it", pointAt(17, 6), ["๔", undefined, undefined], "-"],
    ["as it was read where it begins a word", pointAt(17, 6, { startsWord: true }), ["๔", undefined, "๖"], "-"],
    ["as it was read where it is none", pointAt(17, 6, { isPoint: false }), ["๔", undefined, "๖"], "-"],
  ])("around a point, which is %s", (_, point, digits, expected) => {
    const glyphs = [glyph({ startsWord: true }), point, glyph()];
    expect(written("ก-ข", glyphs, "00 11 22", digits)[1]).toBe(expected);
  });

  test("around a point that ends its word, which is as it was read", () => {
    const glyphs = [glyph({ startsWord: true }), pointAt(17, 6), glyph({ startsWord: true })];
    expect(written("ก-ข", glyphs, "00 11 22", ["๔", undefined, "๖"])[1]).toBe("-");
  });
});
