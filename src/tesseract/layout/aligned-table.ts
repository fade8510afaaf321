import type { Box } from "../picture/ink.ts";
import type { Rule } from "../picture/ruling-lines.ts";
import { bottomOf, median, unionOf } from "./boxes.ts";
import { doubtfulRows } from "./doubtful-rows.ts";
import { columnEnds, spanningPieces } from "./table-columns.ts";
import { cellsIn, extentOf, partedBelow, rowsOfLines } from "./table-rows.ts";

/** Without lines between its columns a table has at least so many, with lines between its rows fewer. */
const minColumns = 3;
const minRuledColumns = 2;
/** So many of its rows, and so much of them, have most of the columns. */
const minFullRows = 3;
const minFullShare = 0.5;
const minFilledShare = 0.6;
/** Rows of one table are apart by no more than so many heights. */
const maxGapShare = 2.2;
/** A line of text that reaches across so much of a table ends it, and is no heading of its rows. */
const maxAcrossShare = 0.7;

/** Rows of cells, each cell the lines that stand in it, and the places of those that are a guess. */
export type AlignedTable = { from: number; to: number; rows: Box[][][][]; doubtful: number[] };

/**
 * The first table among rows of pieces from the row `from` on: pieces that stand below each other in three columns and more,
 * or in two where a level line is drawn between the rows.
 */
export function findAlignedTable(
  rows: readonly Box[][],
  from = 0,
  levels: readonly Rule[] = [],
): AlignedTable | undefined {
  const spanning = spanningPieces(rows);
  const inOne = (run: readonly Box[][]) => run.map((row) => row.filter((piece) => !spanning.has(piece)));
  for (let start = from; start < rows.length; start++) {
    let best: AlignedTable | undefined;
    for (let end = start + 1; end <= rows.length; end++) {
      const run = rows.slice(start, end);
      const [before, last = []] = [rows[end - 2] ?? [], rows[end - 1]];
      if (end > start + 1 && !follows(before, last)) break;
      const columns = columnEnds(inOne(run));
      const least = isRuled(rows.slice(start, end + 1), levels) ? minRuledColumns : minColumns;
      if (columns.length < least || isAcross(last, inOne(run).flat(), spanning)) break;
      if (last.length < 2 || run.length < minFullRows) continue;
      const table = cellsOf(run, columns, levels);
      const full = table.rows.filter((row) => filledIn(row) >= Math.max(least, minFilledShare * columns.length));
      if (full.length >= Math.max(minFullRows, minFullShare * table.rows.length))
        best = { from: start, to: end, ...table };
    }
    if (best !== undefined) return best;
  }
  return undefined;
}

const follows = (above: readonly Box[], below: readonly Box[]) => {
  const [upper, lower] = [unionOf(above), unionOf(below)];
  return lower.top - bottomOf(upper) < maxGapShare * median([...above, ...below].map(({ height }) => height));
};

/** Whether a level line is drawn below each of these rows but the last. */
const isRuled = (run: readonly Box[][], levels: readonly Rule[]) => {
  const parted = partedBelow(run, levels).slice(0, -1);
  return parted.length > 0 && parted.every((isParted) => isParted);
};

const isAcross = (row: readonly Box[], others: readonly Box[], spanning: ReadonlySet<Box>) =>
  row.some((piece) => spanning.has(piece) && piece.width > maxAcrossShare * extentOf(others));

const filledIn = (row: readonly Box[][][]) => row.filter((cell) => cell.length > 0).length;

function cellsOf(run: readonly Box[][], columns: readonly number[], levels: readonly Rule[]) {
  const rowsOfTable = rowsOfLines(run, columns, levels);
  const rows = rowsOfTable.map(({ lines }) => cellsIn(lines, columns));
  return { rows, doubtful: doubtfulRows(rows).filter((at) => rowsOfTable[at]?.isCertain !== true) };
}
