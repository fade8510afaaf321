import { type Box, overlap, unionOf } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import { rowsOf } from "./rows.ts";
import type { FoundTables } from "./ruled-tables.ts";
import type { Rule } from "./rules.ts";
import type { Table } from "./table.ts";

/** Columns stand apart by so much, in sizes. */
const minGap = 0.45;
/** Rows follow each other within so many sizes. */
const maxRowGap = 3.2;
/** Lines with a single cell, as headings within a table and long cells have them, that may follow each other. */
const maxSingleRows = 2;
/** A cell with more letters is a line of prose. */
const maxCellLetters = 60;
const minRows = 3;
const minRowsBetweenRules = 2;

interface Row {
  cells: Fragment[][];
  box: Box;
  baseline: number;
  size: number;
}

/** Tables without rules between their columns: lines whose pieces stand in the same columns. */
export function findAlignedTables(fragments: readonly Fragment[], horizontal: readonly Rule[]): FoundTables {
  const rows = rowsOf(fragments).map(rowOf);
  const tables: Table[] = [];
  const taken = new Set<Fragment>();
  for (let from = 0; from < rows.length; ) {
    const to = runEnd(rows, from);
    const table = to - from >= minRowsBetweenRules ? tableOf(rows.slice(from, to), horizontal) : undefined;
    if (table !== undefined) {
      tables.push(table);
      for (const fragment of table.rows.flat(2)) taken.add(fragment);
    }
    from = Math.max(from + 1, to);
  }
  return { tables, rest: fragments.filter((fragment) => !taken.has(fragment)) };
}

function rowOf(row: readonly Fragment[]): Row {
  const cells: Fragment[][] = [];
  for (const fragment of row) {
    const last = cells.at(-1)?.at(-1);
    if (last !== undefined && (fragment.box[0] - last.box[2] < minGap * fragment.size || isSign(last))) {
      cells.at(-1)?.push(fragment);
    } else cells.push([fragment]);
  }
  const size = Math.max(...row.map((fragment) => fragment.size));
  return { cells, box: unionOf(row.map(({ box }) => box)), baseline: row[0]?.baseline ?? 0, size };
}

/** A currency sign at the edge of its column belongs to the number behind it. */
const isSign = ({ text }: Fragment) => /^\p{Sc}$/u.test(text);

/** Behind the last row of a run of rows with several cells that begins here; `from` where none does. */
function runEnd(rows: readonly Row[], from: number): number {
  let end = from;
  let single = 0;
  for (let at = from; at < rows.length; at += 1) {
    const row = rows[at];
    const before = rows[at - 1];
    if (row === undefined) break;
    if (at > from && before !== undefined && row.baseline - before.baseline > maxRowGap * row.size) break;
    if (row.cells.some((cell) => lettersOf(cell) > maxCellLetters && row.cells.length < 3)) break;
    if (row.cells.length > 1) {
      end = at + 1;
      single = 0;
    } else {
      single += 1;
      if (end === from || single > maxSingleRows) break;
    }
  }
  return end;
}

const lettersOf = (cell: readonly Fragment[]) => cell.reduce((sum, { text }) => sum + text.length, 0);

function tableOf(rows: readonly Row[], horizontal: readonly Rule[]): Table | undefined {
  const columns = columnsOf(rows);
  if (columns.length < 2) return undefined;
  const box = unionOf(rows.map((row) => row.box));
  const placed = rows.map(({ cells }) => place(cells, columns));
  const full = placed.filter((row) => row.filter((cell) => cell.length > 0).length >= Math.min(3, columns.length));
  const ruled = rulesAcross(horizontal, box) >= 2;
  if (full.length < (ruled ? minRowsBetweenRules : minRows) || full.length < 0.4 * rows.length) return undefined;
  if (isList(placed) || hasLeaders(rows)) return undefined;
  if (columns.length === 2 && !ruled && !hasNumbers(full)) return undefined;
  return { box, rows: placed };
}

/** The intervals in which cells stand; a cell that reaches over several does not make them one, while it is rare. */
function columnsOf(rows: readonly Row[]): [number, number][] {
  const several = rows.filter(({ cells }) => cells.length > 1);
  const edges: [number, number][] = several.flatMap(({ cells }) =>
    cells.flatMap((cell): [number, number][] => {
      const box = unionOf(cell.map((fragment) => fragment.box));
      return [
        [box[0], 1],
        [box[2], -1],
      ];
    }),
  );
  edges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const allowed = Math.floor(several.length * 0.12);
  const columns: [number, number][] = [];
  let depth = 0;
  let start: number | undefined;
  for (const [x, step] of edges) {
    depth += step;
    if (depth > allowed && start === undefined) start = x;
    else if (depth <= allowed && start !== undefined) {
      columns.push([start, x]);
      start = undefined;
    }
  }
  const gap = minGap * (rows[0]?.size ?? 10);
  return columns.reduce<[number, number][]>((kept, column) => {
    const last = kept.at(-1);
    if (last !== undefined && column[0] - last[1] < gap) last[1] = column[1];
    else kept.push(column);
    return kept;
  }, []);
}

/** Each cell in the column that it covers most; one over several columns in the first of them. */
function place(cells: readonly Fragment[][], columns: readonly [number, number][]): Fragment[][] {
  const row: Fragment[][] = columns.map(() => []);
  for (const cell of cells) {
    const box = unionOf(cell.map((fragment) => fragment.box));
    const shares = columns.map(([from, to]) => overlap(box[0], box[2], from, to));
    const covered = shares.findIndex((share, at) => share > 0.5 * ((columns[at]?.[1] ?? 0) - (columns[at]?.[0] ?? 0)));
    const at = covered >= 0 ? covered : shares.indexOf(Math.max(...shares));
    row[at]?.push(...cell);
  }
  return row;
}

/** Rules that reach over most of the width at its top, at its bottom or between. */
const rulesAcross = (horizontal: readonly Rule[], [left, top, right, bottom]: Box) =>
  horizontal.filter(
    ({ at, from, to }) => at > top - 12 && at < bottom + 12 && overlap(from, to, left, right) > 0.7 * (right - left),
  ).length;

const marker = /^(?:[•▪‣◦●○■□➢➤✓–—\-*·]|\(?[\p{Nd}\p{L}]{1,3}[.)]|[\p{Nd}.]{2,}|\[\d+\])$/u;

/** Markers with their texts are a list, however they are aligned. */
const isList = (rows: readonly Fragment[][][]) =>
  rows[0]?.length === 2 &&
  rows.filter(([first]) => first?.[0] && marker.test(first[0].text)).length > 0.5 * rows.length;

/** Rows of dots lead to the page numbers of a table of contents. */
const hasLeaders = (rows: readonly Row[]) =>
  rows.filter(({ cells }) => cells.flat().some(({ text }) => /\.{4}|(?:\. ){4}|…{2}/.test(text))).length >
  0.4 * rows.length;

const hasNumbers = (rows: readonly Fragment[][][]) =>
  rows.filter((row) => row.at(-1)?.some(({ text }) => /^[^\p{L}]*\p{Nd}/u.test(text))).length >= 0.6 * rows.length;
