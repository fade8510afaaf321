import type { Box } from "../picture/ink.ts";
import type { Rule, Rules } from "../picture/ruling-lines.ts";
import { bottomOf, centreX, centreY, overlap, rightOf, rowsOf, unionOf } from "./boxes.ts";

/** A field between four ruling lines, and the pieces of lines that stand in it. */
export interface Cell {
  box: Box;
  pieces: Box[];
}

/** Ruling lines end a little before they meet the next. */
const reachPx = 6;
/** A frame around most of the page is no cell. */
const maxWidthShare = 0.6;
const maxHeightShare = 0.3;
/** Edges of cells that are so near are the same. */
const sameEdgePx = 8;

/** The cells that hold something, in groups that touch each other; and the pieces that stand in no cell. */
export function cellGroups(
  pieces: readonly Box[],
  rules: Rules,
  page: { width: number; height: number },
): { groups: Cell[][]; free: Box[] } {
  const cells: Cell[] = [];
  const free: Box[] = [];
  for (const piece of pieces) {
    const box = fieldAround(piece, rules);
    if (box === undefined || (box.width > maxWidthShare * page.width && box.height > maxHeightShare * page.height)) {
      free.push(piece);
      continue;
    }
    const same = cells.find((cell) => sameBox(cell.box, box));
    if (same === undefined) cells.push({ box, pieces: [piece] });
    else same.pieces.push(piece);
  }
  return { groups: touching(cells), free };
}

function fieldAround(piece: Box, { horizontal, vertical }: Rules): Box | undefined {
  const [x, y] = [centreX(piece), centreY(piece)];
  const beside = vertical.filter(({ from, to }) => from - reachPx <= y && to + reachPx >= y);
  const across = horizontal.filter(({ from, to }) => from - reachPx <= x && to + reachPx >= x);
  const left = last(beside.filter(({ at }) => at < x));
  const right = first(beside.filter(({ at }) => at >= x));
  const top = last(across.filter(({ at }) => at < y));
  const bottom = first(across.filter(({ at }) => at >= y));
  if (left === undefined || right === undefined || top === undefined || bottom === undefined) return undefined;
  return { left, top, width: right - left, height: bottom - top };
}

const last = (rules: readonly Rule[]) => (rules.length === 0 ? undefined : Math.max(...rules.map(({ at }) => at)));
const first = (rules: readonly Rule[]) => (rules.length === 0 ? undefined : Math.min(...rules.map(({ at }) => at)));

const near = (one: number, other: number) => Math.abs(one - other) <= sameEdgePx;
const sameBox = (one: Box, other: Box) =>
  near(one.left, other.left) &&
  near(one.top, other.top) &&
  near(rightOf(one), rightOf(other)) &&
  near(bottomOf(one), bottomOf(other));

/** An empty cell between them does not part cells of one table. */
function touching(cells: readonly Cell[]): Cell[][] {
  const groups: Cell[][] = [];
  for (const cell of cells) {
    const met = groups.filter((group) => group.some((other) => meet(cell.box, other.box)));
    for (const group of met) groups.splice(groups.indexOf(group), 1);
    groups.push([...met.flat(), cell]);
  }
  return groups;
}

function meet(one: Box, other: Box): boolean {
  const beside = near(rightOf(one), other.left) || near(rightOf(other), one.left);
  const stacked = near(bottomOf(one), other.top) || near(bottomOf(other), one.top);
  const level = overlap(one.top, bottomOf(one), other.top, bottomOf(other)) > sameEdgePx;
  const above = overlap(one.left, rightOf(one), other.left, rightOf(other)) > sameEdgePx;
  const sameRow = near(one.top, other.top) && near(bottomOf(one), bottomOf(other));
  return (beside && level) || (stacked && above) || sameRow;
}

/** Inner lines of a table are drawn along so much of it; a title block has many short ones. */
const minDrawnShare = 0.6;

/**
 * A group of cells as rows of a table, each cell the lines that stand in it; undefined where it is no grid, as a title
 * block, whose fields are of all widths.
 */
export function gridOf(cells: readonly Cell[], rules: Rules): Box[][][][] | undefined {
  const box = unionOf(cells.map((cell) => cell.box));
  const columns = edges(cells.flatMap((cell) => [cell.box.left, rightOf(cell.box)]));
  const rows = edges(cells.flatMap((cell) => [cell.box.top, bottomOf(cell.box)]));
  if (columns.length < 3 || rows.length < 3) return undefined;
  const drawn = (along: readonly Rule[], at: number, from: number, to: number) =>
    along
      .filter((rule) => near(rule.at, at))
      .reduce((sum, rule) => sum + Math.max(0, overlap(rule.from, rule.to, from, to)), 0) /
    (to - from);
  const isGrid =
    columns.every((at) => drawn(rules.vertical, at, box.top, bottomOf(box)) >= minDrawnShare) &&
    rows.every((at) => drawn(rules.horizontal, at, box.left, rightOf(box)) >= minDrawnShare);
  if (!isGrid) return undefined;
  const slots = rows.slice(1).map(() => columns.slice(1).map((): Box[] => []));
  for (const cell of cells) slots[nearest(rows, cell.box.top)]?.[nearest(columns, cell.box.left)]?.push(...cell.pieces);
  return slots.flatMap((row) => splitRow(row.map((cell) => rowsOf(cell))));
}

/** So many lines of a cell are wrapped; more, beside as many in other cells, are rows of the table. */
const maxWrapped = 2;

/** Rows of a table need not be parted by lines: where the pieces of its cells stand beside each other, they are rows. */
function splitRow(cells: Box[][][]): Box[][][][] {
  const rows = rowsOf(cells.flat(2));
  const filled = cells.filter((cell) => cell.length > 0);
  const long = filled.filter((cell) => cell.length >= 0.6 * rows.length);
  if (rows.length <= maxWrapped || long.length < Math.max(2, 0.5 * filled.length)) return [cells];
  return rows.map((row) =>
    cells.map((cell) => {
      const here = cell.flat().filter((piece) => row.includes(piece));
      return here.length === 0 ? [] : [here];
    }),
  );
}

/** Of the edges but for the last, where nothing begins. */
const nearest = (edges: readonly number[], value: number) =>
  edges
    .slice(0, -1)
    .reduce((best, edge, at) => (Math.abs(edge - value) < Math.abs((edges[best] ?? 0) - value) ? at : best), 0);

function edges(values: readonly number[]): number[] {
  const found: number[] = [];
  for (const value of values.toSorted((a, b) => a - b)) {
    const before = found.at(-1);
    if (before === undefined || !near(before, value)) found.push(value);
  }
  return found;
}
