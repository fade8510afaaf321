import type { RecognisedLine } from "../lines/recognised-line.ts";
import type { GreyImage } from "../picture/grey-image.ts";
import type { Pair } from "./align.ts";
import { besideDigit, isCertain, isLike, isNumber, isPlain, readAnew } from "./digit-certainty.ts";
import { doubtAll, doubtful } from "./doubtful-digits.ts";
import type { DigitJudge } from "./judge-digit.ts";
import { isThaiDigit } from "./judge-glyph.ts";
import { allDoubtful, type LineSymbol, lineSymbols } from "./line-symbols.ts";
import { pairGlyphs } from "./pair-glyphs.ts";
import { neighbours, placesAround, type SeenGlyph, type SeenGlyphs, seenGlyphs, wordAround } from "./seen-glyphs.ts";
import { wideShare } from "./split-glyph.ts";
import { writeDigits } from "./write-digits.ts";

/** In a line without Thai letters and with more characters than this, the recogniser takes no digits of Thai for Latin letters. */
const longestAmiss = 16;

/** In heights of a letter: a slash or a bracket is narrower, also where it slants. */
const widestStroke = 0.8;

/**
 * Reads the Thai digits of a line anew: the recogniser's data have ๐ ๑ ๒ ๓ ๕ only, and give one of these, or a letter, for
 * the others. A glyph is a digit where the recogniser read one there or beside it and the glyph is like one, where all of a
 * word is more like digits than like anything else, or where it is much more like one. What cannot be told for sure is marked as doubtful.
 *
 * @param image what the line was read from; its boxes lie in it
 */
export function readDigits(line: RecognisedLine, image: GreyImage, judge: DigitJudge): RecognisedLine {
  const isThai = /[\u0E01-\u0E5B]/.test(line.text);
  if (!isThai && line.text.length > longestAmiss) return line;
  const read = lineSymbols(line);
  if (read === undefined) return allDoubtful(line);
  const hasDigits = read.symbols.some(({ character }) => isThaiDigit(character));
  // Words of digits come out as words of a few Latin letters, which Thai lines seldom have.
  const mayHave = hasDigits || !isThai || /\p{Script=Latin}/u.test(line.text);
  const seen = seenGlyphs(line, image, judge, mayHave);
  const { glyphs } = seen;
  const isHere = (glyph: SeenGlyph, at: number) =>
    (mayHave && isPlain(glyph.seen())) || (glyph.startsWord && isNumber(wordAround(glyphs, at)));
  if (!hasDigits && !glyphs.some(isHere)) return line;
  const pairs = pairGlyphs(read.symbols, seen);
  writeDigits(read.symbols, seen, pairs, digitsOf(read.symbols, seen, pairs));
  return read.written();
}

/** The digit that each glyph is, doubtful or not; undefined where what was read there stands. */
function digitsOf(
  symbols: readonly LineSymbol[],
  { glyphs, heightPx }: SeenGlyphs,
  pairs: readonly Pair[],
): (string | undefined)[] {
  const symbolOf = new Map(pairs.map(({ row, column }) => [column, row === undefined ? undefined : symbols[row]]));
  const isRead = (at: number) => isThaiDigit(symbolOf.get(at)?.character ?? "");
  const hasDigits = glyphs.some((_, at) => isRead(at));
  // A nought and the letter O look the same: sense only in a word of digits, in a line that has others.
  const isNought = (at: number) => /^[oO]?$/.test(symbolOf.get(at)?.character ?? "") && isLike("๐", glyphs[at]?.seen());
  const isDigit = (at: number) => isRead(at) || isPlain(glyphs[at]?.seen());
  const isOfNumber = (at: number) => glyphs[at]?.isPoint === true || isDigit(at) || isNought(at);
  const digits = glyphs.map((glyph, at) => {
    const seen = glyph.seen();
    if (isRead(at)) return readAnew(seen);
    if (hasDigits && isNought(at) && placesAround(glyphs, at).every(isOfNumber)) return doubtful("๐");
    const beside = neighbours(glyphs, at);
    if (beside.some(isRead)) return besideDigit(seen);
    if (seen !== undefined && isCertain(seen)) return seen.digit;
    if (seen !== undefined && (isPlain(seen) || (beside.some(isDigit) && besideDigit(seen) !== undefined)))
      return doubtful(seen.digit);
    const isTold = isArabicDigit(symbolOf.get(at)?.character) || !isNumber(wordAround(glyphs, at));
    return isTold || seen === undefined ? undefined : doubtful(seen.digit);
  });
  const doubt = (at: number) => {
    digits[at] = doubtAll(digits[at] ?? "") || undefined;
  };
  const isLatin = (at: number) => /^\p{Script=Latin}$/u.test(symbolOf.get(at)?.character ?? "");
  const mayBeDigit = (at: number) =>
    glyphs[at]?.isPoint === true || (isLatin(at) && readAnew(glyphs[at]?.seen()) !== undefined);
  // What nothing else tells of: a stroke beside digits that is too wide for one has swallowed a digit, and where one Latin
  // letter was read for several that touch, or each of a word may be a digit, these may be a number.
  for (const [at, { isPoint, box }] of glyphs.entries()) {
    const character = symbolOf.get(at)?.character ?? "";
    if (digits[at] !== undefined || isPoint) continue;
    if (box.width > widestStroke * heightPx && /^[^\p{L}\p{N}]?$/u.test(character))
      neighbours(glyphs, at).forEach(doubt);
    else if (isLatin(at) && (box.width >= wideShare * heightPx || placesAround(glyphs, at).every(mayBeDigit)))
      nearest(digits, at).forEach(doubt);
  }
  return digits;
}

/** The place of the digit that is nearest, the one before it where two are as near. */
function nearest(digits: readonly (string | undefined)[], from: number): number[] {
  const places = digits.flatMap((digit, at) => (digit === undefined ? [] : [at]));
  return places.sort((a, b) => Math.abs(a - from) - Math.abs(b - from)).slice(0, 1);
}

const isArabicDigit = (character = "") => /^[0-9]$/.test(character);
