import { boxOfRules, coverage, meet, type Rule, type Rules, sameRule } from "./rules.ts";

/** The cells that rules draw: places of the lines between columns and rows, and for each place the cell it belongs to. */
export interface Grid {
  xs: number[];
  ys: number[];
  /** By row and column: number of the cell, the same number where no rule parts two places. */
  cells: number[][];
}

/** A rule parts two cells when it covers so much of their common side. */
const partingShare = 0.5;
/** A page holds no more rules in tables; beyond, the groups would take too long to find. */
const maxRules = 2000;

/** Rules that touch each other, group by group. */
export function connectedRules({ horizontal, vertical }: Rules): Rules[] {
  if (horizontal.length + vertical.length > maxRules) return [];
  const groups: Rules[] = [];
  const left = { horizontal: new Set(horizontal), vertical: new Set(vertical) };
  for (const start of vertical) {
    if (!left.vertical.delete(start)) continue;
    const group: Rules = { horizontal: [], vertical: [start] };
    for (let h = 0, v = 0; h < group.horizontal.length || v < group.vertical.length; ) {
      const upright = group.vertical[v];
      if (upright !== undefined) {
        v += 1;
        for (const rule of left.horizontal) if (meet(rule, upright)) take(rule, left.horizontal, group.horizontal);
        continue;
      }
      const level = group.horizontal[h];
      h += 1;
      if (level === undefined) continue;
      for (const rule of left.vertical) if (meet(level, rule)) take(rule, left.vertical, group.vertical);
    }
    groups.push(group);
  }
  return groups;
}

function take<Item>(item: Item, from: Set<Item>, to: Item[]): void {
  from.delete(item);
  to.push(item);
}

/**
 * The grid of connected rules; open sides, as tables without outer rules have them, are closed. Undefined where it would
 * have fewer than two columns, or more places than `maxPlaces`.
 */
export function gridOf(rules: Rules, maxPlaces: number): Grid | undefined {
  const [left, top, right, bottom] = boxOfRules(rules);
  const xs = distinct([left, ...rules.vertical.map(({ at }) => at), right]);
  const ys = distinct([top, ...rules.horizontal.map(({ at }) => at), bottom]);
  const [columns, rows] = [xs.length - 1, ys.length - 1];
  if (columns < 2 || rows < 1 || columns * rows > maxPlaces) return undefined;
  return { xs, ys, cells: cellsOf(rules, xs, ys) };
}

function distinct(values: readonly number[]): number[] {
  const result: number[] = [];
  for (const value of [...values].sort((a, b) => a - b)) {
    if (value - (result.at(-1) ?? -Infinity) > sameRule) result.push(value);
  }
  return result;
}

function cellsOf({ horizontal, vertical }: Rules, xs: readonly number[], ys: readonly number[]): number[][] {
  const columns = xs.length - 1;
  const [levels, uprights] = [rulesAt(horizontal, ys), rulesAt(vertical, xs)];
  const cells: number[][] = [];
  for (let row = 0; row < ys.length - 1; row += 1) {
    const [top = 0, bottom = 0] = [ys[row], ys[row + 1]];
    const line: number[] = [];
    for (let column = 0; column < columns; column += 1) {
      const [from = 0, to = 0] = [xs[column], xs[column + 1]];
      const above = cells[row - 1]?.[column];
      const before = line[column - 1];
      if (before !== undefined && coverage(uprights[column] ?? [], top, bottom) < partingShare) line.push(before);
      else if (above !== undefined && coverage(levels[row] ?? [], from, to) < partingShare) line.push(above);
      else line.push(row * columns + column);
    }
    cells.push(line);
  }
  return cells;
}

/** The rules at each of the places. */
const rulesAt = (rules: readonly Rule[], places: readonly number[]): Rule[][] =>
  places.map((place) => rules.filter(({ at }) => Math.abs(at - place) <= sameRule));
