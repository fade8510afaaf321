import { type CellGrid, cellPx, largestAround, levelsOfCells, meanAround, withGrid } from "./cell-grid.ts";
import type { GreyImage } from "./grey-image.ts";
import { histogramOf, quantile } from "./histogram.ts";
import { darkerShare, hasStrokes, minDepth, minDepthOverNoise, noiseOf, paleDepth } from "./pale-print.ts";

/** The steepest steps of a cell, as a share of its depth, are those of this share of its pixels. */
const steepestShare = 0.03;
/**
 * What shows through is blurred by the paper: its strokes are at most so steep as a share of what dark print on the page is.
 * Made pages: 0.65 where the paper blurs by two pixels, 0.5 by four; pale print on the same page 0.98, of a dot matrix 0.8.
 */
const maxSteepness = 0.74;
/** Cells around a cell that are judged together, and that what shows through reaches into under dark print. */
const reach = 3;
/** Share of the pale cells that are judged together; what they are all are. */
const mostOfThem = 0.5;
/** Dark print takes this share of a page that has any; what shows through takes as much, and this share of the dark print. */
const minPageShare = 0.01;
const minShareOfDark = 0.2;
/** The darkest pixels of a cell are so many times as deep as what tells its depth. */
const deepest = 1.15;
/** Of the rows of cells that are shown to the judge: three lines or four. */
const stripRows = 8;

/**
 * Washes out print on the other side of the sheet that shows through: it is pale, less sharp than dark print on the page,
 * and mirrored. Else it would be taken for pale print and read, as lines of letters and digits that nobody wrote.
 * The paper is to be even.
 *
 * @param isMirrored told of a strip of the page that holds nothing else, black on white
 * @returns the picture itself where nothing shows through
 */
export function washShowThrough(image: GreyImage, isMirrored: (strip: GreyImage) => boolean): GreyImage {
  const paper = quantile(histogramOf(image.data), image.data.length / 2);
  const darkest = levelsOfCells(image, 1 - darkerShare);
  const depths: CellGrid = { ...darkest, values: darkest.values.map((level) => Math.max(0, paper - level)) };
  const least = Math.max(minDepth, minDepthOverNoise * noiseOf(image));
  const isPale = depths.values.map((depth, cell) =>
    depth >= least && depth < paleDepth && hasStrokes(image, depths.columns, cell, paper - depth / 2) ? 1 : 0,
  );
  const dark = count(depths.values, (depth) => depth >= paleDepth);
  const fewest = Math.max(minPageShare * depths.values.length, minShareOfDark * dark);
  if (count(isPale, (pale) => pale === 1) < fewest) return image;
  const isSoft = dark < minPageShare * depths.values.length ? isPale : softCells(image, depths, isPale);
  if (count(isSoft, (soft) => soft === 1) < fewest) return image;
  const through = largestAround({ ...depths, values: depths.values.map((d, cell) => d * (isSoft[cell] ?? 0)) }, reach);
  if (!isMirrored(fullestStrip(image, paper, depths, isSoft, through))) return image;
  return withGrid(image, through, (level, depth) => {
    const washed = deepest * depth;
    if (washed === 0 || level >= paper) return level;
    return paper - (Math.max(0, paper - level - washed) * paper) / Math.max(1, paper - washed);
  });
}

/** Which of the pale cells are, with those around, less sharp than dark print on the page. */
function softCells(image: GreyImage, depths: CellGrid, isPale: Float32Array): Float32Array {
  const steepness = depths.values.map((depth, cell) =>
    isPale[cell] === 1 || depth >= paleDepth ? steepestStep(image, depths.columns, cell) / depth : 0,
  );
  const ofDark = steepness.filter((_, cell) => (depths.values[cell] ?? 0) >= paleDepth).sort();
  const most = maxSteepness * (ofDark[ofDark.length >> 1] ?? 0);
  const around = (values: Float32Array) => meanAround({ ...depths, values }, reach).values;
  const pale = around(isPale);
  const sums = around(steepness.map((of, cell) => of * (isPale[cell] ?? 0)));
  const soft = around(isPale.map((one, cell) => ((sums[cell] ?? 0) < most * (pale[cell] ?? 0) ? one : 0)));
  return isPale.map((one, cell) => ((soft[cell] ?? 0) >= mostOfThem * (pale[cell] ?? 0) ? one : 0));
}

/** By how many levels pixels that stand beside each other in the rows of a cell differ where they differ most. */
function steepestStep({ width, height, data }: GreyImage, columns: number, cell: number): number {
  const [left, top] = [(cell % columns) * cellPx, Math.floor(cell / columns) * cellPx];
  const right = Math.min(width - 1, left + cellPx);
  const steps: number[] = [];
  for (let y = top; y < Math.min(height, top + cellPx); y++) {
    for (let at = y * width + left; at < y * width + right; at++) {
      steps.push(Math.abs((data[at] ?? 0) - (data[at + 1] ?? 0)));
    }
  }
  return steps.sort((a, b) => b - a)[Math.floor(steepestShare * steps.length)] ?? 0;
}

/** The rows of cells with the most soft ones, black on white; what stands beside dark print is left out. */
function fullestStrip(
  { width, height, data }: GreyImage,
  paper: number,
  depths: CellGrid,
  isSoft: Float32Array,
  through: CellGrid,
): GreyImage {
  const { columns, rows } = depths;
  const dark = largestAround({ ...depths, values: depths.values.map((depth) => (depth >= paleDepth ? 1 : 0)) }, 1);
  const clear = isSoft.map((soft, cell) => (dark.values[cell] === 1 ? 0 : soft));
  const shown = largestAround({ ...depths, values: clear }, 1);
  const inRows = (row: number) =>
    count(clear.subarray(row * columns, (row + stripRows) * columns), (soft) => soft === 1);
  let first = 0;
  for (let row = 1; row + stripRows <= rows; row++) if (inRows(row) > inRows(first)) first = row;
  const top = first * cellPx;
  const strip = new Uint8Array(width * (Math.min(height, top + stripRows * cellPx) - top)).fill(255);
  for (let at = 0; at < strip.length; at++) {
    const cell = (first + Math.floor(at / width / cellPx)) * columns + Math.floor((at % width) / cellPx);
    if (shown.values[cell] !== 1 || dark.values[cell] === 1) continue;
    const depth = Math.max(0, paper - (data[top * width + at] ?? 255));
    strip[at] = 255 - Math.min(255, (depth * 255) / Math.max(1, through.values[cell] ?? 0));
  }
  return { width, height: strip.length / width, data: strip };
}

function count(values: Float32Array, isOne: (value: number) => boolean): number {
  let found = 0;
  for (const value of values) if (isOne(value)) found++;
  return found;
}
