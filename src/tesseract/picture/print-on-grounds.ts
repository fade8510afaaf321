import { levelsOfCells, quantileOf } from "./cell-grid.ts";
import { crop, type GreyImage } from "./grey-image.ts";
import { trimmedToGround } from "./ground-extent.ts";
import { histogramOf, quantile } from "./histogram.ts";
import type { Box } from "./ink.ts";

/** Levels by which a ground is darker than the paper at least. */
const minDarker = 32;
/** Cells of ground from which on a page has some: a short word of small print. */
const minGroundCells = 4;
/** What is left of a line of print on a ground is no smaller than a letter. */
const minSidePx = 4;

/** Print on a ground that is darker than the paper: where it stands, and the levels of both there. */
export interface PrintOnGround {
  box: Box;
  ground: number;
  paper: number;
}

/** Whether any part of a sheet is a ground that is darker than its paper. */
export function hasGrounds(sheet: GreyImage): boolean {
  const levels = levelsOfCells(sheet, 0.5);
  const paper = quantileOf(levels, paperShare);
  return levels.values.filter((level) => level <= paper - minDarker).length >= minGroundCells;
}

/**
 * Those of the lines of text that stand on a ground, without what of their boxes reaches out of it.
 *
 * @param lines where a detector sees text on the sheet, which it does on grounds of all kinds and whatever the noise
 */
export function printOnGrounds(sheet: GreyImage, lines: readonly Box[]): PrintOnGround[] {
  const paper = quantileOf(levelsOfCells(sheet, 0.5), paperShare);
  return lines.flatMap((line): PrintOnGround[] => {
    const level = medianIn(sheet, line);
    if (level > paper - minDarker) return [];
    const box = trimmedToGround(sheet, line, (level + paper) / 2);
    return Math.min(box.width, box.height) < minSidePx ? [] : [{ box, ground: medianIn(sheet, box), paper }];
  });
}

/** Cells of a page that are darker than its paper at most, beside those that are lighter by noise. */
const paperShare = 0.9;

/** Letters take less than a half of what they stand on. */
function medianIn(image: GreyImage, box: Box): number {
  const { data } = crop(image, box, 0);
  return quantile(histogramOf(data), data.length / 2);
}
