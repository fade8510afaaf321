import type { GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";
import { bottomOf, overlapX, overlapY, rightOf } from "./boxes.ts";

/**
 * Shares of the usual line's height: widths that are sought, for a wide lane ends earlier than a narrow one within it, and
 * the least height.
 */
const widthShares = [1, 0.7, 0.4] as const;
const minHeightShare = 3;
/** A pixel alone in a row of the lane is dirt; a lane therefore reaches one pixel into what stands beside it. */
const maxDarkPixels = 1;
/** Of each width; far more than a page of text has. */
const maxLanes = 60;

/**
 * Upright lanes without ink, at least three lines high: gutters between columns, margins, and now and then blanks that stand
 * below each other. Of lanes of one width that lie in each other only the highest is told.
 */
export function whiteLanes(image: GreyImage, threshold: number, usualPx: number): Box[] {
  const minHeightPx = Math.max(3, Math.round(minHeightShare * usualPx));
  const isBlank = blankRows(image, threshold);
  return widthShares.flatMap((share) => {
    const widthPx = Math.max(3, Math.round(share * usualPx));
    return highest(lanesOf(image, threshold, isBlank, widthPx, minHeightPx));
  });
}

/** 1 for each row of a page that holds no ink anywhere, as half of them do. */
function blankRows({ width, height, data }: GreyImage, threshold: number): Uint8Array {
  const blank = new Uint8Array(height);
  for (let y = 0; y < height; y++) {
    let dark = 0;
    for (let at = y * width; at < (y + 1) * width; at++) if ((data[at] ?? 255) < threshold) dark++;
    if (dark <= maxDarkPixels) blank[y] = 1;
  }
  return blank;
}

function lanesOf(
  { width, height, data }: GreyImage,
  threshold: number,
  isBlank: Uint8Array,
  widthPx: number,
  minHeightPx: number,
): Box[] {
  const found: Box[] = [];
  const since = new Int32Array(width);
  const inked = new Uint8Array(width);
  for (let y = 0; y <= height; y++) {
    if (isBlank[y] === 1) continue;
    if (y === height) inked.fill(1);
    else markInked(data.subarray(y * width, (y + 1) * width), threshold, widthPx, inked);
    for (let left = 0; left + widthPx <= width; left++) {
      if (inked[left] === 0) continue;
      const top = since[left] ?? 0;
      if (y - top >= minHeightPx) found.push({ left, top, width: widthPx, height: y - top });
      since[left] = y + 1;
    }
  }
  return found;
}

/** Where the stretch of a row that begins at a place holds ink. */
function markInked(row: Uint8Array, threshold: number, stretch: number, inked: Uint8Array) {
  let dark = 0;
  for (let x = 0; x < row.length; x++) {
    if ((row[x] ?? 255) < threshold) dark++;
    const left = x - stretch + 1;
    if (left < 0) continue;
    inked[left] = dark > maxDarkPixels ? 1 : 0;
    if ((row[left] ?? 255) < threshold) dark--;
  }
}

function highest(lanes: readonly Box[]): Box[] {
  const kept: Box[] = [];
  for (const lane of lanes.toSorted((a, b) => b.height - a.height || a.left - b.left)) {
    const [same] = kept.filter((other) => overlapX(lane, other) >= 0 && overlapY(lane, other) > 0);
    if (same === undefined) {
      if (kept.length < maxLanes) kept.push({ ...lane });
    } else if (lane.top <= same.top && bottomOf(lane) >= bottomOf(same)) {
      same.width = rightOf(lane) - same.left;
    }
  }
  return kept;
}
