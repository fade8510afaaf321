import type { Box } from "../picture/ink.ts";
import { bottomOf, median, rightOf, unionOf } from "./boxes.ts";

/** Without lines between its cells a table has at least so many columns, and so many rows with most of them. */
const minColumns = 3;
const minFullRows = 3;
/** Rows of one table are apart by no more than so many heights. */
const maxGapShare = 2.2;
/** Columns are parted by so many heights at least. */
const minGapShare = 0.5;

/** Rows of cells, each cell the lines that stand in it. */
export type AlignedTable = { from: number; to: number; rows: Box[][][][] };

/** The first table among rows of pieces from the row `from` on: pieces that stand below each other in three columns and more. */
export function findAlignedTable(rows: readonly Box[][], from = 0): AlignedTable | undefined {
  for (let start = from; start < rows.length; start++) {
    let best: AlignedTable | undefined;
    for (let end = start + 1; end <= rows.length; end++) {
      if (end > start + 1 && !follows(rows[end - 2] ?? [], rows[end - 1] ?? [])) break;
      const run = rows.slice(start, end);
      const columns = columnsOf(run.flat());
      if (columns.length < minColumns) break;
      const full = run.filter((row) => filled(row, columns) >= Math.max(minColumns, 0.6 * columns.length));
      const last = run.at(-1) ?? [];
      if (full.length < minFullRows || last.length < 2) continue;
      if (full.length < 0.5 * run.length) continue;
      best = { from: start, to: end, rows: cellsOf(run, columns) };
    }
    if (best !== undefined) return best;
  }
  return undefined;
}

const follows = (above: readonly Box[], below: readonly Box[]) => {
  const [upper, lower] = [unionOf(above), unionOf(below)];
  return lower.top - bottomOf(upper) < maxGapShare * median([...above, ...below].map(({ height }) => height));
};

/** Where each column ends: the places that pieces leave no gap in. */
function columnsOf(pieces: readonly Box[]): number[] {
  const gap = minGapShare * median(pieces.map(({ height }) => height));
  const ends: number[] = [];
  for (const piece of pieces.toSorted((a, b) => a.left - b.left)) {
    const last = ends.at(-1);
    if (last !== undefined && piece.left < last + gap) ends[ends.length - 1] = Math.max(last, rightOf(piece));
    else ends.push(rightOf(piece));
  }
  return ends;
}

const columnOf = (piece: Box, columns: readonly number[]) => columns.findIndex((end) => piece.left < end);
const filled = (row: readonly Box[], columns: readonly number[]) =>
  new Set(row.map((piece) => columnOf(piece, columns))).size;

/** A row that has nothing in the first column goes on with the cells of the row before it, where it is near. */
function cellsOf(run: readonly Box[][], columns: readonly number[]): Box[][][][] {
  const table: Box[][][][] = [];
  run.forEach((row) => {
    const cells = columns.map((_, column) => row.filter((piece) => columnOf(piece, columns) === column));
    const before = table.at(-1);
    const goesOn = before !== undefined && row.length === 1 && cells[0]?.length === 0;
    if (!goesOn) table.push(cells.map((cell) => (cell.length === 0 ? [] : [cell])));
    else for (const [column, cell] of cells.entries()) if (cell.length > 0) before[column]?.push(cell);
  });
  return table;
}
