import type { GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";
import { smallDots } from "../picture/small-dots.ts";
import { bottomOf, centreX, centreY, median, overlapX, overlapY, rightOf, unionOf } from "./boxes.ts";

/** A page full of leaders has half as many; more are specks, and would be compared with each other for seconds. */
const maxDots = 10_000;
/** Fewer dots are an ellipsis, or points in a text. */
const minDots = 8;
/** From the middle of a dot to that of the next, in sides of a dot; a space may stand between two. */
const pitchSides = { least: 1.3, most: 8 } as const;
/** Pixels, and a share of the usual distance, by which a distance differs from it, or from a multiple where dots are lost. */
const besidePx = 1;
const besideShare = 0.2;
const maxMultiple = 4;
/** Of the distances that have no dot lost in them. */
const wholeShare = 0.7;
/** A stretch without a lost dot, at an end of a row, has so many dots at least; a single one before it is a full stop. */
const minEndDots = 3;
/** Sides of two dots of one row differ by a pixel, or by this share. */
const alikeShare = 0.35;
/** Above and below a dot, in its heights, there is nothing, but for specks in so much of the place. */
const clearAbove = 3;
const clearBelow = 1;
const speckShare = 0.1;
/** Print that a row of dots leads from or to stands so near, and its letters are so high, in heights of a dot. */
const besideReach = 14;
const letterHeights = { least: 2.5, most: 16 } as const;
/** Around a dot, in pixels: what is grey. */
const marginPx = 2;

/** A row of dots between print, as high as the letters beside it. */
export interface Leader extends Box {
  /** Where the dots stand. */
  dots: Box;
  /** The print that they lead to, as far as it is near; a digit alone is too small for the text detector. */
  behind: Box | undefined;
}

/**
 * The rows of dots of a level page that lead from print, or to print, on the same base line, as in tables of contents and
 * in the fields of forms: eight and more of one size, at even distances, with nothing above and below them, as halftones,
 * print made of dots, and marks of Thai have.
 */
export function findLeaders(image: GreyImage, threshold: number): Leader[] {
  const dots = smallDots(image, threshold).filter((dot) => isClear(image, threshold, dot));
  if (dots.length > maxDots) return [];
  return rowsOfDots(dots)
    .flatMap((row) => evenParts(image, threshold, row))
    .filter((row) => row.length >= minDots)
    .flatMap((row) => leaderOf(image, threshold, row) ?? []);
}

/** The print behind leaders that is in none of these boxes. */
export const unseenBehind = (leaders: readonly Leader[], boxes: readonly Box[]): Box[] =>
  leaders.flatMap(({ behind }) =>
    behind === undefined || boxes.some((box) => overlapX(box, behind) > 0 && overlapY(box, behind) > 0) ? [] : [behind],
  );

/** A copy without these rows of dots. */
export function withoutLeaders(image: GreyImage, leaders: readonly Leader[]): GreyImage {
  if (leaders.length === 0) return image;
  const data = image.data.slice();
  for (const { dots } of leaders) {
    const [left, right] = [Math.max(0, dots.left - marginPx), Math.min(image.width, rightOf(dots) + marginPx)];
    for (let y = Math.max(0, dots.top - marginPx); y < Math.min(image.height, bottomOf(dots) + marginPx); y++)
      data.fill(255, y * image.width + left, y * image.width + right);
  }
  return { ...image, data };
}

/** Whether hardly any ink is in the places above and below. */
function isClear(image: GreyImage, threshold: number, { left, top, width, height }: Box): boolean {
  const above = inkIn(image, threshold, {
    left,
    top: top - clearAbove * height,
    width,
    height: clearAbove * height - 1,
  });
  const below = inkIn(image, threshold, { left, top: top + height + 1, width, height: clearBelow * height });
  return above + below <= speckShare * (clearAbove + clearBelow) * height * width;
}

function inkIn({ width, height, data }: GreyImage, threshold: number, box: Box): number {
  let inked = 0;
  for (let y = Math.max(0, box.top); y < Math.min(height, bottomOf(box)); y++) {
    for (let x = Math.max(0, box.left); x < Math.min(width, rightOf(box)); x++)
      if ((data[y * width + x] ?? 255) < threshold) inked++;
  }
  return inked;
}

const sideOf = ({ width, height }: Box) => Math.max(width, height);

const areAlike = (one: Box, other: Box) =>
  [one.width - other.width, one.height - other.height].every(
    (difference) => Math.abs(difference) <= Math.max(1, alikeShare * Math.max(sideOf(one), sideOf(other))),
  );

/** Dots that follow each other from the left to the right on one level. */
function rowsOfDots(dots: readonly Box[]): Box[][] {
  const rows: Box[][] = [];
  let open: Box[][] = [];
  for (const dot of dots) {
    const reach = pitchSides.most * maxMultiple * sideOf(dot);
    open = open.filter((row) => dot.left - rightOf(row.at(-1) ?? dot) <= reach);
    const row = open.find((one) => {
      const last = one.at(-1) ?? dot;
      return Math.abs(centreY(last) - centreY(dot)) <= Math.max(1, 0.4 * dot.height) && areAlike(last, dot);
    });
    if (row !== undefined) row.push(dot);
    else {
      const begun = [dot];
      rows.push(begun);
      open.push(begun);
    }
  }
  return rows;
}

/** The parts of a row whose dots stand at even distances, with nothing but lost dots between. */
function evenParts(image: GreyImage, threshold: number, row: readonly Box[]): Box[][] {
  const distances = row.slice(1).map((dot, at) => centreX(dot) - centreX(row[at] ?? dot));
  const pitch = median(distances);
  const side = median(row.map(sideOf));
  if (pitch < pitchSides.least * side || pitch > pitchSides.most * side) return [];
  const most = besidePx + besideShare * pitch;
  const parts: Box[][][] = [[row.slice(0, 1)]];
  for (const [at, distance] of distances.entries()) {
    const [last, dot] = row.slice(at, at + 2);
    if (last === undefined || dot === undefined) continue;
    const multiple = Math.max(1, Math.round(distance / pitch));
    const between = { ...dot, left: rightOf(last) + 1, width: dot.left - rightOf(last) - 2 };
    const isEven = multiple <= maxMultiple && Math.abs(distance - multiple * pitch) <= most;
    if (!isEven || !isClear(image, threshold, between)) parts.push([[dot]]);
    else if (multiple > 1) parts.at(-1)?.push([dot]);
    else parts.at(-1)?.at(-1)?.push(dot);
  }
  return parts
    .map((part) => withoutLoneEnds(part).flat())
    .filter((part) => {
      const [first, last] = [part[0], part.at(-1)];
      if (first === undefined || last === undefined) return false;
      return part.length - 1 >= (wholeShare * (centreX(last) - centreX(first))) / pitch;
    });
}

/** Stretches of dots without short ones at both ends. */
function withoutLoneEnds(stretches: readonly Box[][]): Box[][] {
  const isLong = (stretch: readonly Box[]) => stretch.length >= minEndDots;
  const first = stretches.findIndex(isLong);
  return first < 0 ? [] : stretches.slice(first, stretches.findLastIndex(isLong) + 1);
}

/** Undefined where no letters stand beside the dots. */
function leaderOf(image: GreyImage, threshold: number, row: readonly Box[]): Leader | undefined {
  const dots = unionOf(row);
  const dotHeight = median(row.map(({ height }) => height));
  const reach = besideReach * dotHeight;
  const [before, behind] = [dots.left - marginPx - reach, rightOf(dots) + marginPx].map((left) => {
    const height = heightAbove(image, threshold, { ...dots, left, width: reach });
    const isLetter = height >= letterHeights.least * dotHeight && height <= letterHeights.most * dotHeight;
    return isLetter ? { left, top: bottomOf(dots) - height, width: reach, height } : undefined;
  });
  if (before === undefined && behind === undefined) return undefined;
  const height = Math.max(before?.height ?? 0, behind?.height ?? 0);
  return {
    left: dots.left,
    top: bottomOf(dots) - height,
    width: dots.width,
    height,
    dots,
    behind: behind && inkedPart(image, threshold, behind),
  };
}

/** A box without the columns at its sides that have no ink. */
function inkedPart(image: GreyImage, threshold: number, box: Box): Box {
  const isInked = (left: number) => inkIn(image, threshold, { ...box, left, width: 1 }) > 0;
  let [left, right] = [box.left, rightOf(box)];
  while (left < right && !isInked(left)) left++;
  while (right > left && !isInked(right - 1)) right--;
  return { ...box, left, width: right - left };
}

/** How far up the ink reaches from the level of the dots without a blank row. */
function heightAbove(image: GreyImage, threshold: number, { left, top, width, height }: Box): number {
  const isInked = (row: number) => inkIn(image, threshold, { left, top: row, width, height: 1 }) > 0;
  let first = top + height - 1;
  while (first > top && !isInked(first)) first--;
  if (!isInked(first)) return 0;
  while (first > 0 && isInked(first - 1)) first--;
  return top + height - first;
}
