import type { GreyImage } from "./grey-image.ts";

/** A rectangle of pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Side of the cells that ink is counted in; a cell is inked when half of it is dark, so that specks do not count. */
const cellPx = 3;
/** Marks above and below Thai letters reach out of the boxes that the recogniser reports. */
const marginShare = 0.25;

/**
 * The share of the ink that lies outside the boxes, 0 to 1; 0 for a page without ink. The recogniser's confidence
 * cannot be trusted (87 to 93 on pages whose error rates run from 4 % to 45 %); text that it never saw shows here.
 */
export function inkOutside({ width, height, data }: GreyImage, threshold: number, boxes: readonly Box[]): number {
  const columns = Math.floor(width / cellPx);
  const rows = Math.floor(height / cellPx);
  const covered = new Uint8Array(columns * rows);
  for (const box of boxes) cover(covered, columns, rows, box);
  let inside = 0;
  let outside = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!isInked(data, width, column * cellPx, row * cellPx, threshold)) continue;
      if (covered[row * columns + column] === 1) inside++;
      else outside++;
    }
  }
  return inside + outside === 0 ? 0 : outside / (inside + outside);
}

function cover(covered: Uint8Array, columns: number, rows: number, { left, top, width, height }: Box): void {
  const margin = height * marginShare;
  const firstRow = Math.max(0, Math.floor((top - margin) / cellPx));
  const lastRow = Math.min(rows - 1, Math.floor((top + height + margin) / cellPx));
  const firstColumn = Math.max(0, Math.floor(left / cellPx));
  const lastColumn = Math.min(columns - 1, Math.floor((left + width) / cellPx));
  for (let row = firstRow; row <= lastRow; row++)
    covered.fill(1, row * columns + firstColumn, row * columns + lastColumn + 1);
}

function isInked(data: Uint8Array, width: number, left: number, top: number, threshold: number): boolean {
  let dark = 0;
  for (let y = top; y < top + cellPx; y++) {
    for (let x = left; x < left + cellPx; x++) if ((data[y * width + x] ?? 255) < threshold) dark++;
  }
  return 2 * dark >= cellPx * cellPx;
}
