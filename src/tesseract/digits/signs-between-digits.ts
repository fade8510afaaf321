import type { RecognisedLine, Word } from "../lines/recognised-line.ts";
import type { GreyImage } from "../picture/grey-image.ts";
import { doubtAllArabic } from "./doubtful-digits.ts";
import type { KnownGlyph } from "./known-glyphs.ts";
import { type PrintedCharacter, wordGlyphs } from "./word-glyphs.ts";

/**
 * What the recogniser takes the signs of dimensions and tolerances for, in words of 90 and more: 300x150 comes as 300%150,
 * 1"x8" as 1"%8", 10±2.5 as 10£2.5. Both are as high as digits, and neither stands between two of them.
 */
const lowSigns: Readonly<Record<string, string>> = { "%": "x", "£": "±" };

/** In heights of the highest digit: × is 0.52 to 0.85 high, x 0.64 to 0.89, ± from 0.71, per cent signs from 0.86, in 150 fonts. */
const lowShare = 0.85;

const isMistaken = /[0-9"”'’][%£](?=[0-9])/;

/**
 * Reads the signs between two digits, or an inch and a digit, of which the recogniser makes a per cent or pound sign; where one of these is as high
 * as the digits, the digits of its word are doubtful.
 *
 * @param image what the line was read from; its boxes lie in it
 */
export function readSignsBetweenDigits(
  line: RecognisedLine,
  image: GreyImage,
  known: readonly KnownGlyph[],
): RecognisedLine {
  if (!isMistaken.test(line.text)) return line;
  if (line.words.map(({ text }) => text).join("") !== line.text.replace(/\s/g, "")) return line;
  const words = line.words.map((word) =>
    isMistaken.test(word.text) ? { ...word, text: read(word, image, known) } : word,
  );
  const characters = Array.from(words.map(({ text }) => text).join(""));
  let at = 0;
  const text = Array.from(line.text, (character) => (/\s/.test(character) ? character : characters[at++])).join("");
  return { ...line, text, words };
}

function read(word: Word, image: GreyImage, known: readonly KnownGlyph[]): string {
  const printed = wordGlyphs(word, image, known).filter(({ character }) => character !== undefined);
  const heightPx = Math.max(0, ...printed.filter(isDigit).map(({ glyph }) => glyph?.box.height ?? 0));
  const signs = printed.map((one, at) => {
    const { character = "", glyph } = one;
    const isBetween = (isDigit(printed[at - 1]) || isInch(printed[at - 1])) && isDigit(printed[at + 1]);
    if (!isBetween || lowSigns[character] === undefined) return { character, isSure: true };
    const isLow = glyph !== undefined && glyph.box.height < lowShare * heightPx;
    return { character: isLow ? lowSigns[character] : character, isSure: isLow };
  });
  const text = signs.map(({ character }) => character).join("");
  return signs.every(({ isSure }) => isSure) ? text : doubtAllArabic(text);
}

const isInch = (printed: PrintedCharacter | undefined) => /^["”'’]$/.test(printed?.character ?? "");
const isDigit = (printed: PrintedCharacter | undefined) => /^[0-9]$/.test(printed?.character ?? "");
