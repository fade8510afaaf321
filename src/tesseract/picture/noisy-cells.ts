import { cellPx } from "./cell-grid.ts";
import type { GreyImage } from "./grey-image.ts";
import { histogramOf, quantile } from "./histogram.ts";

/** Side of the blocks of a cell whose means are compared. */
const blockPx = 4;
const blocksAcross = cellPx / blockPx;
const blocksOfCell = blocksAcross ** 2;
/** Levels by which a ground is darker than the paper at least. */
const minDarker = 32;
/** Deviation of its pixels from which on a ground is noisy; a JPEG of low quality leaves 8. */
const minNoise = 16;
/** The means of blocks of noise deviate by 0.16 to 0.4 of what its pixels do, those of dense print by 0.5 and more. */
const maxSpreadShare = 0.45;
/** Cells of noise side by side from which on a ground has room for a word. */
const minCells = 3;
/** Cells around noisy ground that it may take a part of. */
const aroundCells = 2;

/** The cells of a sheet in which there may be noisy ground. */
export interface NoisyCells {
  columns: number;
  rows: number;
  /** 1 for such a cell. */
  isNoisy: Uint8Array;
  /** Deviation of the pixels of most of the ground, in levels; 0 where there is none. */
  noise: number;
}

/**
 * Where grounds are noisy: what a fax machine makes of grey, black and white pixels, has no level anywhere and no edge of a
 * letter. Cells that hold nothing but noise tell of a ground, and in their row the cells beside them with print on noise.
 */
export function noisyCells(sheet: GreyImage): NoisyCells {
  const means = meansOfBlocks(sheet);
  const [columns, rows] = [Math.floor(means.width / blocksAcross), Math.floor(means.height / blocksAcross)];
  const darkest = quantile(histogramOf(means.data), 0.9 * means.data.length) - minDarker;
  const isNoisy = new Uint8Array(columns * rows);
  const noises: number[] = [];
  for (let row = 0; row < rows; row++) {
    let [start, alone, most] = [0, 0, 0];
    for (let column = 0; column <= columns; column++) {
      const { noise, isAlone } = column < columns ? noiseIn(sheet, means, row, column, darkest) : noNoise;
      if (noise >= minNoise) {
        alone = isAlone ? alone + 1 : 0;
        most = Math.max(most, alone);
        if (alone >= minCells) noises.push(noise);
        continue;
      }
      const [from, to] = [Math.max(0, start - aroundCells), Math.min(columns, column + aroundCells)];
      const [first, last] = [Math.max(0, row - aroundCells), Math.min(rows - 1, row + aroundCells)];
      for (let near = first; near <= last && most >= minCells; near++)
        isNoisy.fill(1, near * columns + from, near * columns + to);
      [start, alone, most] = [column + 1, 0, 0];
    }
  }
  return { columns, rows, isNoisy, noise: noises.sort((a, b) => a - b)[noises.length >> 1] ?? 0 };
}

/** How far the pixels of a cell deviate from each other, 0 where it is as light as paper; and whether nothing else does. */
interface CellNoise {
  noise: number;
  isAlone: boolean;
}

const noNoise: CellNoise = { noise: 0, isAlone: false };

function noiseIn(sheet: GreyImage, means: GreyImage, row: number, column: number, darkest: number): CellNoise {
  let [sum, squares] = [0, 0];
  for (let down = 0; down < blocksAcross; down++) {
    for (let across = 0; across < blocksAcross; across++) {
      const mean = means.data[(row * blocksAcross + down) * means.width + column * blocksAcross + across] ?? 255;
      sum += mean;
      squares += mean * mean;
    }
  }
  const mean = sum / blocksOfCell;
  if (mean > darkest) return noNoise;
  const { width, data } = sheet;
  let [toRight, toBelow] = [0, 0];
  for (let y = row * cellPx; y < (row + 1) * cellPx - 1; y++) {
    for (let at = y * width + column * cellPx; at < y * width + (column + 1) * cellPx - 1; at++) {
      const pixel = data[at] ?? 255;
      toRight += (pixel - (data[at + 1] ?? 255)) ** 2;
      toBelow += (pixel - (data[at + width] ?? 255)) ** 2;
    }
  }
  // Across a rule pixels differ, along it they do not: noise differs in both directions.
  const noise = Math.sqrt(Math.min(toRight, toBelow) / 2) / (cellPx - 1);
  const spread = Math.sqrt(Math.max(0, squares / blocksOfCell - mean * mean));
  return { noise, isAlone: spread <= maxSpreadShare * noise };
}

/** The mean level of each block; what is left over at the right and below is none. */
function meansOfBlocks({ width, height, data }: GreyImage): GreyImage {
  const [columns, rows] = [Math.floor(width / blockPx), Math.floor(height / blockPx)];
  const sums = new Uint16Array(columns * rows);
  for (let y = 0; y < rows * blockPx; y++) {
    const first = Math.floor(y / blockPx) * columns;
    for (let x = 0; x < columns * blockPx; x++) {
      const block = first + Math.floor(x / blockPx);
      sums[block] = (sums[block] ?? 0) + (data[y * width + x] ?? 255);
    }
  }
  return { width: columns, height: rows, data: Uint8Array.from(sums, (sum) => sum / blockPx ** 2) };
}
