import { type CellGrid, cellPx, largestAround, levelsOfCells, meanAround, quantileOf, withGrid } from "./cell-grid.ts";
import type { GreyImage } from "./grey-image.ts";
import { histogramOf, quantile } from "./histogram.ts";

/** Share of a cell's pixels that are darker than what is taken for its print; the darkest are dirt. */
export const darkerShare = 0.03;
/** Levels below the paper: print is pale from the first on, and is made wholly black from the second on. */
export const paleDepth = 140;
const palestDepth = 90;
/** Print is at least so many levels darker than the paper, on a page that has dark print as well and on one that has none. */
const minDepthBesideDark = 45;
export const minDepth = 24;
/** And so many times the difference that most pixels of the paper have from those near them. */
export const minDepthOverNoise = 4;
const nearPx = 4;
const mostPixels = 0.6;
/** Letters are strokes that are no wider than this on average; a stain, a picture or a ground is wider. */
const maxStrokePx = 8;
/** Cells around a cell whose print is like its own, and fewer than to the next line; and those that are judged together. */
const reach = 1;
const reachTogether = 3;
/** Share of the inked cells around that hold strokes where there is print. */
const minPrintShare = 0.7;
/** Fewer cells are no word. */
const minPaleCells = 8;

/**
 * Darkens print that is pale (a worn ribbon, a carbon copy, grey type) up to black, place by place, so that it lies
 * below one threshold with print that is dark. A page without pale print is returned as it is. The paper is to be even.
 */
export function liftPalePrint(image: GreyImage): GreyImage {
  const paper = quantile(histogramOf(image.data), image.data.length / 2);
  const darkest = levelsOfCells(image, 1 - darkerShare);
  const own: CellGrid = { ...darkest, values: darkest.values.map((level) => Math.max(0, paper - level)) };
  const hasDark = quantileOf(own, 0.98) >= paleDepth;
  const least = Math.max(hasDark ? minDepthBesideDark : minDepth, minDepthOverNoise * noiseOf(image));
  const isPrint = own.values.map((depth, cell) =>
    depth >= paleDepth || (depth >= least && hasStrokes(image, own.columns, cell, paper - depth / 2)) ? 1 : 0,
  );
  const isPale = (depth: number, cell: number) => isPrint[cell] === 1 && depth < paleDepth;
  if (own.values.filter(isPale).length < minPaleCells) return image;
  const inked = meanAround({ ...own, values: own.values.map((depth) => (depth >= least ? 1 : 0)) }, reachTogether);
  const printed = meanAround({ ...own, values: isPrint }, reachTogether);
  const depths = largestAround(
    { ...own, values: own.values.map((depth, cell) => depth * (isPrint[cell] ?? 0)) },
    reach,
  );
  const factors = depths.values.map((depth, cell) =>
    depth > 0 && (printed.values[cell] ?? 0) >= minPrintShare * (inked.values[cell] ?? 0) ? factorOf(depth) : 1,
  );
  return withGrid(image, { ...depths, values: factors }, (level, factor) =>
    level >= paper ? level : Math.max(0, paper - (paper - level) * factor),
  );
}

/** By how much print of this depth is deepened: from black down to not at all where it is no longer pale. */
function factorOf(depth: number): number {
  const share = Math.max(0, Math.min(1, (paleDepth - depth) / (paleDepth - palestDepth)));
  return 1 + share * (255 / depth - 1);
}

/** The difference between pixels that stand near to each other, which most of the page does not exceed. */
export function noiseOf({ data }: GreyImage): number {
  const differences = new Uint32Array(256);
  for (let at = 0; at < data.length; at++) {
    const level = data[at] ?? 0;
    const difference = Math.abs(level - (data[at + nearPx] ?? level));
    differences[difference] = (differences[difference] ?? 0) + 1;
  }
  return quantile(differences, mostPixels * data.length);
}

/** Whether what is darker than a level in a cell are strokes, by the mean length of its runs along the rows. */
export function hasStrokes(
  { width, height, data }: GreyImage,
  columns: number,
  cell: number,
  threshold: number,
): boolean {
  const [left, top] = [(cell % columns) * cellPx, Math.floor(cell / columns) * cellPx];
  const right = Math.min(width, left + cellPx);
  let [dark, runs] = [0, 0];
  for (let y = top; y < Math.min(height, top + cellPx); y++) {
    let wasDark = false;
    for (let x = left; x < right; x++) {
      const isDark = (data[y * width + x] ?? 255) < threshold;
      if (isDark) dark++;
      if (isDark && !wasDark) runs++;
      wasDark = isDark;
    }
  }
  return dark <= maxStrokePx * runs;
}
