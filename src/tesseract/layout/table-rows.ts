import type { Box } from "../picture/ink.ts";
import type { Rule } from "../picture/ruling-lines.ts";
import { centreY, overlap, rightOf, unionOf } from "./boxes.ts";
import { columnOf } from "./table-columns.ts";

/** A line between rows is drawn along so much of the table. */
const minDrawnShare = 0.8;
/** Below a line of a cell the next is nearer than the line above it by so much, where it is of one cell with the next. */
const nearerShare = 0.8;

/** Lines of text that are one row of a table, and whether lines drawn above and below say so. */
export interface RowOfLines {
  lines: Box[][];
  isCertain: boolean;
}

/** After which lines of text a line is drawn from one side of them to the other. */
export function partedBelow(lines: readonly Box[][], levels: readonly Rule[]): boolean[] {
  const { left, width } = unionOf(lines.flat());
  const wide = levels.filter(({ from, to }) => overlap(from, to, left, left + width) >= minDrawnShare * width);
  const middles = lines.map((line) => centreY(unionOf(line)));
  return middles.map((middle, at) => wide.some((rule) => rule.at > middle && rule.at < (middles[at + 1] ?? middle)));
}

/**
 * The rows of a table: what stands between two level lines, where it has one beginning; else a line of text for each, with
 * the lines that go on with a cell of it above or below, whichever is nearer.
 */
export function rowsOfLines(lines: readonly Box[][], ends: readonly number[], levels: readonly Rule[]): RowOfLines[] {
  const isParted = partedBelow(lines, levels);
  const bands: Box[][][] = [[]];
  lines.forEach((line, at) => {
    bands.at(-1)?.push([...line]);
    if (isParted[at] === true) bands.push([]);
  });
  if (bands.length === 1) return joinedLines(lines, ends).map((row) => ({ lines: row, isCertain: false }));
  return bands.flatMap((band): RowOfLines[] =>
    isOneRow(band, ends)
      ? [{ lines: band, isCertain: true }]
      : joinedLines(band, ends).map((row) => ({ lines: row, isCertain: false })),
  );
}

/** One line of these begins in the first column, and beside no other stands anything. */
function isOneRow(lines: readonly Box[][], ends: readonly number[]): boolean {
  const starts = lines.filter((line) => line.some((piece) => columnOf(piece, ends) === 0));
  return starts.length <= 1 && lines.filter(({ length }) => length > 1).length <= 1;
}

/** A piece alone behind the first column goes on with a cell. */
function joinedLines(lines: readonly Box[][], ends: readonly number[]): Box[][][] {
  const rows: Box[][][] = [];
  let above: Box[][] = [];
  lines.forEach((line, at) => {
    const [piece, another] = line;
    if (piece === undefined) return;
    if (another !== undefined || columnOf(piece, ends) === 0) {
      rows.push([...above, [...line]]);
      above = [];
      return;
    }
    const [toLast, toNext] = [distance(lines[at - 1], line), distance(line, lines[at + 1])];
    const last = rows.at(-1);
    if (above.length > 0 && toLast < nearerShare * toNext) {
      rows.push([...above, [...line]]);
      above = [];
    } else if (above.length > 0 || last === undefined || toNext < nearerShare * toLast) above.push([...line]);
    else last.push([...line]);
  });
  return above.length > 0 ? [...rows, above] : rows;
}

const distance = (upper: readonly Box[] | undefined, lower: readonly Box[] | undefined): number =>
  upper === undefined || lower === undefined
    ? Number.POSITIVE_INFINITY
    : centreY(unionOf(lower)) - centreY(unionOf(upper));

/** The cells of a row, each the lines that stand in it. */
export const cellsIn = (lines: readonly Box[][], ends: readonly number[]): Box[][][] =>
  ends.map((_, column) =>
    lines.flatMap((line) => {
      const here = line.filter((piece) => columnOf(piece, ends) === column);
      return here.length === 0 ? [] : [here];
    }),
  );

/** How far pieces reach, from the left of the first to the right of the last. */
export const extentOf = (pieces: readonly Box[]): number =>
  Math.max(...pieces.map(rightOf)) - Math.min(...pieces.map(({ left }) => left));
