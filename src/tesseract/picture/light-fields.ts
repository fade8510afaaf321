import { crop, type GreyImage } from "./grey-image.ts";
import { cellPx, fittedBox, groundBoxes, isLargeEnough, shareOf } from "./ground-boxes.ts";
import type { Box } from "./ink.ts";

/** Share of light pixels of a cell of a field, and of all of it; bold letters that touch have less, and stand in no rectangle. */
const minCellShare = 0.5;
const minShare = 0.7;

/** Which pixels of a picture belong to light fields. */
export type FieldMask = Uint8Array;

/**
 * Marks the light rectangles on a ground that are large enough for print: the fields of a form, whatever is written there. They
 * are paper, and no light print.
 *
 * @returns how many pixels of the ground they take
 */
export function markFields(
  image: GreyImage,
  ground: Box,
  isLight: (level: number) => boolean,
  fields: FieldMask,
): number {
  const part = crop(image, ground, 0);
  const columns = Math.floor(part.width / cellPx);
  const isLightCell = (cell: number) => {
    const [left, top] = [(cell % columns) * cellPx, Math.floor(cell / columns) * cellPx];
    return shareOf(part, { left, top, width: cellPx, height: cellPx }, isLight) >= minCellShare;
  };
  let pixels = 0;
  for (const { box } of groundBoxes(part, isLightCell, () => true)) {
    const field = fittedBox(part, box, isLight);
    if (!isLargeEnough(field) || shareOf(part, field, isLight) < minShare) continue;
    for (let y = field.top; y < field.top + field.height; y++) {
      const from = (ground.top + y) * image.width + ground.left + field.left;
      fields.fill(1, from, from + field.width);
    }
    pixels += field.width * field.height;
  }
  return pixels;
}
