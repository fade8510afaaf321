import { type Box, centreX, overlap, unionOf } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import { minGap, type Row } from "./table-rows.ts";

/** Left and right edge. */
export type Column = [left: number, right: number];

/** Share of the rows that may have a cell across two columns. */
const acrossShare = 0.12;

/** The intervals in which cells stand; a cell that reaches over several does not make them one, while it is rare. */
export function columnsOf(rows: readonly Row[]): Column[] {
  const several = rows.filter(({ cells }) => cells.length > 1);
  const edges = several.flatMap(({ cells }) => cells.flatMap(edgesOf)).sort((a, b) => a.x - b.x || a.step - b.step);
  const allowed = Math.floor(several.length * acrossShare);
  const columns: Column[] = [];
  let depth = 0;
  let start: number | undefined;
  for (const { x, step } of edges) {
    depth += step;
    if (depth > allowed && start === undefined) start = x;
    else if (depth <= allowed && start !== undefined) {
      columns.push([start, x]);
      start = undefined;
    }
  }
  return apart(columns, several, minGap * (rows[0]?.size ?? 10));
}

function edgesOf(cell: readonly Fragment[]): { x: number; step: number }[] {
  const [left, , right] = boxOf(cell);
  return [
    { x: left, step: 1 },
    { x: right, step: -1 },
  ];
}

/** Columns a gap apart; nearer ones are two where rows have a cell in each, as under heads that begin where others end. */
function apart(columns: readonly Column[], rows: readonly Row[], gap: number): Column[] {
  const kept: Column[] = [];
  for (const column of columns) {
    const last = kept.at(-1);
    if (last !== undefined && column[0] - last[1] < gap && !areBeside(last, column, rows)) last[1] = column[1];
    else kept.push([...column]);
  }
  return kept;
}

/** Whether most rows that have a cell in one of two columns have another one in the other. */
function areBeside(one: Column, other: Column, rows: readonly Row[]): boolean {
  let both = 0;
  let either = 0;
  for (const { cells } of rows) {
    const holds = ([left, right]: Column) => cells.some((cell) => isWithin(boxOf(cell), left, right));
    const held = [one, other].filter(holds).length;
    if (held > 0) either += 1;
    if (held === 2) both += 1;
  }
  return both >= 2 && both * 2 > either;
}

const isWithin = (box: Box, left: number, right: number) => centreX(box) >= left && centreX(box) <= right;

export function boxOf(cell: readonly Fragment[]): Box {
  const [first] = cell;
  return cell.length === 1 && first !== undefined ? first.box : unionOf(cell.map(({ box }) => box));
}

/**
 * Each cell in the first column of which it covers the most part, or else in the one that it covers most of; as many cells
 * as there are columns one after the other where that would put two of them together, such as heads beside their numbers.
 */
export function place(cells: readonly Fragment[][], columns: readonly Column[]): Fragment[][] {
  const places = cells.map((cell) => columnOf(boxOf(cell), columns));
  const inOrder = cells.length === columns.length && new Set(places).size < places.length;
  const row: Fragment[][] = columns.map(() => []);
  for (const [at, cell] of cells.entries()) row[inOrder ? at : (places[at] ?? 0)]?.push(...cell);
  return row;
}

function columnOf([left, , right]: Box, columns: readonly Column[]): number {
  let nearest = 0;
  let most = -Infinity;
  for (const [at, [from, to]] of columns.entries()) {
    const shared = overlap(left, right, from, to);
    if (shared > 0.5 * Math.max(1, to - from)) return at;
    if (shared > most) [nearest, most] = [at, shared];
  }
  return nearest;
}
