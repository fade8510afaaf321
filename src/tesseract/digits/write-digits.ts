import type { Pair } from "./align.ts";
import { isCertain } from "./digit-certainty.ts";
import { doubtAll } from "./doubtful-digits.ts";
import { isThaiDigit } from "./judge-glyph.ts";
import type { LineSymbol } from "./line-symbols.ts";
import { placesAround, type SeenGlyph, type SeenGlyphs } from "./seen-glyphs.ts";

/** In heights of a letter: a comma hangs farther below the line, a full stop or hyphen ends farther above it. */
const commaShare = 0.1;

/**
 * Writes the digits that were seen into the symbols: for what was read in their place, and before or behind what stands
 * beside them where nothing was read.
 *
 * @param digits by the places of the glyphs, doubtful or not
 */
export function writeDigits(
  symbols: readonly LineSymbol[],
  { glyphs, heightPx }: SeenGlyphs,
  pairs: readonly Pair[],
  digits: readonly (string | undefined)[],
): void {
  let last: LineSymbol | undefined;
  /** The glyph that it ends with. */
  let lastColumn: number | undefined;
  /** What belongs before the next symbol. */
  let pending = "";
  /** The glyph is one digit for certain, and all ink of its word that of sure digits and points: no other digit is hidden. */
  const isAllSure = (column: number | undefined) =>
    column !== undefined &&
    isCertain(glyphs[column]?.seen()) &&
    placesAround(glyphs, column).every((place) => glyphs[place]?.isPoint === true || isThaiDigit(digits[place] ?? ""));
  for (const [at, { row, column }] of pairs.entries()) {
    const symbol = row === undefined ? undefined : symbols[row];
    const written = column === undefined ? undefined : (digits[column] ?? pointOf(glyphs, digits, column, heightPx));
    if (symbol === undefined) {
      if (column === undefined || digits[column] === undefined || written === undefined) continue;
      // Before the next word where a gap parts it from the last.
      if (last !== undefined && glyphs[column]?.startsWord !== true) {
        last.output += written;
        lastColumn = column;
      } else pending += written;
      continue;
    }
    const output =
      column === undefined
        ? alone(symbol, last, digitAfter(pairs[at + 1], glyphs, digits) !== undefined, isAllSure(lastColumn))
        : (written ?? doubtAll(symbol.character));
    symbol.output = pending + output;
    pending = "";
    last = symbol;
    lastColumn = column ?? lastColumn;
  }
  if (last !== undefined) last.output += pending;
}

/** A comma or a full stop between two digits, which the recogniser mistakes for each other. */
function pointOf(
  glyphs: readonly SeenGlyph[],
  digits: readonly (string | undefined)[],
  at: number,
  heightPx: number,
): string | undefined {
  const [before, point, after] = [glyphs[at - 1], glyphs[at], glyphs[at + 1]];
  const isBetween = digits[at - 1] !== undefined && digits[at + 1] !== undefined && after?.startsWord !== true;
  if (before === undefined || point?.isPoint !== true || point.startsWord || !isBetween) return undefined;
  const line = before.box.top + before.box.height;
  const below = (point.box.top + point.box.height - line) / heightPx;
  if (below < -commaShare || point.box.top < before.box.top + before.box.height / 2) return undefined;
  return below > commaShare ? "," : ".";
}

/** The digit that the next pair has, in the same word. */
function digitAfter(
  next: Pair | undefined,
  glyphs: readonly SeenGlyph[],
  digits: readonly (string | undefined)[],
): string | undefined {
  return next?.column === undefined || glyphs[next.column]?.startsWord === true ? undefined : digits[next.column];
}

/**
 * What is written for a symbol that has no glyph: nothing where two were read for one digit, which is
 * in doubt then unless that is certain.
 */
function alone(symbol: LineSymbol, last: LineSymbol | undefined, isBeforeDigit: boolean, isWordSure: boolean): string {
  const ends = (pattern: RegExp) => last !== undefined && !symbol.startsWord && pattern.test(last.output);
  const isAfterDigit = ends(/[\u0E50-\u0E59\uE050-\uE059]$/);
  const isWithin = isBeforeDigit && (isAfterDigit || ends(/[.,:/-]$/));
  if (!(isThaiDigit(symbol.character) ? isAfterDigit || isBeforeDigit : isWithin && /\p{L}/u.test(symbol.character)))
    return doubtAll(symbol.character);
  if (last !== undefined && !isWordSure) last.output = doubtAll(last.output);
  return "";
}
