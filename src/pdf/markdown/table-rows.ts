import { type Box, unionOf } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import { rowsOf } from "./rows.ts";

/** Pieces of one line that stand further apart than words do. */
export interface Row {
  cells: Fragment[][];
  box: Box;
  baseline: number;
  size: number;
  bold: boolean;
}

/** Cells stand apart by so much, in sizes. */
export const minGap = 0.45;

export const tableRows = (fragments: readonly Fragment[]): Row[] => rowsOf(fragments).map(rowOf);

function rowOf(row: readonly Fragment[]): Row {
  const cells: Fragment[][] = [];
  for (const fragment of row) {
    const last = cells.at(-1)?.at(-1);
    if (last !== undefined && (fragment.box[0] - last.box[2] < minGap * fragment.size || isSign(last))) {
      cells.at(-1)?.push(fragment);
    } else cells.push([fragment]);
  }
  return {
    cells,
    box: unionOf(row.map(({ box }) => box)),
    baseline: row[0]?.baseline ?? 0,
    size: Math.max(...row.map(({ size }) => size)),
    bold: row.every(({ bold }) => bold),
  };
}

/** A currency sign at the edge of its column belongs to the number behind it. */
const isSign = ({ text }: Fragment) => /^\p{Sc}$/u.test(text);

const lettersOf = (cell: readonly Fragment[]): number => cell.reduce((sum, { text }) => sum + text.length, 0);

/** Rows follow each other within so many sizes. */
const maxRowGap = 3.2;
/** A row that stands so many times further down than rows did before begins something else. */
const otherGap = 1.9;
const otherGapOfSingle = 1.4;
/** Lines with a single cell that may follow each other, as headings within a table and long cells have them. */
const maxSingleRows = 3;
/** A line with fewer than three cells of which one has more letters is prose. */
const maxCellLetters = 60;
/** Lines of one cell follow each other within so many sizes. */
const maxLinePitch = 1.5;
/** Larger than the rows above, and so a heading. */
const larger = 1.12;

/** Behind the last of the rows that may be one table and begin at `from`; `from` itself where none begins. */
export function runEnd(rows: readonly Row[], from: number): number {
  let end = from;
  let single = 0;
  const pitches: number[] = [];
  for (let at = from; at < rows.length; at += 1) {
    const row = rows[at];
    const before = rows[at - 1];
    if (row === undefined || row.cells.some((cell) => lettersOf(cell) > maxCellLetters && row.cells.length < 3)) break;
    const pitch = at > from && before !== undefined ? row.baseline - before.baseline : 0;
    if (pitch > maxRowGap * row.size) break;
    const usual = [...pitches].sort((a, b) => a - b)[Math.floor(pitches.length / 2)] ?? Infinity;
    if (pitches.length > 1 && pitch > (row.cells.length > 1 ? otherGap : otherGapOfSingle) * usual) break;
    if (row.cells.length > 1) {
      end = at + 1;
      single = 0;
    } else {
      single += 1;
      const first = rows[from];
      const heading =
        first !== undefined && (row.size > larger * first.size || (row.bold && !first.bold && pitch > usual));
      if (end === from || single > maxSingleRows || heading) break;
    }
    if (at > from) pitches.push(pitch);
  }
  while (end > from && goesOn(rows[end - 1], rows[end])) end += 1;
  return end;
}

/** Whether a line is the rest of a cell that is not the first of its row. */
function goesOn(row: Row | undefined, line: Row | undefined): boolean {
  const second = row?.cells[1]?.[0];
  if (row === undefined || line === undefined || second === undefined || line.cells.length > 1) return false;
  const near = line.baseline - row.baseline < maxLinePitch * line.size;
  return near && line.box[0] > second.box[0] - 2 && line.box[2] < row.box[2] + 2 * line.size;
}
