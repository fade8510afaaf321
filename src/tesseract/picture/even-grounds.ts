import { cellLevels } from "./cell-levels.ts";
import type { GreyImage } from "./grey-image.ts";
import { cellPx, fittedBox, groundBoxes, isLargeEnough, minFill } from "./ground-boxes.ts";
import { cutAtRules } from "./ground-rules.ts";
import type { Box } from "./ink.ts";
import { type FieldMask, markFields } from "./light-fields.ts";
import { forEachPixel, widened } from "./part-of-image.ts";

/** Levels by which a ground is darker than the paper, and within which it is one ground, from cell to cell and in all. */
const minDarker = 32;
const sameGround = 10;
const maxSpread = 20;
/** Beyond a rectangle its edge goes on for so far. */
const edgePx = 2;
/** Share of the way from the ground to white, or to black, from which on a pixel is print. */
const printShare = 0.4;
/** Share of the ground that print takes at least; where one kind is this much more, the other is its blurred edge. */
const minPrint = 0.004;
const clearlyMore = 4;
/** Share of its box that a ground fills at least without the fields on it. */
const minFillBesideFields = 0.5;

/**
 * Makes white of each rectangle of even ground that is darker than the paper (the coloured head of a table, a bar, a
 * cell), and black of the print on it, be that lighter or darker than the ground. One threshold then fits all of the
 * page. Rules that divide the ground stay as they are where they are darker, and light fields on it; they are no print.
 */
export function evenGrounds(image: GreyImage): GreyImage {
  const size = { columns: Math.floor(image.width / cellPx), rows: Math.floor(image.height / cellPx) };
  // The ground of a cell, where letters take less than a half of it.
  const levels = cellLevels(image, cellPx, size, (pixels) => pixels / 2);
  const paper = levels.toSorted()[Math.floor(0.9 * (levels.length - 1))] ?? 255;
  const levelOf = (cell: number) => levels[cell] ?? 255;
  const boxes = groundBoxes(
    image,
    (cell) => levelOf(cell) <= paper - minDarker,
    (cell, neighbour) => Math.abs(levelOf(cell) - levelOf(neighbour)) <= sameGround,
    minFillBesideFields,
  );
  const fields: FieldMask = new Uint8Array(image.data.length);
  const data = image.data.slice();
  let isChanged = false;
  for (const { box, cells } of boxes) {
    const sorted = cells.map(levelOf).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 255;
    if (at(0.9) - at(0.1) > maxSpread) continue;
    const ground = at(0.5);
    const isGround = (level: number) => Math.abs(level - ground) <= maxSpread;
    const fitted = fittedBox(image, box, isGround);
    if (!isLargeEnough(fitted)) continue;
    const inFields = markFields(image, fitted, (level) => level > ground + lighterBy(ground), fields);
    if (cells.length * cellPx * cellPx + inFields < minFill * box.width * box.height) continue;
    const parts = cutAtRules(image, fitted, isGround).map((part) => ({
      part,
      print: printOn(image, part, ground, fields),
    }));
    if (parts.every(({ print }) => print === "none")) continue;
    isChanged = true;
    forEachPixel(image, widened(fitted, edgePx, image), (pixel) => {
      if ((image.data[pixel] ?? 255) >= ground - maxSpread) data[pixel] = 255;
    });
    for (const { part, print } of parts) {
      const blackOnWhite = toBlackOnWhite(print, ground);
      forEachPixel(image, part, (pixel) => {
        if (fields[pixel] !== 1) data[pixel] = blackOnWhite(image.data[pixel] ?? 255);
      });
    }
  }
  return isChanged ? { ...image, data } : image;
}

type Print = "none" | "light" | "dark" | "both";

/** By how much more than so many levels print is lighter than its ground. */
const lighterBy = (ground: number) => Math.max(sameGround, printShare * (255 - ground));

function printOn(image: GreyImage, box: Box, ground: number, fields: FieldMask): Print {
  const lighter = lighterBy(ground);
  const darker = Math.max(sameGround, printShare * ground);
  let [light, dark] = [0, 0];
  forEachPixel(image, box, (pixel) => {
    if (fields[pixel] === 1) return;
    const level = image.data[pixel] ?? 255;
    if (level > ground + lighter) light++;
    if (level < ground - darker) dark++;
  });
  if (Math.max(light, dark) < minPrint * box.width * box.height) return "none";
  if (light >= clearlyMore * dark) return "light";
  return dark >= clearlyMore * light ? "dark" : "both";
}

/** What becomes of the levels on a ground. */
function toBlackOnWhite(print: Print, ground: number): (level: number) => number {
  const light = (level: number) => 255 - Math.max(0, ((level - ground) * 255) / Math.max(1, 255 - ground));
  const dark = (level: number) => Math.min(255, (level * 255) / Math.max(1, ground));
  switch (print) {
    case "light":
      return light;
    case "none":
    case "dark":
      return dark;
    case "both":
      return (level) => Math.min(light(level), dark(level));
    default:
      return print satisfies never;
  }
}
