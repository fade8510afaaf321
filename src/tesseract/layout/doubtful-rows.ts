import type { Box } from "../picture/ink.ts";
import { centreY, unionOf } from "./boxes.ts";

/** Cells of one row are level; where they lie apart by so much of the way to the next row, they may be of another. */
const maxSpread = 0.5;
/** Lines of one cell that are so much of the way from row to row apart may be of two rows. */
const minPitchShare = 0.8;
/** Only these columns name a row; what stands alone behind them lacks one. */
const namingColumns = 2;

/**
 * The rows of a table without lines between its rows that are a guess: their cells are not level, as on a sheet that was not
 * flat, or behind the columns that name a row one stands alone, or two are one below the other as rows are.
 */
export function doubtfulRows(rows: readonly Box[][][][]): number[] {
  const centres = rows.map((row) => row.flatMap(([line]) => (line === undefined ? [] : [middleOf(line)])));
  const middles = centres.map((row) => row.reduce((sum, y) => sum + y, 0) / row.length);
  const pitches = middles.slice(1).map((middle, at) => middle - (middles[at] ?? 0));
  const usual = Math.min(...pitches);
  const areRows = ([line, next]: Box[][]) =>
    line !== undefined && next !== undefined && middleOf(next) - middleOf(line) >= minPitchShare * usual;
  return [...rows.keys()].filter((at) => {
    const row = rows[at] ?? [];
    const values = row.slice(namingColumns);
    const isAlone = row.filter((cell) => cell.length > 0).length === 1 && values.some((cell) => cell.length > 0);
    const here = centres[at] ?? [];
    const spread = Math.max(...here) - Math.min(...here);
    return (
      isAlone || values.some(areRows) || spread > maxSpread * Math.min(...pitches.slice(Math.max(0, at - 1), at + 1))
    );
  });
}

const middleOf = (line: readonly Box[]) => centreY(unionOf(line));
