import type { Box } from "./coverage.ts";

export interface FitOptions {
  longestSidePx: number;
  /** Additional clockwise turn: 0, 90, 180 or 270. */
  turnDegrees: number;
  /** Pixels of the longer side of a document that is a picture itself; `undefined` for others. */
  nativeLongestSidePx: number | undefined;
}

export interface Fit {
  widthPx: number;
  heightPx: number;
  /** From page space to pixels, [a, b, c, d, e, f]. */
  map: [number, number, number, number, number, number];
}

/** Enlarging a picture further than this adds no detail, only work for whoever reads it. */
const largestEnlargement = 2;

/** Points; a page without an area gets one instead of a division by zero. */
const smallestSide = 1e-3;

/**
 * How a page comes to lie on its pixels: the longer side gets `longestSidePx`, the other at least 1 pixel however
 * extreme the page's shape. A picture is enlarged to at most twice its own pixels.
 */
export function fitPage(box: Box, { longestSidePx, turnDegrees, nativeLongestSidePx }: FitOptions): Fit {
  const width = Math.max(box[2] - box[0], smallestSide);
  const height = Math.max(box[3] - box[1], smallestSide);
  const target = Math.min(longestSidePx, largestEnlargement * (nativeLongestSidePx ?? longestSidePx));
  const scale = target / Math.max(width, height);
  const w = Math.max(1, Math.round(width * scale));
  const h = Math.max(1, Math.round(height * scale));
  const [sx, sy] = [w / width, h / height];
  const [x, y] = [-box[0] * sx, -box[1] * sy];
  switch (turnDegrees) {
    case 90:
      return { widthPx: h, heightPx: w, map: [0, sx, -sy, 0, h - y, x] };
    case 180:
      return { widthPx: w, heightPx: h, map: [-sx, 0, 0, -sy, w - x, h - y] };
    case 270:
      return { widthPx: h, heightPx: w, map: [0, -sx, sy, 0, y, w - x] };
    default:
      return { widthPx: w, heightPx: h, map: [sx, 0, 0, sy, x, y] };
  }
}
