import type { GreyImage } from "../picture/grey-image.ts";
import { glyphShape } from "./glyph-shape.ts";
import type { KnownGlyph } from "./known-glyphs.ts";

/** The Thai digit that a glyph is most like. */
export interface NearestDigit {
  digit: string;
  /** How alike they are, up to 1. */
  likeness: number;
  /** By how much less the next digit is like it, and any other character (negative: it is more so). */
  overDigits: number;
  overOthers: number;
}

/** What a glyph loses of its likeness for a width that is e times, or one e-th of, what it should be. */
const aspectWeight = 0.15;
/** Glyphs that are less like any digit than this are none; of digits in fonts that were kept aside 99 % are more. */
const minLikeness = 0.7;

export const isThaiDigit = (character: string): boolean => /^[\u0E50-\u0E59]$/.test(character);

/** Compares a glyph, trimmed to its ink, with those that are known; undefined where it is not like any digit. */
export function judgeGlyph(
  image: GreyImage,
  known: readonly KnownGlyph[],
  shape = glyphShape(image),
): NearestDigit | undefined {
  const best = new Map<string, number>();
  let other = 0;
  for (const [character, likeness] of likenesses(image, known, shape)) {
    if (isThaiDigit(character)) best.set(character, likeness);
    else other = Math.max(other, likeness);
  }
  const [first, second] = [...best].sort((a, b) => b[1] - a[1]);
  if (first === undefined || first[1] < minLikeness) return undefined;
  const [digit, likeness] = first;
  return { digit, likeness, overDigits: likeness - (second?.[1] ?? 0), overOthers: likeness - other };
}

/** How much a glyph, trimmed to its ink, is like each character that is known, up to 1; what is below 0 is left out. */
export function likenesses(
  image: GreyImage,
  known: readonly KnownGlyph[],
  shape = glyphShape(image),
): Map<string, number> {
  const aspect = image.width / image.height;
  const best = new Map<string, number>();
  for (const glyph of known) {
    const likeness = product(shape, glyph.shape) - aspectWeight * Math.abs(Math.log(aspect / glyph.aspect));
    if (likeness > (best.get(glyph.character) ?? 0)) best.set(glyph.character, likeness);
  }
  return best;
}

function product(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}
