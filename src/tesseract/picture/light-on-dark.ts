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
  const grounds = darkGrounds(image, threshold);
  if (grounds.length === 0) return image;
  const data = image.data.slice();
  for (const { box, part, fields } of grounds) {
    const ground = quantile(histogramOf(part.data), part.data.length / 2);
    for (const [pixel, level] of part.data.entries()) {
      if (fields[pixel] === 1) continue;
      const at = (box.top + Math.floor(pixel / box.width)) * image.width + box.left + (pixel % box.width);
      data[at] = 255 - (Math.max(0, level - ground) * 255) / Math.max(1, 255 - ground);
    }
  }
  return { ...image, data };
}

/** A rectangle of dark ground: where it lies, what is there, and which of its pixels belong to light fields. */
interface DarkGround {
  box: Box;
  part: GreyImage;
  fields: FieldMask;
}

/** Rectangles of dark ground that hold something light, the fields on them apart. */
function darkGrounds(image: GreyImage, threshold: number): DarkGround[] {
  const columns = Math.floor(image.width / cellPx);
  const isDark = (level: number) => level < threshold;
  const isGround = (cell: number) => {
    const [left, top] = [(cell % columns) * cellPx, Math.floor(cell / columns) * cellPx];
    return shareOf(image, { left, top, width: cellPx, height: cellPx }, isDark) >= groundShare;
  };
  return groundBoxes(image, isGround, () => true).flatMap((found) => {
    const box = fittedBox(image, found.box, isDark);
    if (!isLargeEnough(box) || shareOf(image, box, isDark) < lightest || !hasDarkSides(image, threshold, box))
      return [];
    const part = crop(image, box, 0);
    const fields: FieldMask = new Uint8Array(part.data.length);
    markFields(part, { ...box, left: 0, top: 0 }, (level) => !isDark(level), fields);
    const beside = part.data.filter((_, at) => fields[at] !== 1);
    const dark = beside.filter(isDark).length;
    return dark > darkest * beside.length ? [] : [{ box, part, fields }];
  });
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
