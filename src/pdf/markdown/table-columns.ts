import { type Box, overlap, unionOf } from "./box.ts";
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
  return apart(columns, minGap * (rows[0]?.size ?? 10));
}

function edgesOf(cell: readonly Fragment[]): { x: number; step: number }[] {
  const [left, , right] = boxOf(cell);
  return [
    { x: left, step: 1 },
    { x: right, step: -1 },
  ];
}

function apart(columns: readonly Column[], gap: number): Column[] {
  const kept: Column[] = [];
  for (const [left, right] of columns) {
    const last = kept.at(-1);
    if (last !== undefined && left - last[1] < gap) last[1] = right;
    else kept.push([left, right]);
  }
  return kept;
}

export function boxOf(cell: readonly Fragment[]): Box {
  const [first] = cell;
  return cell.length === 1 && first !== undefined ? first.box : unionOf(cell.map(({ box }) => box));
}

/** Each cell in the first column of which it covers the most part, or else in the one that it covers most of. */
export function place(cells: readonly Fragment[][], columns: readonly Column[]): Fragment[][] {
  const row: Fragment[][] = columns.map(() => []);
  for (const cell of cells) row[columnOf(boxOf(cell), columns)]?.push(...cell);
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
