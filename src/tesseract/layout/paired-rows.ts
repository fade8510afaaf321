import type { Box } from "../picture/ink.ts";
import { areLevel, centreY, median, rowsOf, unionOf } from "./boxes.ts";

/** Lines of one paragraph follow each other evenly; where the next is so many times as far something new begins. */
const newStartShare = 1.5;
/** Lines so many heights apart are no prose: each of them is something new. */
const loneLineShare = 1.6;
/** Rows that make a table, and the share of the beginnings of one side that stand beside one of the other. */
const minRows = 3;
const minPairedShare = 0.8;

/**
 * Where the rows of a table of two columns begin whose cells are long and could be taken for prose: what begins on one
 * side begins beside it on the other. The tops of its rows in pixels; undefined where the sides are columns.
 */
export function pairedRows(left: readonly Box[], right: readonly Box[]): number[] | undefined {
  const [leftStarts, rightStarts] = [startsOf(left), startsOf(right)];
  const tops = leftStarts.flatMap((start) => {
    const other = rightStarts.find((one) => areLevel(start, one));
    return other === undefined ? [] : [Math.min(start.top, other.top)];
  });
  const most = Math.max(leftStarts.length, rightStarts.length);
  return tops.length >= minRows && tops.length >= minPairedShare * most ? tops : undefined;
}

/** The first lines of paragraphs or cells. */
function startsOf(pieces: readonly Box[]): Box[] {
  const rows = rowsOf(pieces).map(unionOf);
  const pitches = rows.slice(1).map((row, at) => centreY(row) - centreY(rows[at] ?? row));
  const usual = pitches.toSorted((a, b) => a - b)[pitches.length >> 2] ?? 0;
  const areLone = usual > loneLineShare * median(rows.map(({ height }) => height));
  return rows.filter((_, at) => at === 0 || areLone || (pitches[at - 1] ?? 0) > newStartShare * usual);
}
