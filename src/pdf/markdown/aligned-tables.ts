import { type Box, centreX, centreY, overlap, unionOf } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import { leader } from "./leader.ts";
import type { FoundTables } from "./ruled-tables.ts";
import type { Rule } from "./rules.ts";
import { headsAbove, placeHeads } from "./spanning-heads.ts";
import type { Table } from "./table.ts";
import { boxOf, columnsOf, place } from "./table-columns.ts";
import { withJoinedLines } from "./table-lines.ts";
import { type Row, runEnd, tableRows } from "./table-rows.ts";
import { zonesOf } from "./table-zones.ts";

/** Full rows of a table, and of one with rules above, below or between. */
const minRows = 3;
const minRuledRows = 2;
/** Share of the rows that must be full. */
const fullShare = 0.4;

/** Tables without rules between their columns: lines whose pieces stand in the same columns. */
export function findAlignedTables(fragments: readonly Fragment[], horizontal: readonly Rule[]): FoundTables {
  const rows = tableRows(fragments);
  const tables: Table[] = [];
  const taken = new Set<Fragment>();
  for (let from = 0; from < rows.length; ) {
    const to = runEnd(rows, from);
    const table = to - from >= minRuledRows ? tableOf(rows, from, to, horizontal) : undefined;
    if (table !== undefined) {
      tables.push(table);
      for (const fragment of table.rows.flat(2)) taken.add(fragment);
    }
    from = Math.max(from + 1, to);
  }
  return { tables, rest: fragments.filter((fragment) => !taken.has(fragment)) };
}

/** The tables that rules of one width bound, whatever stands beside them on the page. */
export function findZonedTables(fragments: readonly Fragment[], horizontal: readonly Rule[]): FoundTables {
  const tables: Table[] = [];
  let rest = [...fragments];
  for (const zone of zonesOf(horizontal)) {
    const inside = rest.filter(({ box }) => holds(zone, box));
    const rows = tableRows(inside);
    if (rows.length < minRuledRows || runEnd(rows, 0) < rows.length) continue;
    const table = tableOf(rows, 0, rows.length, horizontal);
    if (table === undefined) continue;
    tables.push(table);
    const taken = new Set(inside);
    rest = rest.filter((fragment) => !taken.has(fragment));
  }
  return { tables, rest };
}

const holds = ([left, top, right, bottom]: Box, box: Box) =>
  box[0] > left - 4 && box[2] < right + 4 && centreY(box) > top && centreY(box) < bottom;

function tableOf(all: readonly Row[], from: number, to: number, horizontal: readonly Rule[]): Table | undefined {
  const run = all.slice(from, to);
  const columns = columnsOf(run);
  if (columns.length < 2) return undefined;
  const placed = run.map(({ cells }) => place(cells, columns));
  const full = placed.filter((row) => row.filter((cell) => cell.length > 0).length >= Math.min(3, columns.length));
  const ruled = rulesAcross(horizontal, unionOf(run.map((row) => row.box))) >= 2;
  if (full.length < (ruled ? minRuledRows : minRows) || full.length < fullShare * run.length) return undefined;
  if (isList(placed) || hasLeaders(run)) return undefined;
  const numbers = columns.map((_, column) => isNumeric(full, column));
  if (!ruled && columns.length === 2 && numbers[1] !== true) return undefined;
  const headed = run[0]?.bold === true && run[1]?.bold === false;
  if (!ruled && !headed && !numbers.includes(true) && isForm(full)) return undefined;
  const first = from - headsAbove(all, from, columns);
  const rows = all.slice(first, to);
  const heads = from - first;
  const cells = rows.map((row, at) =>
    row.cells.length < columns.length - 1 && at < heads + 2
      ? placeHeads(row, columns, horizontal)
      : (placed[at - heads] ?? place(row.cells, columns)),
  );
  return { box: unionOf(rows.map((row) => row.box)), rows: withJoinedLines(cells, rows, columns) };
}

/** Rules that reach over most of the width at its top, at its bottom or between. */
const rulesAcross = (horizontal: readonly Rule[], [left, top, right, bottom]: Box) =>
  horizontal.filter(
    ({ at, from, to }) => at > top - 12 && at < bottom + 12 && overlap(from, to, left, right) > 0.7 * (right - left),
  ).length;

const marker = /^(?:[•▪‣◦●○■□➢➤✓–—\-*·]|\(?[\p{Nd}\p{L}]{1,3}[.)]|[\p{Nd}.]{2,}|\[\d+\])$/u;

const textOf = (cell: readonly Fragment[] | undefined) => cell?.map(({ text }) => text).join(" ") ?? "";

/** Markers with their texts are a list, however they are aligned. */
const isList = (rows: readonly Fragment[][][]) =>
  rows[0]?.length === 2 && rows.filter(([first]) => marker.test(textOf(first))).length > 0.5 * rows.length;

/** Rows of dots lead to the page numbers of a table of contents. */
const hasLeaders = (rows: readonly Row[]) =>
  rows.filter(({ cells }) => cells.flat().some(({ text }) => leader.test(text))).length > 0.4 * rows.length;

const number = /^[^\p{L}]*\p{Nd}[^\p{L}]*(?:\p{L}{1,3}[^\p{L}]*)?$|^[-–—]$/u;

const middleOf = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** A column of numbers that end at one place, as those that are to be added do; or have one middle. */
function isNumeric(rows: readonly Fragment[][][], column: number): boolean {
  const cells = rows.flatMap((row) => (number.test(textOf(row[column])) ? [boxOf(row[column] ?? [])] : []));
  if (cells.length < 0.6 * rows.length) return false;
  const sharing = (place: (box: Box) => number) => {
    const middle = middleOf(cells.map(place));
    return cells.filter((box) => Math.abs(place(box) - middle) < 2).length / cells.length;
  };
  // Values that begin at one place and happen to be equally long are no column of figures.
  return (
    Math.max(
      sharing((box) => box[2]),
      sharing(centreX),
    ) > (sharing((box) => box[0]) > 0.8 ? 0.9 : 0.6)
  );
}

/** Labels beside their values, one or two pairs to a line, have nothing in common from row to row. */
const isForm = (rows: readonly Fragment[][][]) => (rows[0]?.length ?? 0) % 2 === 0;
