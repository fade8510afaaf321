import { levelsOfCells, quantileOf } from "./cell-grid.ts";
import { crop, type GreyImage } from "./grey-image.ts";
import { shareOf } from "./ground-boxes.ts";
import { trimmedToGround } from "./ground-extent.ts";
import { histogramOf, quantile } from "./histogram.ts";
import type { Box } from "./ink.ts";

/** Levels by which a ground is darker than the paper at least. */
const minDarker = 32;
/** Share of a cell of ground that may be lighter, and such cells side by side from which on it has room for a word. */
const lighterShare = 0.25;
const minGroundCells = 3;
/** Half of the pixels of a cell of ground lie within so many levels: noise of 60 levels leaves 60, blurred print 100. */
const maxSpread = 80;
/** What is left of a line of print on a ground is no smaller than a letter. */
const minSidePx = 4;
/** Share of what a line was seen by that print takes: thin type 10 %, the edge of a blot less. */
const minPrint = 0.03;

/** Print on a ground that is darker than the paper: where it stands, and the levels of both there. */
export interface PrintOnGround {
  box: Box;
  ground: number;
  paper: number;
}

/** Whether any part of a sheet is a ground that is darker than its paper. Dense print has no such place. */
export function hasGrounds(sheet: GreyImage): boolean {
  const { values, columns } = levelsOfCells(sheet, lighterShare);
  const darker = levelsOfCells(sheet, 1 - lighterShare).values;
  const paper = paperOf(sheet);
  let inRow = 0;
  return values.some((level, cell) => {
    if (cell % columns === 0) inRow = 0;
    const isGround = level <= paper - minDarker && level - (darker[cell] ?? 0) <= maxSpread;
    inRow = isGround ? inRow + 1 : 0;
    return inRow >= minGroundCells;
  });
}

/**
 * Those of the lines of text that stand on a ground, without what of their boxes reaches out of it.
 *
 * @param lines where a detector sees text on the sheet, which it does on grounds of all kinds and whatever the noise
 */
export function printOnGrounds(sheet: GreyImage, lines: readonly Box[]): PrintOnGround[] {
  const paper = paperOf(sheet);
  return lines.flatMap((line): PrintOnGround[] => {
    const level = medianIn(sheet, line);
    if (level > paper - minDarker) return [];
    const box = trimmedToGround(sheet, line, (level + paper) / 2);
    if (Math.min(box.width, box.height) < minSidePx) return [];
    const ground = medianIn(sheet, box);
    const isPrint = (pixel: number) => Math.abs(pixel - ground) >= minDarker;
    return shareOf(sheet, box, isPrint) < minPrint ? [] : [{ box, ground, paper }];
  });
}

/** The level of the paper: of the cells of a page some are lighter by noise, and the others have print or a ground. */
const paperOf = (sheet: GreyImage): number => quantileOf(levelsOfCells(sheet, 0.5), 0.9);

/** Letters take less than a half of what they stand on. */
function medianIn(image: GreyImage, box: Box): number {
  const { data } = crop(image, box, 0);
  return quantile(histogramOf(data), data.length / 2);
}
