import { cropSquare, drawnPixels, type GreyPicture, shrink } from "./grey-picture.ts";

/** Squares of a picture that are looked at closely, and their side in pixels. */
const mostSquares = 4;
const squarePx = 1200;
/** They are sought in a picture so many times smaller. */
const shrinkage = 4;
const drawnDifference = 28;
/** Shares of a square that print on paper fills: less is empty, more is a picture. */
const leastDrawn = 0.002;
const mostDrawn = 0.45;

/** The squares of a picture in which most is drawn and that may be print. */
export function printedSquares(picture: GreyPicture): GreyPicture[] {
  const small = shrink(picture, shrinkage);
  const drawn = drawnPixels(small, drawnDifference);
  const found: Array<{ left: number; top: number; share: number }> = [];
  for (let top = 0; top < small.height; top += squarePx / shrinkage) {
    for (let left = 0; left < small.width; left += squarePx / shrinkage) {
      const share = drawnShare(drawn, small, left, top);
      if (share >= leastDrawn && share <= mostDrawn) found.push({ left, top, share });
    }
  }
  return found
    .sort((a, b) => b.share - a.share)
    .slice(0, mostSquares)
    .map(({ left, top }) => cropSquare(picture, { left: left * shrinkage, top: top * shrinkage }, squarePx));
}

function drawnShare(drawn: Uint8Array, { width, height }: GreyPicture, left: number, top: number): number {
  const right = Math.min(width, left + squarePx / shrinkage);
  const bottom = Math.min(height, top + squarePx / shrinkage);
  let sum = 0;
  for (let y = top; y < bottom; y += 1) for (let x = left; x < right; x += 1) sum += drawn[y * width + x] ?? 0;
  return sum / Math.max(1, (right - left) * (bottom - top));
}
