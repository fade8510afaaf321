import type { GreyImage } from "./grey-image.ts";
import type { Box } from "./ink.ts";

/** Side of the cells in which grounds are looked for; below the height of a line of text. */
export const cellPx = 8;
/** A bar is at least one line of small text high and a word long, at 150 dpi. */
const minHeightPx = 16;
const minWidthPx = 48;
/** A rectangle of one ground fills its box; a photograph, a stamp or a logo does not. */
export const minFill = 0.75;
/** Share of the pixels of a row or a column of ground; letters take up to a half of it. */
const groundShare = 0.5;

/** Where cells of ground make a rectangle that is large enough for print: its box in pixels, and its cells. */
export interface GroundBox {
  box: Box;
  cells: readonly number[];
}

/**
 * The rectangles that cells of ground make.
 *
 * @param isGround whether a cell, by its number, is ground
 * @param areOne whether two neighbouring cells of ground belong together
 * @param minFilled share of its box that such a rectangle fills at least
 */
export function groundBoxes(
  { width, height }: Pick<GreyImage, "width" | "height">,
  isGround: (cell: number) => boolean,
  areOne: (cell: number, neighbour: number) => boolean,
  minFilled = minFill,
): GroundBox[] {
  const columns = Math.floor(width / cellPx);
  const rows = Math.floor(height / cellPx);
  const open = Uint8Array.from({ length: columns * rows }, (_, cell) => (isGround(cell) ? 1 : 0));
  const found: GroundBox[] = [];
  for (let start = 0; start < open.length; start++) {
    if (open[start] !== 1) continue;
    const cells = [start];
    open[start] = 0;
    let [left, right, top, bottom] = [columns, 0, rows, 0];
    for (let next = 0; next < cells.length; next++) {
      const cell = cells[next] ?? 0;
      const [row, column] = [Math.floor(cell / columns), cell % columns];
      [left, right] = [Math.min(left, column), Math.max(right, column)];
      [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
      const neighbours = [
        column > 0 ? cell - 1 : -1,
        column < columns - 1 ? cell + 1 : -1,
        row > 0 ? cell - columns : -1,
        row < rows - 1 ? cell + columns : -1,
      ];
      for (const neighbour of neighbours) {
        if (neighbour < 0 || open[neighbour] !== 1 || !areOne(cell, neighbour)) continue;
        open[neighbour] = 0;
        cells.push(neighbour);
      }
    }
    const [across, down] = [right - left + 1, bottom - top + 1];
    const box = { left: left * cellPx, top: top * cellPx, width: across * cellPx, height: down * cellPx };
    if (cells.length >= minFilled * across * down) found.push({ box, cells });
  }
  return found;
}

export const isLargeEnough = ({ width, height }: Box): boolean => width >= minWidthPx && height >= minHeightPx;

/** Share of the pixels in a box whose level is one of those. */
export function shareOf({ width, data }: GreyImage, box: Box, isOne: (level: number) => boolean): number {
  let found = 0;
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) if (isOne(data[y * width + x] ?? 255)) found++;
  }
  return found / (box.width * box.height);
}

/** Moves each side of the box to where the ground ends, at most a cell inwards or outwards. */
export function fittedBox(image: GreyImage, box: Box, isGround: (level: number) => boolean): Box {
  let { left, top } = box;
  let right = box.left + box.width;
  let bottom = box.top + box.height;
  const isGroundRow = (y: number) =>
    y >= 0 &&
    y < image.height &&
    shareOf(image, { left, top: y, width: right - left, height: 1 }, isGround) >= groundShare;
  const isGroundColumn = (x: number) =>
    x >= 0 &&
    x < image.width &&
    shareOf(image, { left: x, top, width: 1, height: bottom - top }, isGround) >= groundShare;
  for (let step = 0; step < cellPx; step++) {
    if (!isGroundRow(top)) top++;
    if (!isGroundRow(bottom - 1)) bottom--;
    if (!isGroundColumn(left)) left++;
    if (!isGroundColumn(right - 1)) right--;
  }
  for (let step = 0; step < cellPx; step++) {
    if (isGroundRow(top - 1)) top--;
    if (isGroundRow(bottom)) bottom++;
    if (isGroundColumn(left - 1)) left--;
    if (isGroundColumn(right)) right++;
  }
  return { left, top, width: right - left, height: bottom - top };
}
