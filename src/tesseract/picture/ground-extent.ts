import type { GreyImage } from "./grey-image.ts";
import { shareOf } from "./ground-boxes.ts";
import type { Box } from "./ink.ts";

/** Share of an upright line through print that is ground: above and below letters there is that much, of paper none. */
const minColumnShare = 0.2;
/** The same of a level line from one side of the ground to the other: the letters of a word take up to a half. */
const minRowShare = 0.35;
/** The box of a line of text reaches out of the ground by less than this share of it. */
const maxOverhang = 0.35;
/** Grounds that differ by so many levels are two, with a blurred edge of so many pixels between them at most. */
const otherGround = 32;
const blurPx = 6;

/** Moves each side of the box of a line of text inwards to where the ground begins, which is darker than a level. */
export function trimmedToGround(image: GreyImage, box: Box, lighterFrom: number): Box {
  let { left, top, width, height } = box;
  const [across, down] = [Math.floor(maxOverhang * width), Math.floor(maxOverhang * height)];
  const isOff = (line: Box) => shareOf(image, line, (level) => level < lighterFrom) < minColumnShare;
  for (let step = 0; step < down && isOff({ left, top, width, height: 1 }); step++, height--) top++;
  for (let step = 0; step < down && isOff({ left, top: top + height - 1, width, height: 1 }); step++) height--;
  for (let step = 0; step < across && isOff({ left, top, width: 1, height }); step++, width--) left++;
  for (let step = 0; step < across && isOff({ left: left + width - 1, top, width: 1, height }); step++) width--;
  return { left, top, width, height };
}

/**
 * The rectangle of ground around a line of text: from the box of the line to where what is darker than a level ends, or
 * another ground begins.
 */
export function extentOfGround(image: GreyImage, box: Box, lighterFrom: number): Box {
  const mean = (line: Box, minShare: number) => meanOfGround(image, line, lighterFrom, minShare);
  let { left, top } = box;
  let [right, bottom] = [box.left + box.width, box.top + box.height];
  const column = (x: number) => mean({ left: x, top, width: 1, height: bottom - top }, minColumnShare);
  left -= linesAlike(left, (step) => column(left - step));
  right += linesAlike(image.width - right, (step) => column(right - 1 + step));
  const row = (y: number) => mean({ left, top: y, width: right - left, height: 1 }, minRowShare);
  top -= linesAlike(top, (step) => row(top - step));
  bottom += linesAlike(image.height - bottom, (step) => row(bottom - 1 + step));
  return { left, top, width: right - left, height: bottom - top };
}

/** How many of so many lines, one after the other, have ground that is like that of the lines just before. */
function linesAlike(most: number, meanOf: (step: number) => number | undefined): number {
  const before: number[] = [];
  for (let step = 1; step <= most; step++) {
    const mean = meanOf(step);
    if (mean === undefined || Math.abs(mean - (before[0] ?? mean)) >= otherGround) return step - 1;
    before.push(mean);
    if (before.length > blurPx) before.shift();
  }
  return most;
}

/** The mean level of the ground in a line; undefined where there is too little of it. */
function meanOfGround(
  { width, data }: GreyImage,
  line: Box,
  lighterFrom: number,
  minShare: number,
): number | undefined {
  let [sum, pixels] = [0, 0];
  for (let y = line.top; y < line.top + line.height; y++) {
    for (let at = y * width + line.left; at < y * width + line.left + line.width; at++) {
      const level = data[at] ?? 255;
      if (level >= lighterFrom) continue;
      sum += level;
      pixels++;
    }
  }
  return pixels === 0 || pixels < minShare * line.width * line.height ? undefined : sum / pixels;
}
