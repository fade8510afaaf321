import { findComponents } from "./components.ts";
import { drawnPixels, type GreyPicture } from "./grey-picture.ts";

/** Levels (of 255) between print and paper, and those by which paper may differ from itself. */
const printDifference = 60;
const paperDifference = 24;
/** What letters can be, in pixels; below it they cannot be told from dirt, and nobody reads them. */
const leastPx = 4;
const mostPx = 160;
/** Width over height of a letter; letters that touch make a word of some of them. */
const widest = 5;
const narrowest = 0.08;
/** Where less is paper the picture is no print on it, but a landscape. */
const leastPaper = 0.6;
/** Letters that must be there before their height is believed. */
const leastLetters = 30;

/**
 * The height of most letters (the median of connected groups of pixels that have the shape of letters: in mixed Latin
 * text the height of an "x"), in pixels of these pictures; undefined where too little looks like print on paper.
 */
export function letterHeight(pictures: Iterable<GreyPicture>): number | undefined {
  const heights: number[] = [];
  for (const picture of pictures) {
    const { width, height } = picture;
    if (drawnShare(drawnPixels(picture, paperDifference)) > 1 - leastPaper) continue;
    const print = drawnPixels(picture, printDifference);
    for (const { left, top, right, bottom } of findComponents(print, width, height).all) {
      const [wide, high] = [right - left, bottom - top];
      if (high >= leastPx && high <= mostPx && wide <= widest * high && wide >= narrowest * high) heights.push(high);
    }
  }
  if (heights.length < leastLetters) return undefined;
  return heights.sort((a, b) => a - b)[heights.length >> 1];
}

const drawnShare = (drawn: Uint8Array) => drawn.reduce((sum, pixel) => sum + pixel, 0) / Math.max(1, drawn.length);
