import type { RecognisedLine } from "../lines/recognised-line.ts";
import type { GreyImage } from "../picture/grey-image.ts";
import type { Pair } from "./align.ts";
import { besideDigit, isLike, isNumber, isPlain, readAnew } from "./digit-certainty.ts";
import { doubtAll, doubtful } from "./doubtful-digits.ts";
import { isThaiDigit } from "./judge-glyph.ts";
import type { KnownGlyph } from "./known-glyphs.ts";
import { allDoubtful, type LineSymbol, lineSymbols } from "./line-symbols.ts";
import { pairGlyphs } from "./pair-glyphs.ts";
import { neighbours, placesAround, type SeenGlyph, type SeenGlyphs, seenGlyphs, wordAround } from "./seen-glyphs.ts";
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
export function readDigits(line: RecognisedLine, image: GreyImage, known: readonly KnownGlyph[]): RecognisedLine {
  const isThai = /[\u0E01-\u0E5B]/.test(line.text);
  if (!isThai && line.text.length > longestAmiss) return line;
  const read = lineSymbols(line);
  if (read === undefined) return allDoubtful(line);
  const hasDigits = read.symbols.some(({ character }) => isThaiDigit(character));
  // Words of digits come out as words of a few Latin letters, which Thai lines seldom have.
  const mayHave = hasDigits || !isThai || /\p{Script=Latin}/u.test(line.text);
  const seen = seenGlyphs(line, image, known, mayHave);
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
    if (seen !== undefined && (isPlain(seen) || (beside.some(isDigit) && besideDigit(seen) !== undefined)))
      return doubtful(seen.digit);
    const isTold = isArabicDigit(symbolOf.get(at)?.character) || !isNumber(wordAround(glyphs, at));
    return isTold || seen === undefined ? undefined : doubtful(seen.digit);
  });
  // A stroke beside digits that is too wide for one has swallowed a digit, which nothing else tells of.
  for (const [at, { isPoint, box }] of glyphs.entries()) {
    const isWide = !isPoint && box.width > widestStroke * heightPx;
    if (digits[at] !== undefined || !isWide || !/^[^\p{L}\p{N}]?$/u.test(symbolOf.get(at)?.character ?? "")) continue;
    for (const beside of neighbours(glyphs, at)) digits[beside] = doubtAll(digits[beside] ?? "") || undefined;
  }
  return digits;
}

const isArabicDigit = (character = "") => /^[0-9]$/.test(character);
