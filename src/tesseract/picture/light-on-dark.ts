import { crop, type GreyImage } from "./grey-image.ts";
import { cellPx, fittedBox, groundBoxes, isLargeEnough, shareOf } from "./ground-boxes.ts";
import { histogramOf, quantile } from "./histogram.ts";
import type { Box } from "./ink.ts";
import { type FieldMask, markFields } from "./light-fields.ts";

/** Share of dark pixels of a cell of dark ground; light letters take up to a half of it. */
const groundShare = 0.5;
/** Share of dark pixels of a bar with text on it: all dark is a bar without any, less is no dark ground. */
const darkest = 0.98;
const lightest = 0.5;
/** Share of dark pixels along the sides of a bar: print on it leaves a margin, while bold letters that touch have none. */
const minSideShare = 0.9;

/**
 * Turns light print on dark ground into dark on light in each rectangle of dark ground (the head of a table, a title bar).
 * The recogniser reads dark on light only. The ground becomes white whatever its level, or it would be ink as well. Light
 * fields on it are left as they are.
 */
export function turnLightOnDark(image: GreyImage, threshold: number): GreyImage {
  const fields: FieldMask = new Uint8Array(image.data.length);
  const boxes = darkBoxes(image, threshold, fields);
  if (boxes.length === 0) return image;
  const data = image.data.slice();
  for (const box of boxes) {
    const { left, top, width, height } = box;
    const part = crop(image, box, 0);
    const ground = quantile(histogramOf(part.data), part.data.length / 2);
    for (let y = top; y < top + height; y++) {
      for (let at = y * image.width + left; at < y * image.width + left + width; at++) {
        if (fields[at] === 1) continue;
        const lighter = Math.max(0, (data[at] ?? 0) - ground);
        data[at] = 255 - (lighter * 255) / Math.max(1, 255 - ground);
      }
    }
  }
  return { ...image, data };
}

/** Rectangles of dark ground that hold something light, the fields on them apart, which are marked. */
function darkBoxes(image: GreyImage, threshold: number, fields: FieldMask): Box[] {
  const columns = Math.floor(image.width / cellPx);
  const isDark = (level: number) => level < threshold;
  const isGround = (cell: number) => {
    const [left, top] = [(cell % columns) * cellPx, Math.floor(cell / columns) * cellPx];
    return shareOf(image, { left, top, width: cellPx, height: cellPx }, isDark) >= groundShare;
  };
  return groundBoxes(image, isGround, () => true)
    .map(({ box }) => fittedBox(image, box, isDark))
    .filter((box) => {
      if (!isLargeEnough(box) || shareOf(image, box, isDark) < lightest || !hasDarkSides(image, threshold, box)) {
        return false;
      }
      markFields(image, box, (level) => !isDark(level), fields);
      return shareBeside(fields, image, box, isDark) <= darkest;
    });
}

/** Of the pixels beside the fields the share whose level is one of those. */
function shareBeside(fields: FieldMask, image: GreyImage, box: Box, isOne: (level: number) => boolean): number {
  let [found, pixels] = [0, 0];
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let at = y * image.width + box.left; at < y * image.width + box.left + box.width; at++) {
      if (fields[at] === 1) continue;
      pixels++;
      if (isOne(image.data[at] ?? 255)) found++;
    }
  }
  return found / Math.max(1, pixels);
}

/** Looks one pixel inside: the outermost are blurred. */
function hasDarkSides(image: GreyImage, threshold: number, { left, top, width, height }: Box): boolean {
  const sides: Box[] = [
    { left, top: top + 1, width, height: 1 },
    { left, top: top + height - 2, width, height: 1 },
    { left: left + 1, top, width: 1, height },
    { left: left + width - 2, top, width: 1, height },
  ];
  return sides.every((side) => shareOf(image, side, (level) => level < threshold) >= minSideShare);
}
