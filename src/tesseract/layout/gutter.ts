import type { Box } from "../picture/ink.ts";
import { bottomOf, centreY, isLevel, overlap, rightOf, rowsOf, unionOf } from "./boxes.ts";

/** Two columns stand at least so many heights of a line apart. */
const minGapShare = 0.3;
/** A line of prose fills so much of its column, and is so many times as long as high. */
const minFilled = 0.55;
const minLength = 7;
/** Lines of prose on either side that make columns, and their share of the lines there. */
const minProseLines = 3;
const minProseShare = 0.4;
/** Places between columns that are tried. */
const maxTried = 8;

/** Of the rows beside prose so many are level with a line of it by chance, and so many of the rows of either side stand beside the other. */
const maxLevelShare = 0.6;
const minBesideShare = 0.6;

/**
 * The x between two columns of running text, or between such and rows that are not level with its lines; else undefined.
 * Only prose makes columns: cells of a table and labels beside their values are short, and are read row by row.
 */
export function findGutter(pieces: readonly Box[]): number | undefined {
  let best: { x: number; lines: number } | undefined;
  for (const x of candidates(pieces)) {
    const lines = parted(pieces, x)
      .map((part) => Math.max(proseOnBothSides(part, x), linesApart(part, x)))
      .filter((count) => count >= minProseLines)
      .reduce((sum, count) => sum + count, 0);
    if (lines > (best?.lines ?? 0)) best = { x, lines };
  }
  return best?.x;
}

/** Lines of prose on the side that has fewer of them, of what stands beside the other side. */
export function proseOnBothSides(pieces: readonly Box[], x: number): number {
  const left = pieces.filter((piece) => rightOf(piece) <= x);
  const right = pieces.filter((piece) => piece.left >= x);
  return Math.min(proseLines(beside(left, right)), proseLines(beside(right, left)));
}

/** Rows beside prose that keep to a distance of their own from row to row, such as a table beside a paragraph. */
function linesApart(pieces: readonly Box[], x: number): number {
  const left = pieces.filter((piece) => rightOf(piece) <= x);
  const right = pieces.filter((piece) => piece.left >= x);
  const [leftBeside, rightBeside] = [beside(left, right), beside(right, left)];
  if (Math.max(proseLines(leftBeside), proseLines(rightBeside)) < minProseLines) return 0;
  const [leftRows, rightRows] = [rowsOf(leftBeside), rowsOf(rightBeside)];
  const areBeside = (rows: readonly Box[][], all: readonly Box[]) => rows.length >= minBesideShare * rowsOf(all).length;
  if (!areBeside(leftRows, left) || !areBeside(rightRows, right)) return 0;
  const [fewer = [], more = []] = [leftRows, rightRows].sort((a, b) => a.length - b.length);
  const level = fewer.filter((row) => more.some((other) => isLevel(unionOf(row), unionOf(other))));
  return level.length <= maxLevelShare * fewer.length ? fewer.length : 0;
}

/** What stands between the lines that reach across: columns end there, and blanks of one line stand below those of others by chance. */
function parted(pieces: readonly Box[], x: number): Box[][] {
  const crossing = pieces.filter((piece) => piece.left < x && rightOf(piece) > x).map(centreY);
  const parts = new Map<number, Box[]>();
  for (const piece of pieces) {
    const above = crossing.filter((y) => y < centreY(piece)).length;
    parts.set(above, [...(parts.get(above) ?? []), piece]);
  }
  return [...parts.values()];
}

/** Left of where many lines begin, in the middle of the gap to what ends before. */
export function candidates(pieces: readonly Box[]): number[] {
  const starts: { left: number; count: number; height: number }[] = [];
  for (const { left, height } of pieces.toSorted((a, b) => a.left - b.left)) {
    const same = starts.at(-1);
    if (same !== undefined && left - same.left < 0.8 * height) same.count++;
    else starts.push({ left, count: 1, height });
  }
  return starts
    .slice(1)
    .filter(({ count }) => count >= minProseLines)
    .sort((a, b) => b.count - a.count)
    .slice(0, maxTried)
    .flatMap(({ left, height }) => {
      const ends = pieces.map(rightOf).filter((right) => right <= left);
      const end = Math.max(0, ...ends);
      return left - end < minGapShare * height ? [] : [(left + end) / 2];
    });
}

/** Those that stand no higher and no lower than the others reach. */
function beside(pieces: readonly Box[], others: readonly Box[]): Box[] {
  const top = Math.min(...others.map((other) => other.top));
  const bottom = Math.max(...others.map(bottomOf));
  return pieces.filter((piece) => overlap(piece.top, bottomOf(piece), top, bottom) > 0.5 * piece.height);
}

/** Of several columns beside each other all have to be prose. */
export function proseLines(pieces: readonly Box[]): number {
  const rows = rowsOf(pieces);
  const widths = rows.flatMap((row) => row.map(({ width }) => width)).sort((a, b) => a - b);
  const usual = widths[Math.floor(widths.length * 0.9)] ?? 0;
  const isProse = ({ width, height }: Box) => width >= minFilled * usual && width >= minLength * height;
  const prose = rows.filter((row) => row.every(isProse)).length;
  return prose >= minProseShare * rows.length ? prose : 0;
}
