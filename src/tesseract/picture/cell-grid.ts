import { cellLevels } from "./cell-levels.ts";
import type { GreyImage } from "./grey-image.ts";

/** Side of the cells that a page is divided into to see how it changes from place to place: about a letter at 150 dpi. */
export const cellPx = 16;

/** A value for each cell of a picture, row by row. */
export interface CellGrid {
  columns: number;
  rows: number;
  values: Float32Array;
}

/** In each cell the level that so many of its pixels have or exceed, as a share. */
export function levelsOfCells(image: GreyImage, lighterShare: number): CellGrid {
  const [columns, rows] = [Math.ceil(image.width / cellPx), Math.ceil(image.height / cellPx)];
  const levels = cellLevels(image, cellPx, { columns, rows }, (pixels) => lighterShare * pixels);
  return { columns, rows, values: new Float32Array(levels) };
}

/** The largest value within so many cells of each. */
export const largestAround = (grid: CellGrid, reach: number): CellGrid =>
  combine(grid, reach, Math.max, (largest) => largest);

/** The mean within so many cells of each. */
export const meanAround = (grid: CellGrid, reach: number): CellGrid =>
  combine(grid, reach, sumOf, (sum, count) => sum / count);

/** The value below or at which such a share of the cells lie. */
export const quantileOf = ({ values }: CellGrid, share: number): number =>
  values.toSorted()[Math.floor(share * (values.length - 1))] ?? 0;

/** A copy whose levels are made of those of the picture and the value of the grid there, which changes evenly between cells. */
export function withGrid(
  { width, height, data }: GreyImage,
  { columns, rows, values }: CellGrid,
  levelFrom: (level: number, value: number) => number,
): GreyImage {
  const out = new Uint8Array(data.length);
  // The values that a row of pixels lies between change from one row of cells to the next only.
  let [above, below] = [new Float64Array(width), new Float64Array(width)];
  fillRow(below, values.subarray(0, columns));
  let upper = -1;
  for (let y = 0; y < height; y++) {
    const row = Math.min(rows - 1, Math.max(0, (y + 0.5) / cellPx - 0.5));
    if (Math.floor(row) !== upper) {
      upper = Math.floor(row);
      const lower = Math.min(rows - 1, upper + 1);
      [above, below] = [below, above];
      fillRow(below, values.subarray(lower * columns, (lower + 1) * columns));
    }
    const down = row - upper;
    for (let x = 0; x < width; x++) {
      const value = (above[x] ?? 0) * (1 - down) + (below[x] ?? 0) * down;
      out[y * width + x] = levelFrom(data[y * width + x] ?? 255, value);
    }
  }
  return { width, height, data: out };
}

/** The values of a row of cells for each of its pixels. */
function fillRow(row: Float64Array, values: Float32Array): void {
  const last = values.length - 1;
  for (let x = 0; x < row.length; x++) {
    const column = Math.min(last, Math.max(0, (x + 0.5) / cellPx - 0.5));
    const left = Math.floor(column);
    const across = column - left;
    row[x] = (values[left] ?? 0) * (1 - across) + (values[Math.min(last, left + 1)] ?? 0) * across;
  }
}

/** Combines each cell with those within reach in its row, and then in its column. */
function combine(
  { columns, rows, values }: CellGrid,
  reach: number,
  join: (one: number, other: number) => number,
  finish: (joined: number, count: number) => number,
): CellGrid {
  const along = (from: Float32Array, inRow: boolean) => {
    const out = new Float32Array(from.length);
    const [length, stride] = inRow ? [columns, 1] : [rows, columns];
    for (let at = 0; at < from.length; at++) {
      const place = inRow ? at % columns : Math.floor(at / columns);
      const first = Math.max(0, place - reach);
      const last = Math.min(length - 1, place + reach);
      let joined = from[at + (first - place) * stride] ?? 0;
      for (let beside = first + 1; beside <= last; beside++)
        joined = join(joined, from[at + (beside - place) * stride] ?? 0);
      out[at] = finish(joined, last - first + 1);
    }
    return out;
  };
  return { columns, rows, values: along(along(values, true), false) };
}

const sumOf = (one: number, other: number) => one + other;
