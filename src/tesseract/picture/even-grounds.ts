import type { GreyImage } from "./grey-image.ts";
import { cellPx, fittedBox, groundBoxes, isLargeEnough } from "./ground-boxes.ts";
import type { Box } from "./ink.ts";

/** Levels by which a ground is darker than the paper, and within which it is one ground, from cell to cell and in all. */
const minDarker = 32;
const sameGround = 10;
const maxSpread = 20;
/** Beyond a rectangle its edge goes on for so far. */
const edgePx = 2;
/** Share of the way from the ground to white, or to black, from which on a pixel is print. */
const printShare = 0.4;
/** Share of the ground that print takes at least; where there is both, light print is this much more, or dark print. */
const minPrint = 0.004;
const clearlyMore = 4;
const more = 1.5;

/**
 * Makes white of each rectangle of even ground that is darker than the paper (the coloured head of a table, a bar, a
 * cell), and black of the print on it, be that lighter or darker than the ground. One threshold then fits all of the page.
 */
export function evenGrounds(image: GreyImage): GreyImage {
  const levels = cellLevels(image);
  const paper = levels.toSorted()[Math.floor(0.9 * (levels.length - 1))] ?? 255;
  const levelOf = (cell: number) => levels[cell] ?? 255;
  const boxes = groundBoxes(
    image,
    (cell) => levelOf(cell) <= paper - minDarker,
    (cell, neighbour) => Math.abs(levelOf(cell) - levelOf(neighbour)) <= sameGround,
  );
  const data = image.data.slice();
  let isChanged = false;
  for (const { box, cells } of boxes) {
    const sorted = cells.map(levelOf).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 255;
    if (at(0.9) - at(0.1) > maxSpread) continue;
    const ground = at(0.5);
    const fitted = fittedBox(image, box, (level) => Math.abs(level - ground) <= maxSpread);
    const toBlackOnWhite = isLargeEnough(fitted) ? blackOnWhite(image, fitted, ground) : undefined;
    if (toBlackOnWhite === undefined) continue;
    isChanged = true;
    forEachPixel(image, widened(fitted, image), (pixel) => {
      if ((image.data[pixel] ?? 255) >= ground - maxSpread) data[pixel] = 255;
    });
    forEachPixel(image, fitted, (pixel) => {
      data[pixel] = toBlackOnWhite(image.data[pixel] ?? 255);
    });
  }
  return isChanged ? { ...image, data } : image;
}

/** With the edge, which is blurred. */
function widened({ left, top, width, height }: Box, image: GreyImage): Box {
  const [from, above] = [Math.max(0, left - edgePx), Math.max(0, top - edgePx)];
  return {
    left: from,
    top: above,
    width: Math.min(image.width, left + width + edgePx) - from,
    height: Math.min(image.height, top + height + edgePx) - above,
  };
}

/** What becomes of the levels on a ground; undefined where there is no print on it, or both light and dark. */
function blackOnWhite(image: GreyImage, box: Box, ground: number): ((level: number) => number) | undefined {
  let [light, dark] = [0, 0];
  forEachPixel(image, box, (pixel) => {
    const level = image.data[pixel] ?? 255;
    if (level >= ground + printShare * (255 - ground)) light++;
    if (level <= ground - printShare * ground) dark++;
  });
  const pixels = box.width * box.height;
  if (Math.max(light, dark) < minPrint * pixels) return undefined;
  if (light >= clearlyMore * dark)
    return (level) => 255 - Math.max(0, ((level - ground) * 255) / Math.max(1, 255 - ground));
  // White between the cells of a row counts as light, and nothing light could be read here before.
  if (dark >= more * light) return (level) => Math.min(255, (level * 255) / Math.max(1, ground));
  return undefined;
}

/** The median level of each cell: its ground, where letters take less than a half of it. */
function cellLevels({ width, height, data }: GreyImage): Uint8Array {
  const [columns, rows] = [Math.floor(width / cellPx), Math.floor(height / cellPx)];
  const pixels = new Uint8Array(cellPx * cellPx);
  return Uint8Array.from({ length: columns * rows }, (_, cell) => {
    const from = Math.floor(cell / columns) * cellPx * width + (cell % columns) * cellPx;
    for (let y = 0; y < cellPx; y++) pixels.set(data.subarray(from + y * width, from + y * width + cellPx), y * cellPx);
    return pixels.sort()[pixels.length >> 1] ?? 255;
  });
}

function forEachPixel({ width }: GreyImage, box: Box, visit: (pixel: number) => void): void {
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) visit(y * width + x);
  }
}
