import { cellPx } from "./cell-grid.ts";
import type { GreyImage } from "./grey-image.ts";
import { type Paper, paperOf } from "./paper.ts";

/** Levels by which print differs from its paper at least, and the share of the paper that it takes. */
const minDepth = 24;
const printShare = 0.002;
/** Print that is so many times as far from the paper as the darkest that stands on it is lighter than the paper. */
const clearlyMore = 2;

/** Turns a page whose paper is darker than the print on it (a blueprint, a negative) into dark print on light paper. */
export function turnNegative(image: GreyImage, paper: Paper | undefined = paperOf(image)): GreyImage {
  if (paper === undefined) return image;
  const { levels, isPaper } = paper;
  const histogram = new Uint32Array(511);
  let pixels = 0;
  for (let y = 0; y < image.height; y++) {
    for (let column = 0; column < levels.columns; column++) {
      const cell = Math.floor(y / cellPx) * levels.columns + column;
      if (isPaper[cell] !== 1) continue;
      const base = 255 - (levels.values[cell] ?? 255);
      const end = y * image.width + Math.min(image.width, (column + 1) * cellPx);
      for (let at = y * image.width + column * cellPx; at < end; at++) {
        const above = (image.data[at] ?? 255) + base;
        histogram[above] = (histogram[above] ?? 0) + 1;
        pixels++;
      }
    }
  }
  const depthOfPrint = (side: 1 | -1) => {
    let left = printShare * pixels;
    for (let depth = 255; depth > 0; depth--) {
      left -= histogram[255 + depth * side] ?? 0;
      if (left <= 0) return depth;
    }
    return 0;
  };
  const [darker, lighter] = [depthOfPrint(-1), depthOfPrint(1)];
  if (lighter < minDepth || lighter <= clearlyMore * darker) return image;
  return { ...image, data: image.data.map((level) => 255 - level) };
}
