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
  const spans = lines.map(spanOf);
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

function overlapInRows(spans: readonly Span[], offset: number): boolean {
  const rows = new Map<number, Span[]>();
  for (const span of spans) {
    const row = 2 * Math.floor((span.middle + offset) / (2 * closePt)) + (span.upright ? 1 : 0);
    const sharing = rows.get(row);
    if (sharing === undefined) rows.set(row, [span]);
    else sharing.push(span);
  }
  return rows.values().some((row) => row.length > 1 && overlaps(row));
}

/** From left to right, each line beside the one that reaches farthest. */
function overlaps(row: Span[]): boolean {
  row.sort((one, other) => one.from - other.from);
  let farthest: Span | undefined;
  for (const span of row) {
    if (farthest !== undefined) {
      const shared = Math.min(farthest.to, span.to) - span.from;
      const narrower = Math.min(farthest.to - farthest.from, span.to - span.from);
      if (shared > 0 && shared >= Math.min(sharedPt, narrower / 2)) return true;
    }
    if (farthest === undefined || span.to > farthest.to) farthest = span;
  }
  return false;
}
