import type { GreyImage } from "../picture/grey-image.ts";
import type { DigitJudge } from "./judge-digit.ts";
import { cutGlyph, type Glyph } from "./line-glyphs.ts";

/** A glyph is wider than one digit from so many heights on, and a digit has so many at least and at most. */
export const wideShare = 1.35;
const narrowestShare = 0.4;
const widestShare = 1.3;
/** Digits touch in thin places: no more than this share of the height is ink there. */
const thinShare = 0.5;
/** More would not be digits that touch, but a rule or a picture. */
const mostDigits = 8;

/**
 * The digits of which a glyph is made where several touch: cut at thin places so that the parts are together most like
 * digits. The glyph alone where it is no wider than a digit, or where no way of cutting gives digits only.
 */
export function splitGlyph(glyph: Glyph, heightPx: number, threshold: number, judge: DigitJudge): Glyph[] {
  const { width } = glyph.box;
  if (width < wideShare * heightPx || width > mostDigits * heightPx) return [glyph];
  const cuts = [0, ...thinPlaces(glyph.image, threshold), width];
  /** The best way up to each cut, by the mean likeness of its parts weighed with their width. */
  const best: ({ likeness: number; parts: Glyph[] } | undefined)[] = [{ likeness: 0, parts: [] }];
  for (let end = 1; end < cuts.length; end++) {
    for (let start = 0; start < end; start++) {
      const before = best[start];
      const [from = 0, to = 0] = [cuts[start], cuts[end]];
      if (before === undefined || to - from < narrowestShare * heightPx || to - from > widestShare * heightPx) continue;
      const part = cutGlyph(glyph, from, to, threshold);
      const seen = part === undefined ? undefined : judge(part.image);
      if (part === undefined || seen === undefined) continue;
      const likeness = before.likeness + seen.likeness * (to - from);
      if (likeness > (best[end]?.likeness ?? 0)) best[end] = { likeness, parts: [...before.parts, part] };
    }
  }
  const parts = best[cuts.length - 1]?.parts ?? [];
  return parts.length > 1 ? parts : [glyph];
}

/** Columns that have less ink than those beside them. */
function thinPlaces({ width, height, data }: GreyImage, threshold: number): number[] {
  const ink = Array.from({ length: width }, (_, x) => {
    let dark = 0;
    for (let y = 0; y < height; y++) if ((data[y * width + x] ?? 255) < threshold) dark++;
    return dark;
  });
  return ink.flatMap((dark, x) => {
    const isThin = x > 0 && x < width - 1 && dark <= thinShare * height;
    const isThinnest = dark < (ink[x - 1] ?? 0) && dark <= Math.min(ink[x + 1] ?? 0, ink[x + 2] ?? height);
    return isThin && isThinnest ? [x] : [];
  });
}
