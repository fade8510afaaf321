import type { Fragment } from "./fragment.ts";

/** Letters of one size stand on one line when their baselines differ by no more, in sizes; raised ones by more. */
const sameLine = 0.25;
const raisedLine = 0.45;

/** Fragments that stand on one line, from left to right; rows from top to bottom. */
export function rowsOf<Piece extends Pick<Fragment, "baseline" | "size" | "box">>(
  fragments: readonly Piece[],
): Piece[][] {
  const sorted = [...fragments].sort((a, b) => a.baseline - b.baseline);
  const rows: Piece[][] = [];
  for (const fragment of sorted) {
    const row = rows.at(-1);
    if (row?.some((other) => onOneLine(other, fragment) && !overlaps(row, fragment))) row.push(fragment);
    else rows.push([fragment]);
  }
  for (const row of rows) row.sort((a, b) => a.box[0] - b.box[0]);
  return rows;
}

function onOneLine(a: Pick<Fragment, "baseline" | "size">, b: Pick<Fragment, "baseline" | "size">): boolean {
  const larger = Math.max(a.size, b.size);
  const reach = Math.min(a.size, b.size) < 0.85 * larger ? raisedLine : sameLine;
  return Math.abs(a.baseline - b.baseline) <= reach * larger;
}

/** Stands over or under something of the row. */
const overlaps = (row: readonly Pick<Fragment, "box">[], { box }: Pick<Fragment, "box">) =>
  row.some((other) => Math.min(other.box[2], box[2]) - Math.max(other.box[0], box[0]) > 2);
