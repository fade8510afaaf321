import type { RecognisedLine } from "../lines/recognised-line.ts";
import { once } from "../once.ts";
import { darkThreshold } from "../picture/dark-threshold.ts";
import { crop, type GreyImage } from "../picture/grey-image.ts";
import type { DigitJudge, SeenDigit } from "./judge-digit.ts";
import { type Glyph, lineGlyphs } from "./line-glyphs.ts";
import { splitGlyph } from "./split-glyph.ts";

/** In heights of a letter: the gap between two words, and the height below which a glyph is a comma or the like. */
const gapShare = 0.45;
const pointShare = 0.6;
/** A digit is no higher; with a mark above it a letter is. */
const tallestShare = 1.6;

/** A glyph with what can be seen of it. */
export interface SeenGlyph extends Glyph {
  /** Looked at when it is first asked for: most glyphs never are. */
  seen(): SeenDigit | undefined;
  isPoint: boolean;
  startsWord: boolean;
  /** In the picture that the line was read from. */
  middle: number;
}

/** The glyphs of a line from left to right, and the height of most of them. */
export interface SeenGlyphs {
  glyphs: SeenGlyph[];
  heightPx: number;
}

/** Looks at the glyphs of a line; `mayTouch`: wide ones may be digits that touch, and are cut. */
export function seenGlyphs(line: RecognisedLine, image: GreyImage, judge: DigitJudge, mayTouch: boolean): SeenGlyphs {
  const [left, top] = [Math.max(0, line.box.left), Math.max(0, line.box.top)];
  const width = Math.max(1, Math.min(image.width, line.box.left + line.box.width) - left);
  const height = Math.max(1, Math.min(image.height, line.box.top + line.box.height) - top);
  const picture = crop(image, { left, top, width, height }, 0);
  const threshold = darkThreshold(picture);
  const found = lineGlyphs(picture, threshold);
  const heightPx = found.map(({ box }) => box.height).sort((a, b) => a - b)[found.length >> 1] ?? 1;
  const glyphs: SeenGlyph[] = [];
  for (const whole of found) {
    for (const glyph of mayTouch ? splitGlyph(whole, heightPx, threshold, judge) : [whole]) {
      const before = glyphs.at(-1);
      const isPoint = glyph.box.height < pointShare * heightPx;
      const gap = before === undefined ? Number.POSITIVE_INFINITY : glyph.box.left - before.box.left - before.box.width;
      glyphs.push({
        ...glyph,
        isPoint,
        seen: once(() => (isPoint || glyph.box.height > tallestShare * heightPx ? undefined : judge(glyph.image))),
        startsWord: gap > gapShare * heightPx,
        middle: left + glyph.box.left + glyph.box.width / 2,
      });
    }
  }
  return { glyphs, heightPx };
}

/** The glyphs beside one in the same word, and those beyond a comma or the like. */
export function neighbours(glyphs: readonly SeenGlyph[], at: number): number[] {
  const found: number[] = [];
  for (const step of [-1, 1]) {
    for (let beside = at + step; beside >= 0 && beside < glyphs.length; beside += step) {
      if (glyphs[Math.max(beside, beside - step)]?.startsWord === true) break;
      found.push(beside);
      if (glyphs[beside]?.isPoint !== true) break;
    }
  }
  return found;
}

/** The places of the glyphs of the same word. */
export function placesAround(glyphs: readonly SeenGlyph[], at: number): number[] {
  let [from, to] = [at, at + 1];
  while (from > 0 && glyphs[from]?.startsWord !== true) from--;
  while (to < glyphs.length && glyphs[to]?.startsWord !== true) to++;
  return Array.from({ length: to - from }, (_, index) => from + index);
}

export const wordAround = (glyphs: readonly SeenGlyph[], at: number): SeenGlyph[] =>
  placesAround(glyphs, at).flatMap((place) => glyphs[place] ?? []);
