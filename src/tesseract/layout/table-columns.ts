import type { Box } from "../picture/ink.ts";
import { median, overlapX, rightOf } from "./boxes.ts";

/** Columns are parted by so many heights at least. */
const minGapShare = 0.5;
/** So many rows above and below tell whether a piece stands in one column or over several. */
const rowsAround = 10;
const minRowsAround = 2;
const maxRounds = 3;

/**
 * Pieces that stand over several columns, as headings and the names of sums do: of the rows around them more have a gap
 * there, between two pieces that both stand above or below the one, than print. Print of other such pieces says nothing.
 */
export function spanningPieces(rows: readonly Box[][]): Set<Box> {
  const spanning = new Set<Box>();
  for (let round = 0; round < maxRounds; round++) {
    const found = rows.flatMap((row, at) => {
      const around = [...rows.slice(Math.max(0, at - rowsAround), at), ...rows.slice(at + 1, at + 1 + rowsAround)];
      const others = around.map((other) => other.filter((piece) => !spanning.has(piece)));
      return row.filter((piece) => !spanning.has(piece) && isSpanning(piece, others));
    });
    if (found.length === 0) break;
    for (const piece of found) spanning.add(piece);
  }
  return spanning;
}

function isSpanning(piece: Box, around: readonly Box[][]): boolean {
  const under = around.map((row) => row.filter((other) => overlapX(other, piece) > 0));
  const gaps = under.flatMap((row) =>
    row.slice(1).map((right, before) => (rightOf(row[before] ?? right) + right.left) / 2),
  );
  return gaps.some((x) => {
    const printed = under.filter((row) => row.some((other) => other.left < x && rightOf(other) > x));
    const open = under.filter(
      (row) => row.some((other) => rightOf(other) <= x) && row.some((other) => other.left >= x),
    );
    return open.length >= minRowsAround && open.length > printed.length;
  });
}

/** A row with fewer pieces than this share of what most have is a heading or a sum, and says little of columns. */
const minFilledShare = 0.6;

/**
 * Where each column of a table ends: the places that pieces leave no gap in. Headings and sums make a column where nothing
 * else stands, but do not close the gap between two.
 */
export function columnEnds(rows: readonly Box[][]): number[] {
  const gapPx = minGapShare * median(rows.flat().map(({ height }) => height));
  const counts = rows.map(({ length }) => length).sort((a, b) => a - b);
  const least = minFilledShare * (counts[Math.floor(0.75 * counts.length)] ?? 0);
  const columns = joined(rows.filter(({ length }) => length >= least).flat(), gapPx);
  const others = rows.filter(({ length }) => length < least).flat();
  const apart = others.filter((piece) => !columns.some((column) => isNear(column, piece, gapPx)));
  return joined([...columns, ...apart], gapPx).map(rightOf);
}

interface Span {
  left: number;
  width: number;
}

const isNear = (one: Span, other: Span, gapPx: number) =>
  one.left < rightOf(other) + gapPx && other.left < rightOf(one) + gapPx;

function joined(pieces: readonly Span[], gapPx: number): Span[] {
  const spans: Span[] = [];
  for (const { left, width } of pieces.toSorted((a, b) => a.left - b.left)) {
    const last = spans.at(-1);
    if (last === undefined || left >= rightOf(last) + gapPx) spans.push({ left, width });
    else last.width = Math.max(rightOf(last), left + width) - last.left;
  }
  return spans;
}

/** The column in which a piece begins; behind the last where it begins there. */
export function columnOf(piece: Box, ends: readonly number[]): number {
  const column = ends.findIndex((end) => piece.left < end);
  return column === -1 ? ends.length - 1 : column;
}
