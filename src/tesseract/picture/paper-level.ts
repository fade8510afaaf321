import { largestAround, levelsOfCells, meanAround, quantileOf, withGrid } from "./cell-grid.ts";
import type { GreyImage } from "./grey-image.ts";

/** Cells around a cell that are looked at too: under a heading or a picture there is no paper to be seen. */
const reach = 3;
/** Share of a cell's pixels that are lighter than what is taken for its paper; the lightest are noise. */
const lighterShare = 0.1;
/** A paper that differs less than this between its darkest and its lightest part is evenly lit: a scanner's. */
const evenSpread = 24;
/** Where everything around is darker than this there is no paper, but a picture. */
const darkestPaper = 60;

/**
 * Divides the picture by the level of its paper, which shadow, a lamp or the fold of a book make uneven, so that one
 * threshold fits all of it (as the background normalisation of Leptonica does, on a coarse grid). An evenly lit page is
 * returned as it is.
 */
export function levelPaper(image: GreyImage): GreyImage {
  const levels = meanAround(largestAround(levelsOfCells(image, lighterShare), reach), reach);
  const paper = { ...levels, values: levels.values.map((level) => Math.max(level, darkestPaper)) };
  if (quantileOf(paper, 0.98) - quantileOf(paper, 0.02) < evenSpread) return image;
  return withGrid(image, paper, (level, white) => Math.min(255, (level * 255) / white));
}
