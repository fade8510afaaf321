import type { GreyImage } from "./grey-image.ts";
import type { Box } from "./ink.ts";

/** A box with so many pixels more at each side, as far as the image has any. */
export function widened({ left, top, width, height }: Box, byPx: number, image: GreyImage): Box {
  const [from, above] = [Math.max(0, left - byPx), Math.max(0, top - byPx)];
  return {
    left: from,
    top: above,
    width: Math.min(image.width, left + width + byPx) - from,
    height: Math.min(image.height, top + height + byPx) - above,
  };
}

/** Visits the places of the pixels of a box that lies within the image, row by row. */
export function forEachPixel({ width }: GreyImage, box: Box, visit: (at: number) => void): void {
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) visit(y * width + x);
  }
}
