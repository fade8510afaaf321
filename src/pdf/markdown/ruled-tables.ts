import { type Box, centreX, centreY, overlap, widthOf } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import { connectedRules, type Grid, gridOf } from "./grid.ts";
import { rowsOf } from "./rows.ts";
import { boxOfRules, type Rules } from "./rules.ts";
import { type Table, trimmed } from "./table.ts";

export interface FoundTables {
  tables: Table[];
  /** What stands in none of them. */
  rest: Fragment[];
}

/** Share of the cells that must hold something: the axes of a chart are a grid as well. */
const minFilled = 0.25;
/** Places of a grid for each text in it: the paper of a drawing has thousands, and a form some dozens. */
const maxPlacesForOne = 40;
/** Lines of a ruled row that are rows of their own, where no rules part them, are at least so many. */
const minUnruledRows = 3;

/** The tables whose cells are parted by rules. */
export function findRuledTables(fragments: readonly Fragment[], rules: Rules): FoundTables {
  const tables: Table[] = [];
  let rest = [...fragments];
  for (const group of connectedRules(rules)) {
    const box = boxOfRules(group);
    const inside: Fragment[] = [];
    const outside: Fragment[] = [];
    for (const fragment of rest) (isInside(fragment.box, box) ? inside : outside).push(fragment);
    const grid = gridOf(group, inside.length * maxPlacesForOne);
    const table = grid && tableOf(grid, inside);
    if (table === undefined) continue;
    tables.push(table);
    rest = outside;
  }
  return { tables, rest };
}

const boxOf = ({ xs, ys }: Grid): Box => [xs[0] ?? 0, ys[0] ?? 0, xs.at(-1) ?? 0, ys.at(-1) ?? 0];

function isInside(box: Box, [left, top, right, bottom]: Box): boolean {
  const middle = centreY(box);
  return middle > top && middle < bottom && overlap(box[0], box[2], left, right) >= 0.5 * widthOf(box);
}

function tableOf(grid: Grid, fragments: readonly Fragment[]): Table | undefined {
  const byCell = new Map<number, Fragment[]>();
  for (const fragment of fragments) {
    const cell = cellAt(grid, fragment.box);
    const held = byCell.get(cell);
    if (held === undefined) byCell.set(cell, [fragment]);
    else held.push(fragment);
  }
  const drawn = new Set(grid.cells.flat()).size;
  if (byCell.size < 3 || byCell.size < minFilled * drawn) return undefined;
  const placed = new Set<number>();
  const rows = grid.cells.flatMap((line) => {
    const row = line.map((cell) => {
      // Of a merged cell the first place holds the text.
      if (placed.has(cell)) return [];
      placed.add(cell);
      return byCell.get(cell) ?? [];
    });
    return unruledRows(row);
  });
  return trimmed({ box: boxOf(grid), rows });
}

function cellAt({ xs, ys, cells }: Grid, box: Box): number {
  const row = placeAt(ys, centreY(box));
  return cells[row]?.[placeAt(xs, centreX(box))] ?? 0;
}

/** Between which two of the ascending values it lies, from 0. */
function placeAt(values: readonly number[], value: number): number {
  let place = 0;
  while (place < values.length - 2 && value >= (values[place + 1] ?? Infinity)) place += 1;
  return place;
}

/** Rows of a table that has rules between its columns only: lines that stand side by side in most of its cells. */
function unruledRows(row: Fragment[][]): Fragment[][][] {
  const lines = row.map((cell) => rowsOf(cell));
  const several = lines.filter((cell) => cell.length >= minUnruledRows);
  if (several.length < 2) return [row];
  const heights = rowsOf(row.flat()).map((pieces) => pieces[0]?.baseline ?? 0);
  const longest = Math.max(...several.map((cell) => cell.length));
  // A long text beside a list of others has lines that stand between theirs.
  if (heights.length > longest * 1.2) return [row];
  const aligned = lines.filter((cell) => cell.length * 2 >= longest).length;
  if (aligned * 2 < lines.filter((cell) => cell.length > 0).length) return [row];
  return rowsOf(row.flat()).map((pieces) => row.map((cell) => cell.filter((fragment) => pieces.includes(fragment))));
}
