import type { Box } from "./box.ts";
import { type Fragment, joinFragments } from "./fragment.ts";
import { isRightToLeft, joinRow } from "./join-text.ts";
import { rowsOf } from "./rows.ts";

/** A line of running text, or of a form: what stands beside each other in one region. */
export interface Line extends Fragment {
  pieces: readonly Fragment[];
  /** Where it begins and ends in reading direction: from right to left these are the negative places. */
  start: number;
  end: number;
  capitals: boolean;
  /** A wide gap stands in it: labels with their values, running heads. */
  parted: boolean;
}

/** Sizes between pieces of a line that are no words of one sentence. */
const wideGap = 2;

export function linesOf(fragments: readonly Fragment[]): Line[] {
  const fromRight = isRightToLeft(fragments.map(({ text }) => text).join(""));
  return rowsOf(fragments).map((row) => {
    const text = joinRow(row.map((piece) => piece.text)).replaceAll(/ {2,}/g, " ");
    const joined = joinFragments(row, text);
    const [left, , right] = joined.box;
    return {
      ...joined,
      baseline: middleOf(row.map((piece) => piece.baseline)),
      pieces: row,
      start: fromRight ? -right : left,
      end: fromRight ? -left : right,
      capitals: isCapitals(text),
      parted: row.some((piece, at) => isApart(row[at - 1]?.box, piece)),
    };
  });
}

const middleOf = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const isCapitals = (text: string) => text === text.toUpperCase() && text !== text.toLowerCase();

const isApart = (before: Box | undefined, { box, size }: Fragment) =>
  before !== undefined && box[0] - before[2] > wideGap * size;

/**
 * Points from one line of a paragraph to the next, in sizes: what most neighbours have, the smaller ones where it varies.
 */
export function leadingOf(lines: readonly Line[]): number {
  const found: number[] = [];
  lines.forEach((line, at) => {
    const next = lines[at + 1];
    if (next === undefined || Math.abs(next.size - line.size) > 0.05 * line.size) return;
    const pitch = (next.baseline - line.baseline) / line.size;
    if (pitch > 0.8 && pitch < 2.6) found.push(pitch);
  });
  found.sort((a, b) => a - b);
  return found[Math.floor(found.length * 0.4)] ?? 1.4;
}
