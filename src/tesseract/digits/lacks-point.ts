import type { PrintedCharacter, WordGlyph } from "./word-glyphs.ts";

/** In heights of the digit before it: a point is as wide and as high, and does not begin higher above the line. */
const leastShare = 0.1;
const highestShare = 0.4;

/**
 * Whether a point or comma is printed between two digits of a word where none was read: the recogniser reads 1.1 as 11
 * in words of 90 and more. A point where nothing was read is all that tells.
 */
export function lacksPoint(printed: readonly PrintedCharacter[]): boolean {
  return printed.some(({ character, glyph }, at) => {
    if (character !== undefined || glyph?.isPoint !== true) return false;
    const [before, after] = [printed[at - 1], printed[at + 1]];
    return isDigit(before) && isDigit(after) && isAtFootOf(before, glyph);
  });
}

function isAtFootOf({ glyph: digit }: PrintedCharacter, { box }: WordGlyph): boolean {
  if (digit === undefined) return false;
  const heightPx = digit.box.height;
  const foot = digit.box.top + heightPx;
  return Math.min(box.width, box.height) >= leastShare * heightPx && box.top >= foot - highestShare * heightPx;
}

const isDigit = (printed: PrintedCharacter | undefined): printed is PrintedCharacter =>
  /^[0-9]$/.test(printed?.character ?? "") && printed?.glyph?.isPoint === false;
