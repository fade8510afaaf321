import type { GreyImage } from "./grey-image.ts";
import { type Corners, distance } from "./perspective.ts";

/** The sheet fills its four corners so far, and no more of it lies outside of them. */
const minFill = 0.93;
const maxOutside = 0.02;
/** Opposite sides of a sheet seen askew differ in length by no more than this, and corners are between 60 and 120 degrees. */
const maxSideRatio = 1.6;
const maxCornerCosine = 0.5;
/** Levels between the lightest and the darkest pixel of a cell in which something is printed. */
const strongEdge = 48;

/** Whether four corners are those of a sheet seen askew. */
export function isSheet({ topLeft, topRight, bottomRight, bottomLeft }: Corners): boolean {
  const around = [topLeft, topRight, bottomRight, bottomLeft];
  const lengths = around.map((corner, at) => distance(corner, around[(at + 1) % 4] ?? corner));
  const isAlike = (one: number, other: number) => Math.max(one, other) <= maxSideRatio * Math.min(one, other);
  const [top = 0, right = 0, bottom = 0, left = 0] = lengths;
  return (
    isAlike(top, bottom) &&
    isAlike(left, right) &&
    around.every((corner, at) => {
      const [before, after] = [around[(at + 3) % 4] ?? corner, around[(at + 1) % 4] ?? corner];
      const product = (before.x - corner.x) * (after.x - corner.x) + (before.y - corner.y) * (after.y - corner.y);
      return Math.abs(product) <= maxCornerCosine * distance(corner, before) * distance(corner, after);
    })
  );
}

/** Whether a sheet fills its four corners, and no more. */
export function fills(sheet: Uint8Array, width: number, corners: Corners): boolean {
  let inside = 0;
  let light = 0;
  let area = 0;
  for (let cell = 0; cell < sheet.length; cell++) {
    const isLight = sheet[cell] === 1;
    if (isLight) area++;
    if (!isInside(corners, (cell % width) + 0.5, Math.floor(cell / width) + 0.5, 0)) continue;
    inside++;
    if (isLight) light++;
  }
  return light >= minFill * inside && area - light <= maxOutside * area;
}

/** Whether a point lies within the corners, or not farther outside than this. */
function isInside(
  { topLeft, topRight, bottomRight, bottomLeft }: Corners,
  x: number,
  y: number,
  margin: number,
): boolean {
  const around = [topLeft, topRight, bottomRight, bottomLeft];
  return around.every((from, at) => {
    const to = around[(at + 1) % 4] ?? from;
    const cross = (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x);
    return cross >= -margin * distance(from, to);
  });
}

/** The share of the cells beside the sheet, a little away from it, in which light and dark lie close together. */
export function edgedShareOutside(
  { width, data }: GreyImage,
  cellPx: number,
  cells: GreyImage,
  corners: Corners,
): number {
  let outside = 0;
  let edged = 0;
  for (let cell = 0; cell < cells.data.length; cell++) {
    const [column, row] = [cell % cells.width, Math.floor(cell / cells.width)];
    if (isInside(corners, column + 0.5, row + 0.5, 3)) continue;
    outside++;
    let [least, most] = [255, 0];
    for (let y = row * cellPx; y < (row + 1) * cellPx; y++) {
      for (let x = column * cellPx; x < (column + 1) * cellPx; x++) {
        const level = data[y * width + x] ?? 0;
        [least, most] = [Math.min(least, level), Math.max(most, level)];
      }
    }
    if (most - least > strongEdge) edged++;
  }
  return outside === 0 ? 0 : edged / outside;
}
