import type { GreyImage } from "./grey-image.ts";
import type { Box } from "./ink.ts";

/** Sides in pixels: a dot of 9 points at 150 dpi is 2 high, one of 20 points at 200 dpi is 7. */
const sidePx = { least: 2, most: 9 } as const;
/** Of its box that a dot fills at least, and its shorter side as a share of the longer one. */
const minFill = 0.6;
const squareShare = 0.5;

/** The small round parts of ink that hang together with nothing, from the left to the right. */
export function smallDots(image: GreyImage, threshold: number): Box[] {
  const { width, height, data } = image;
  const isInk = (at: number) => (data[at] ?? 255) < threshold;
  const dots: Box[] = [];
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      if ((data[at] ?? 255) >= threshold) continue;
      const isCorner = !isInk(at - 1) && !isInk(at - width - 1) && !isInk(at - width);
      if (!isCorner || isInk(at - width + 1)) continue;
      let below = 1;
      while (below <= sidePx.most && isInk(at + below * width)) below++;
      if (below > sidePx.most) continue;
      const dot = dotAt(image, isInk, x, y);
      if (dot !== undefined && dot.top === y) dots.push(dot);
    }
  }
  return withoutTwins(dots.sort((a, b) => a.left - b.left));
}

/** The ink that hangs together with a pixel, where it is a small dot. */
function dotAt({ width, height }: GreyImage, isInk: (at: number) => boolean, x: number, y: number): Box | undefined {
  const seen = new Set([y * width + x]);
  let [left, right, bottom] = [x, x, y];
  for (const at of seen) {
    const [atX, atY] = [at % width, Math.floor(at / width)];
    left = Math.min(left, atX);
    right = Math.max(right, atX);
    bottom = Math.max(bottom, atY);
    const isOutside = atY < y || right - left >= sidePx.most || bottom - y >= sidePx.most;
    if (isOutside || left === 0 || right === width - 1 || bottom === height - 1) return undefined;
    for (const row of [at - width, at, at + width]) {
      for (const beside of [row - 1, row, row + 1]) if (isInk(beside)) seen.add(beside);
    }
  }
  const dot = { left, top: y, width: right - left + 1, height: bottom - y + 1 };
  const [shorter, longer] = [Math.min(dot.width, dot.height), Math.max(dot.width, dot.height)];
  const isRound = shorter >= squareShare * longer && seen.size >= minFill * dot.width * dot.height;
  return shorter >= sidePx.least && isRound ? dot : undefined;
}

/** A dot with two corners in its upper row is found twice. */
const withoutTwins = (dots: readonly Box[]): Box[] =>
  dots.filter(({ left, top }, at) => {
    for (let before = at - 1; dots[before]?.left === left; before--) if (dots[before]?.top === top) return false;
    return true;
  });
