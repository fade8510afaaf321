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
export function levelsOfCells({ width, height, data }: GreyImage, lighterShare: number): CellGrid {
  const [columns, rows] = [Math.ceil(width / cellPx), Math.ceil(height / cellPx)];
  const values = new Float32Array(columns * rows);
  const histogram = new Uint16Array(256);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      histogram.fill(0);
      let pixels = 0;
      for (let y = row * cellPx; y < Math.min(height, (row + 1) * cellPx); y++) {
        for (let x = column * cellPx; x < Math.min(width, (column + 1) * cellPx); x++) {
          const level = data[y * width + x] ?? 255;
          histogram[level] = (histogram[level] ?? 0) + 1;
          pixels++;
        }
      }
      let level = 255;
      for (let left = lighterShare * pixels - (histogram[255] ?? 0); left > 0; level--)
        left -= histogram[level - 1] ?? 0;
      values[row * columns + column] = level;
    }
  }
  return { columns, rows, values };
}

/** The largest value within so many cells of each. */
export const largestAround = (grid: CellGrid, reach: number): CellGrid => combine(grid, reach, maximum);

/** The mean within so many cells of each. */
export const meanAround = (grid: CellGrid, reach: number): CellGrid => combine(grid, reach, mean);

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
  for (let y = 0; y < height; y++) {
    const row = Math.min(rows - 1, Math.max(0, (y + 0.5) / cellPx - 0.5));
    const upper = Math.floor(row);
    const lower = Math.min(rows - 1, upper + 1);
    const down = row - upper;
    for (let x = 0; x < width; x++) {
      const column = Math.min(columns - 1, Math.max(0, (x + 0.5) / cellPx - 0.5));
      const left = Math.floor(column);
      const right = Math.min(columns - 1, left + 1);
      const across = column - left;
      const above =
        (values[upper * columns + left] ?? 0) * (1 - across) + (values[upper * columns + right] ?? 0) * across;
      const below =
        (values[lower * columns + left] ?? 0) * (1 - across) + (values[lower * columns + right] ?? 0) * across;
      out[y * width + x] = levelFrom(data[y * width + x] ?? 255, above * (1 - down) + below * down);
    }
  }
  return { width, height, data: out };
}

/** Combines each cell with those within reach in its row, and then in its column. */
function combine(
  { columns, rows, values }: CellGrid,
  reach: number,
  of: (values: readonly number[]) => number,
): CellGrid {
  const along = (from: Float32Array, inRow: boolean) =>
    from.map((_, index) => {
      const [row, column] = [Math.floor(index / columns), index % columns];
      const around: number[] = [];
      for (let step = -reach; step <= reach; step++) {
        const [y, x] = inRow ? [row, column + step] : [row + step, column];
        if (y >= 0 && y < rows && x >= 0 && x < columns) around.push(from[y * columns + x] ?? 0);
      }
      return of(around);
    });
  return { columns, rows, values: along(along(values, true), false) };
}

const maximum = (values: readonly number[]) => Math.max(...values);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
