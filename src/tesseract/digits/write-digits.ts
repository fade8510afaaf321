import type { Pair } from "./align.ts";
import { doubtAll } from "./doubtful-digits.ts";
import { isThaiDigit } from "./judge-glyph.ts";
import type { LineSymbol } from "./line-symbols.ts";
import type { SeenGlyph, SeenGlyphs } from "./seen-glyphs.ts";

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
  /** What belongs before the next symbol. */
  let pending = "";
  for (const [at, { row, column }] of pairs.entries()) {
    const symbol = row === undefined ? undefined : symbols[row];
    const written = column === undefined ? undefined : (digits[column] ?? pointOf(glyphs, digits, column, heightPx));
    if (symbol === undefined) {
      if (column === undefined || digits[column] === undefined || written === undefined) continue;
      // Before the next word where a gap parts it from the last.
      if (last !== undefined && glyphs[column]?.startsWord !== true) last.output += written;
      else pending += written;
      continue;
    }
    const output =
      column === undefined
        ? alone(symbol, last, digitAfter(pairs[at + 1], glyphs, digits) !== undefined)
        : (written ?? doubtAll(symbol.character));
    symbol.output = pending + output;
    pending = "";
    last = symbol;
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

/** What is written for a symbol that has no glyph: nothing where two were read for one digit, which is in doubt then. */
function alone(symbol: LineSymbol, last: LineSymbol | undefined, isBeforeDigit: boolean): string {
  const ends = (pattern: RegExp) => last !== undefined && !symbol.startsWord && pattern.test(last.output);
  const isAfterDigit = ends(/[\u0E50-\u0E59\uE050-\uE059]$/);
  const isWithin = isBeforeDigit && (isAfterDigit || ends(/[.,:/-]$/));
  if (!(isThaiDigit(symbol.character) ? isAfterDigit || isBeforeDigit : isWithin && /\p{L}/u.test(symbol.character)))
    return doubtAll(symbol.character);
  if (last !== undefined) last.output = doubtAll(last.output);
  return "";
}
