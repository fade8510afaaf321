import { doubtful } from "./doubtful-digits.ts";
import type { SeenDigit } from "./judge-digit.ts";
import type { SeenGlyph } from "./seen-glyphs.ts";

/**
 * Of 4,080 digits in 22 fonts that were kept aside, clean, blurred, in noise and in black and white, 90 % were so sure, and
 * none of these wrong. By the likeness alone 76 % were sure, with a lead of 0.07, and two of these wrong.
 */
const sureOverDigits = 0.03;
const sureLead = 1.5;
const sureLikeness = 0.75;
/** Of 1,127 other characters none was more like a digit than like itself by 0.02. */
const sureOverOthers = 0.04;
const loneOverOthers = 0.08;
/**
 * Whatever the recogniser read, a glyph that is so much more like a digit is one: of 48,906 characters that are none, in
 * five fonts of which two were kept aside, clean, blurred, compressed, faxed and touching, not one was.
 */
const plainOverOthers = 0.1;
const plainLikeness = 0.8;
/**
 * Such a glyph is that digit, whatever was read: of 4,080 digits in the fonts that were kept aside 41 % are so certain, none
 * of them wrong, and of 16,209 other characters of these fonts, clean, blurred and in black and white, none.
 */
const certain = { likeness: 0.85, overOthers: 0.15, overDigits: 0.05, lead: 2 } as const;
/** Where the recogniser read a digit, others may be so much more like the glyph: a zero and the letter O are the same. */
export const readOverOthers = -0.05;

/**
 * Whether a word in which no digit was read is a number all the same: all of its glyphs are more like digits than like
 * anything else. Single letters of a blurred word may be, too.
 */
export function isNumber(word: readonly SeenGlyph[]): boolean {
  const glyphs = word.filter(({ isPoint }) => !isPoint);
  const least = glyphs.length === 1 ? loneOverOthers : sureOverOthers;
  if (glyphs.length === 0) return false;
  return glyphs.every((glyph) => {
    const seen = glyph.seen();
    return seen !== undefined && seen.likeness >= sureLikeness && seen.overOthers >= least;
  });
}

/** The digit that a glyph is, doubtful or not, where the recogniser read one; undefined where it is not like any. */
export function readAnew(seen: SeenDigit | undefined): string | undefined {
  if (seen === undefined || seen.overOthers < readOverOthers) return undefined;
  return isSure(seen) ? seen.digit : doubtful(seen.digit);
}

/** The same where the recogniser read something else, or nothing, beside a digit. */
export function besideDigit(seen: SeenDigit | undefined): string | undefined {
  if (seen === undefined || seen.overOthers < 0) return undefined;
  return isSure(seen) && seen.overOthers >= sureOverOthers ? seen.digit : doubtful(seen.digit);
}

export const isLike = (digit: string, seen: SeenDigit | undefined) =>
  seen?.digit === digit && seen.overOthers >= readOverOthers;

/** A digit whatever stands around it. */
export const isPlain = (seen: SeenDigit | undefined) =>
  seen !== undefined && seen.likeness >= plainLikeness && seen.overOthers >= plainOverOthers;

/** That digit and nothing else, though the recogniser read something else. */
export const isCertain = (seen: SeenDigit | undefined) =>
  seen !== undefined &&
  seen.likeness >= certain.likeness &&
  seen.overOthers >= certain.overOthers &&
  seen.overDigits >= certain.overDigits &&
  seen.lead >= certain.lead;

const isSure = ({ overDigits, likeness, lead }: SeenDigit) =>
  overDigits >= sureOverDigits && lead >= sureLead && likeness >= sureLikeness;
