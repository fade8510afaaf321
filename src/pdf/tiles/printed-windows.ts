import type { Rectangle } from "./crossed-blobs.ts";
import { drawnPixels, type GreyPicture } from "./grey-picture.ts";

const drawnDifference = 28;
/** Shares of a window that print on paper fills: less is empty, more is a picture. */
const leastDrawn = 0.002;
const mostDrawn = 0.45;

/** The squares of an overview in which most is drawn and that may be print, at most `count`, `side` pixels wide. */
export function printedWindows(overview: GreyPicture, side: number, count: number): Rectangle[] {
  const { width, height } = overview;
  const drawn = drawnPixels(overview, drawnDifference);
  const found: Array<{ window: Rectangle; share: number }> = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const window = { left, top, right: Math.min(width, left + side), bottom: Math.min(height, top + side) };
      const share = drawnShare(drawn, width, window);
      if (share >= leastDrawn && share <= mostDrawn) found.push({ window, share });
    }
  }
  return found
    .sort((a, b) => b.share - a.share)
    .slice(0, count)
    .map(({ window }) => window);
}

function drawnShare(drawn: Uint8Array, width: number, { left, top, right, bottom }: Rectangle): number {
  let sum = 0;
  let all = 0;
  for (let y = Math.floor(top); y < bottom; y += 1) {
    for (let x = Math.floor(left); x < right; x += 1) {
      sum += drawn[y * width + x] ?? 0;
      all += 1;
    }
  }
  return sum / Math.max(1, all);
}
