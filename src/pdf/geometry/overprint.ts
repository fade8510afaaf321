import type { Box } from "./coverage.ts";

/** Copies of a line lie so close: fake bold is a fraction of a point off, a shadow one or two. */
const closePt = 2;
/** Less than this, and less than half of a line, is where neighbours touch: blanks run into figures, slanted letters lean. */
const sharedPt = 6;

/**
 * Whether any line of text lies on another one, as where letters are drawn two or three times to look bold. Lines side by
 * side and lines that are set tight do not.
 *
 * @param lines boxes of upright or turned lines; those of turned ones are higher than wide
 */
export function hasOverprint(lines: readonly Box[]): boolean {
  const spans = lines.map(spanOf).sort((one, other) => one.from - other.from);
  // Two grids half a step apart: what lies closer than half a step shares a row of one of them.
  return [0, closePt].some((offset) => overlapInRows(spans, offset));
}

interface Span {
  upright: boolean;
  /** The middle of the line across its direction. */
  middle: number;
  from: number;
  to: number;
}

function spanOf([left, top, right, bottom]: Box): Span {
  return bottom - top > right - left
    ? { upright: false, middle: (left + right) / 2, from: top, to: bottom }
    : { upright: true, middle: (top + bottom) / 2, from: left, to: right };
}

/** @param spans from left to right; in each row they are set beside the one that reaches farthest */
function overlapInRows(spans: readonly Span[], offset: number): boolean {
  const farthest = new Map<number, Span>();
  for (const span of spans) {
    const row = 2 * Math.floor((span.middle + offset) / (2 * closePt)) + (span.upright ? 1 : 0);
    const before = farthest.get(row);
    if (before !== undefined && overlaps(before, span)) return true;
    if (before === undefined || span.to > before.to) farthest.set(row, span);
  }
  return false;
}

function overlaps(farthest: Span, next: Span): boolean {
  const shared = Math.min(farthest.to, next.to) - next.from;
  const narrower = Math.min(farthest.to - farthest.from, next.to - next.from);
  return shared > 0 && shared >= Math.min(sharedPt, narrower / 2);
}
