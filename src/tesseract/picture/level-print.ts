import { calmGrounds } from "./calm-grounds.ts";
import { clearGrounds } from "./clear-grounds.ts";
import { darkThreshold } from "./dark-threshold.ts";
import { rotate, sizeWithInk, skewDegrees } from "./deskew.ts";
import { evenGrounds } from "./even-grounds.ts";
import type { GreyImage } from "./grey-image.ts";
import { turnLightOnDark } from "./light-on-dark.ts";
import { turnNegative } from "./negative.ts";
import { liftPalePrint } from "./pale-print.ts";
import { levelLight, paperOf } from "./paper.ts";
import { levelPaper } from "./paper-level.ts";
import type { PrintOnGround } from "./print-on-grounds.ts";
import { washShowThrough } from "./show-through.ts";
import { enlargeSmallLetters } from "./small-letters.ts";

/** Dark print on white paper. */
export interface DarkOnWhite {
  image: GreyImage;
  /** Print from the other side of the sheet showed through, and was washed out. */
  showsThrough: boolean;
}

/** A sheet in level lines and even light, and the same with dark print on white paper. */
export interface LevelPrint extends DarkOnWhite {
  sheet: GreyImage;
  skewDegrees: number;
}

/**
 * Pixels of a levelled sheet at most, for memory. A sheet of A4 that is inked to its corners takes 1.7 times its own at 20°,
 * a strip of 16 × 100,000 pixels 2,000 times; no lines of text stand askew on one.
 */
const maxLevelPixels = 8_000_000;

/** Whether print stands on a strip of a page as in a mirror. */
type IsMirrored = (strip: GreyImage) => boolean;

/**
 * A sheet in level lines, with dark print on white paper whatever its colours were, and letters that are large enough.
 * Skew is seen in dark print only, and coloured grounds between level edges only (a table head at 1.7° was noise, 65 % of its
 * letters wrong, and is read at 0.7 %): so where there is skew all is done again with the levelled sheet. Light is divided
 * out before, by the paper alone: a ground has one level then, and where it is large it is not taken for a shadow. What would
 * be far larger when it is level is left as it lies.
 *
 * @param isMirrored told of a strip of pale print, black on white
 */
export function levelPrint(picture: GreyImage, isMirrored: IsMirrored = () => false): LevelPrint {
  const paper = paperOf(picture);
  const positive = turnNegative(picture, paper);
  const sheet = calmGrounds(levelLight(positive, positive === picture ? paper : paperOf(positive)));
  const first = darkOnWhite(sheet, isMirrored);
  const { image } = first;
  const threshold = darkThreshold(image);
  const skew = skewDegrees(image, threshold);
  if (skew === 0) return { ...first, sheet, skewDegrees: skew };
  const { width, height } = sizeWithInk(image, threshold, skew);
  // Small letters were enlarged, and the sheet is as it was.
  const scale = sheet.width / image.width;
  const size = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
  if (size.width * size.height > maxLevelPixels) return { ...first, sheet, skewDegrees: 0 };
  const level = rotate(sheet, skew, size);
  return { ...darkOnWhite(level, isMirrored), sheet: level, skewDegrees: skew };
}

/** Dark print on white paper; on grounds also there where it is known to stand. */
export function darkOnWhite(
  sheet: GreyImage,
  isMirrored: IsMirrored,
  onGrounds: readonly PrintOnGround[] = [],
): DarkOnWhite {
  const even = evenGrounds(sheet);
  const cleared = clearGrounds(sheet, turnLightOnDark(even, darkThreshold(even)), onGrounds);
  const paper = levelPaper(cleared);
  const washed = washShowThrough(paper, isMirrored);
  const lifted = liftPalePrint(washed);
  return { image: enlargeSmallLetters(lifted, darkThreshold(lifted)), showsThrough: washed !== paper };
}
