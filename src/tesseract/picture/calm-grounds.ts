import { cellPx } from "./cell-grid.ts";
import { crop, type GreyImage } from "./grey-image.ts";
import type { Box } from "./ink.ts";
import { noisyCells } from "./noisy-cells.ts";
import { comparedPx, withoutNoise } from "./non-local-means.ts";
import { widened } from "./part-of-image.ts";

/** Rows of cells that are calmed at once, for memory. */
const stripCells = 8;
/** Cells that are calmed at most, for time: a half of a page of A4. Where more of one is noise it is a picture, or too dark to be read. */
const maxCells = 4600;
/** Likeness of what surrounds two pixels, as a share of the noise: with 0.45 grounds stay mottled, with 1 thin type is washed out. */
const likenessShare = 0.6;

/**
 * Takes the noise from the grounds of a sheet, so that they have a level, and the print on them edges. A sheet without noisy
 * grounds is returned as it is.
 */
export function calmGrounds(sheet: GreyImage): GreyImage {
  const { columns, rows, isNoisy, noise } = noisyCells(sheet);
  if (noise === 0 || isNoisy.reduce((cells, one) => cells + one, 0) > maxCells) return sheet;
  const data = sheet.data.slice();
  for (let row = 0; row < rows; row += stripCells) {
    const end = Math.min(rows, row + stripCells);
    const isNoisyColumn = (column: number) => {
      for (let cell = row * columns + column; cell < end * columns; cell += columns)
        if (isNoisy[cell] === 1) return true;
      return false;
    };
    let start = 0;
    for (let column = 0; column <= columns; column++) {
      if (column < columns && isNoisyColumn(column)) continue;
      if (column > start) {
        const box = {
          left: start * cellPx,
          top: row * cellPx,
          width: (column - start) * cellPx,
          height: (end - row) * cellPx,
        };
        calm(box);
      }
      start = column + 1;
    }
  }
  return { ...sheet, data };

  function calm(box: Box): void {
    const around = widened(box, comparedPx + 1, sheet);
    const part = withoutNoise(smoothed(crop(sheet, around, 0)), likenessShare * noise);
    for (let y = box.top; y < box.top + box.height; y++) {
      for (let x = box.left; x < box.left + box.width; x++) {
        if (isNoisy[Math.floor(y / cellPx) * columns + Math.floor(x / cellPx)] !== 1) continue;
        data[y * sheet.width + x] = part.data[(y - around.top) * around.width + x - around.left] ?? 255;
      }
    }
  }
}

/** Each pixel the mean of itself and the eight around it; the outermost stay. */
function smoothed({ width, height, data }: GreyImage): GreyImage {
  const means = data.slice();
  const inColumns = new Uint16Array(width);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 0, at = y * width; x < width; x++, at++)
      inColumns[x] = (data[at - width] ?? 255) + (data[at] ?? 255) + (data[at + width] ?? 255);
    for (let x = 1; x < width - 1; x++)
      means[y * width + x] = ((inColumns[x - 1] ?? 0) + (inColumns[x] ?? 0) + (inColumns[x + 1] ?? 0)) / 9;
  }
  return { width, height, data: means };
}
