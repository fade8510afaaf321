import { findComponents } from "../geometry/connected-components.ts";
import { drawnPixels, type GreyPicture } from "./grey-picture.ts";

/** Levels (of 255) between print and paper, and those by which paper may differ from itself. */
const printDifference = 60;
const paperDifference = 24;
/** Of what is no paper so much is clearly print, 0.6 to 0.95 on scans and photographs of letters, 0.1 in a landscape. */
const leastPrint = 0.3;
/** Where less is paper the picture is no print on it. */
const leastPaper = 0.6;
/** What letters can be, in pixels; below it they cannot be told from dirt, and nobody reads them. */
const leastPx = 4;
const mostPx = 160;
/** Width over height of a letter; letters that touch make a word of some of them. */
const widest = 5;
const narrowest = 0.08;
/** Letters that must be there before their height is believed. */
const leastLetters = 30;
/** Share of groups much lower or higher than most: 0 to 0.1 in capitals and figures, 0.2 to 0.45 in other Latin and Thai. */
const leastUneven = 0.12;
/** Height of a line of print over that of most of its groups, which are capitals, or letters like "x" and "ก". */
const lineOfCapitals = 1.6;
const lineOfLetters = 2.4;

/**
 * The height of most lines of print, from the top of "l" to the foot of "p" with the font's own leading, in pixels of
 * these pictures. It follows from the median height of the connected groups of pixels that have the shape of letters.
 * Undefined where too little looks like print on paper.
 */
export function lineHeight(pictures: Iterable<GreyPicture>): number | undefined {
  const heights: number[] = [];
  for (const picture of pictures) heights.push(...letterHeights(picture));
  const median = heights.sort((a, b) => a - b)[heights.length >> 1];
  if (median === undefined || heights.length < leastLetters) return undefined;
  const uneven = heights.filter((height) => height < 0.6 * median || height > 1.2 * median).length / heights.length;
  return median * (uneven < leastUneven ? lineOfCapitals : lineOfLetters);
}

function letterHeights(picture: GreyPicture): number[] {
  const print = drawnPixels(picture, printDifference);
  const drawn = countOf(drawnPixels(picture, paperDifference));
  if (drawn > (1 - leastPaper) * print.length || countOf(print) < leastPrint * drawn) return [];
  return findComponents(print, picture.width, picture.height).all.flatMap(({ left, top, right, bottom }) => {
    const [wide, high] = [right - left, bottom - top];
    const isLetter = high >= leastPx && high <= mostPx && wide <= widest * high && wide >= narrowest * high;
    return isLetter ? [high] : [];
  });
}

const countOf = (mask: Uint8Array) => mask.reduce((sum, pixel) => sum + pixel, 0);
