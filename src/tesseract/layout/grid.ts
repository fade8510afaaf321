import type { Box } from "../picture/ink.ts";
import type { Rule, Rules } from "../picture/ruling-lines.ts";
import { bottomOf, centreY, overlap, rightOf, rowsOf, unionOf } from "./boxes.ts";
import { type Cell, near, type Side, sameEdgePx } from "./cells.ts";
import { doubtfulRows } from "./doubtful-rows.ts";
import { proseOnBothSides } from "./gutter.ts";

/** Inner lines of a table are drawn along so much of it, taken together; a title block has many short ones. */
const minDrawnShare = 0.6;
/** Where so many rows have all lines between columns, and this share of all rows, the fields of the others are joined. */
const minFullRows = 3;
const minFullShare = 0.3;
/** So many lines of a cell are wrapped; more, beside as many in other cells, are rows of the table. */
const maxWrapped = 2;
/** Without lines between its rows a table has at least so many. */
const minRows = 3;
/** So many lines of prose on both sides of an upright line make columns of text. */
const minProseLines = 3;

/** Cells as rows of a table, each cell the lines that stand in it, and what of the other pieces belongs there. */
export interface Grid {
  box: Box;
  rows: Box[][][][];
  /** Rows that are a guess. */
  doubtful: number[];
  taken: Box[];
}

/**
 * A group of cells as rows of a table; undefined where it is no grid, as a title block, whose fields are of all widths.
 * Pieces that stand within it and in no cell are placed in it too: where lines are broken or cut off fields are not closed.
 */
export function gridOf(group: readonly Cell[], rules: Rules, free: readonly Box[] = []): Grid | undefined {
  const cells = closed(group);
  const columns = edges(cells.flatMap((cell) => [cell.box.left, rightOf(cell.box)]));
  const rows = edges(cells.flatMap((cell) => [cell.box.top, bottomOf(cell.box)]));
  if (columns.length < 3 || rows.length < 2) return undefined;
  const [left = 0, right = 0, top = 0, bottom = 0] = [columns[0], columns.at(-1), rows[0], rows.at(-1)];
  const fullRows = fullRowsOf(rules.vertical, columns, rows);
  const hasColumns =
    drawnShare(rules.vertical, columns, top, bottom) >= minDrawnShare ||
    (fullRows >= minFullRows && fullRows >= minFullShare * (rows.length - 1));
  if (!hasColumns || drawnShare(rules.horizontal, rows, left, right) < minDrawnShare) return undefined;
  const taken = free.filter(
    (piece) => piece.left >= left && piece.left < right && centreY(piece) >= top && centreY(piece) < bottom,
  );
  const slots = rows.slice(1).map(() => columns.slice(1).map((): Box[] => []));
  for (const cell of cells) {
    const column = nearest(columns, cell.box.left);
    for (const [row, pieces] of piecesByRow(cell, rows)) slots[row]?.[column]?.push(...pieces);
  }
  for (const piece of taken) slots[slotOf(rows, centreY(piece))]?.[slotOf(columns, piece.left)]?.push(piece);
  const filled: Box[][][][] = [];
  const doubtful: number[] = [];
  for (const row of slots) {
    const split = splitRow(row.map((cell) => rowsOf(cell)));
    if (split.length > 1) doubtful.push(...doubtfulRows(split).map((at) => filled.length + at));
    filled.push(...split);
  }
  if (rows.length === 2 && (filled.length < minRows || isProse(cells, columns))) return undefined;
  return { box: { left, top, width: right - left, height: bottom - top }, rows: filled, doubtful, taken };
}

/** An open side lies where other fields of the group end, or else where the farthest of its open fields ends. */
function closed(group: readonly Cell[]): Cell[] {
  const sideOf = ({ box }: Cell, side: Side) =>
    ({ left: box.left, right: rightOf(box), top: box.top, bottom: bottomOf(box) })[side];
  const isOpen = (cell: Cell, side: Side) => cell.open.includes(side);
  const moved = (cell: Cell, side: Side, opposite: Side): number => {
    const value = sideOf(cell, side);
    if (!isOpen(cell, side)) return value;
    const beyond = (edge: number) =>
      Math.sign(edge - sideOf(cell, opposite)) === Math.sign(value - sideOf(cell, opposite));
    const drawn = group
      .flatMap((other) => [side, opposite].flatMap((one) => (isOpen(other, one) ? [] : [sideOf(other, one)])))
      .filter((edge) => beyond(edge) && !near(edge, sideOf(cell, opposite)));
    const ends = group.filter((other) => isOpen(other, side)).map((other) => sideOf(other, side));
    const outer = side === "left" || side === "top" ? Math.min(...ends) : Math.max(...ends);
    return drawn.reduce(
      (best, edge) => (Math.abs(edge - value) < Math.abs(best - value) ? edge : best),
      drawn[0] ?? outer,
    );
  };
  return group.map((cell) => {
    if (cell.open.length === 0) return cell;
    const [left, right] = [moved(cell, "left", "right"), moved(cell, "right", "left")];
    const [top, bottom] = [moved(cell, "top", "bottom"), moved(cell, "bottom", "top")];
    return { ...cell, box: { left, top, width: right - left, height: bottom - top } };
  });
}

/** How much of the inner edges is drawn; those around the table need not be. */
function drawnShare(along: readonly Rule[], edges: readonly number[], from: number, to: number): number {
  const inner = edges.slice(1, -1);
  if (inner.length === 0) return 1;
  const drawn = along
    .filter((rule) => inner.some((at) => near(rule.at, at)))
    .reduce((sum, rule) => sum + Math.max(0, overlap(rule.from, rule.to, from, to)), 0);
  return drawn / (inner.length * (to - from));
}

/** Rows in which every inner edge of the columns is drawn. */
function fullRowsOf(vertical: readonly Rule[], columns: readonly number[], rows: readonly number[]): number {
  const inner = columns.slice(1, -1);
  return rows.slice(1).filter((bottom, at) => {
    const middle = ((rows[at] ?? 0) + bottom) / 2;
    return inner.every((edge) =>
      vertical.some((rule) => near(rule.at, edge) && rule.from < middle && rule.to > middle),
    );
  }).length;
}

const isProse = (cells: readonly Cell[], columns: readonly number[]) => {
  const pieces = cells.flatMap((cell) => cell.pieces);
  return columns.slice(1, -1).some((x) => proseOnBothSides(pieces, x) >= minProseLines);
};

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

/** In the row in which the cell begins; where the scan has lost the line between rows, in each of them the one line that stands there. */
function piecesByRow({ box, pieces }: Cell, rows: readonly number[]): [row: number, pieces: Box[]][] {
  const [first, behind] = [nearest(rows, box.top), edgeAt(rows, bottomOf(box))];
  const lines = rowsOf(pieces).map((line): [number, Box[]] => [slotOf(rows, centreY(unionOf(line))), line]);
  const isOneInEach = lines.length === behind - first && lines.every(([row], at) => row === first + at);
  return isOneInEach ? lines : [[first, pieces]];
}

const edgeAt = (edges: readonly number[], value: number) =>
  edges.reduce((best, edge, at) => (Math.abs(edge - value) < Math.abs((edges[best] ?? 0) - value) ? at : best), 0);

/** Of the edges but for the last, where nothing begins. */
const nearest = (edges: readonly number[], value: number) => edgeAt(edges.slice(0, -1), value);

const slotOf = (edges: readonly number[], value: number) => edges.slice(1, -1).filter((edge) => edge <= value).length;

function edges(values: readonly number[]): number[] {
  const found: number[] = [];
  for (const value of values.toSorted((a, b) => a - b)) {
    const before = found.at(-1);
    if (before === undefined || value - before > sameEdgePx) found.push(value);
  }
  return found;
}
