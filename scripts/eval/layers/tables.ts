import type { Table } from "./markdown-structure.ts";
import { sameText } from "./same-text.ts";

export interface TableScore {
  /** Cells of the expected tables that are not empty. */
  cells: number;
  /** Those found with the row and the column that they belong to. */
  placed: number;
  /** Those whose four neighbours are the expected ones. */
  neighboured: number;
  /** Rows of the expected tables with more than one cell that is not empty, and those found whole. */
  rows: number;
  wholeRows: number;
  tables: number;
  foundTables: number;
  /** Cells of found tables that stand nowhere in the expected ones. */
  invented: number;
  /** Expected cells that are not in their place, for whoever looks for the reason. */
  misplaced: string[];
}

/** Compares the tables of a document with those it should have. Each expected table is held against the found one that it shares most with. */
export function scoreTables(found: readonly Table[], expected: readonly Table[]): TableScore {
  const flat = found.map(normalised);
  const wanted = expected.map(normalised);
  const score: TableScore = {
    ...{ cells: 0, placed: 0, neighboured: 0, rows: 0, wholeRows: 0 },
    ...{ tables: expected.length, foundTables: found.length, invented: 0, misplaced: [] },
  };
  for (const [at, table] of wanted.entries()) {
    const placements = flat.map((candidate) => placeCells(table, candidate));
    const best = placements.reduce((a, b) => (b.size > a.size ? b : a), new Set<string>());
    const neighbours = new Set(flat.flatMap(neighbourhoods));
    const rows = new Set(flat.flatMap((candidate) => candidate.map(rowKey)));
    table.forEach((row, rowAt) => {
      if (row.filter((cell) => cell !== "").length > 1) {
        score.rows += 1;
        if (rows.has(rowKey(row))) score.wholeRows += 1;
      }
      row.forEach((cell, columnAt) => {
        if (cell === "") return;
        score.cells += 1;
        if (neighbours.has(neighbourhood(table, rowAt, columnAt))) score.neighboured += 1;
        if (best.has(`${rowAt} ${columnAt}`)) score.placed += 1;
        else score.misplaced.push(`row ${rowAt + 1}, column ${columnAt + 1}: ${expected[at]?.[rowAt]?.[columnAt]}`);
      });
    });
  }
  const all = new Set(wanted.flat(2));
  score.invented = flat.flat(2).filter((cell) => cell !== "" && !all.has(cell)).length;
  return score;
}

const normalised = (table: Table): string[][] => table.map((row) => row.map(sameText));

const rowKey = (row: readonly string[]) => row.filter((cell) => cell !== "").join("\n");

/**
 * The expected cells (as `row column`, from 0) that stand at the crossing of their row and their column in the found
 * table. Rows are paired first, in order, by the cells that they share; then columns by the cells that they share in
 * those rows. So a column or row too many costs nothing, and two that ran together cost what stands in them.
 */
function placeCells(expected: readonly (readonly string[])[], found: readonly (readonly string[])[]): Set<string> {
  const rowOf = pairInOrder(expected.length, found.length, (row, other) =>
    shared(expected[row] ?? [], found[other] ?? []),
  );
  const width = Math.max(0, ...expected.map((row) => row.length));
  const foundWidth = Math.max(0, ...found.map((row) => row.length));
  const pairs = [...rowOf];
  const columnOf = pairInOrder(
    width,
    foundWidth,
    (column, other) =>
      pairs.filter(([row, foundRow]) => {
        const cell = expected[row]?.[column] ?? "";
        return cell !== "" && cell === found[foundRow]?.[other];
      }).length,
  );
  const placed = new Set<string>();
  for (const [row, foundRow] of rowOf) {
    for (const [column, foundColumn] of columnOf) {
      const cell = expected[row]?.[column] ?? "";
      if (cell !== "" && cell === found[foundRow]?.[foundColumn]) placed.add(`${row} ${column}`);
    }
  }
  return placed;
}

/** Cells that are not empty and stand in both, in the same order. */
function shared(left: readonly string[], right: readonly string[]): number {
  const a = left.filter((cell) => cell !== "");
  const b = right.filter((cell) => cell !== "");
  return pairInOrder(a.length, b.length, (at, other) => (a[at] === b[other] ? 1 : 0)).size;
}

/** Pairs two sequences in order so that the sum of the weights is the largest; pairs without weight are left out. */
function pairInOrder(
  left: number,
  right: number,
  weight: (left: number, right: number) => number,
): Map<number, number> {
  const sums = Array.from({ length: left + 1 }, () => new Float64Array(right + 1));
  const weights = Array.from({ length: left }, (_, a) => Float64Array.from({ length: right }, (_, b) => weight(a, b)));
  const at = (a: number, b: number) => sums[a]?.[b] ?? 0;
  for (let a = left - 1; a >= 0; a -= 1) {
    for (let b = right - 1; b >= 0; b -= 1) {
      const row = sums[a];
      if (row) row[b] = Math.max(at(a + 1, b), at(a, b + 1), at(a + 1, b + 1) + (weights[a]?.[b] ?? 0));
    }
  }
  const pairs = new Map<number, number>();
  let [a, b] = [0, 0];
  while (a < left && b < right) {
    const own = weights[a]?.[b] ?? 0;
    if (own > 0 && at(a, b) === at(a + 1, b + 1) + own) {
      pairs.set(a, b);
      a += 1;
      b += 1;
    } else if (at(a, b) === at(a + 1, b)) a += 1;
    else b += 1;
  }
  return pairs;
}

const neighbourhoods = (table: readonly (readonly string[])[]): string[] =>
  table.flatMap((row, rowAt) => row.map((_, columnAt) => neighbourhood(table, rowAt, columnAt)));

/** A cell with what stands left, right, above and below it. */
function neighbourhood(table: readonly (readonly string[])[], row: number, column: number): string {
  const at = (rowAt: number, columnAt: number) => table[rowAt]?.[columnAt] ?? "";
  return [at(row, column), at(row, column - 1), at(row, column + 1), at(row - 1, column), at(row + 1, column)].join(
    "\n",
  );
}
