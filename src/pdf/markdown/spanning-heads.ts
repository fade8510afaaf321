import { centreX, overlap, widthOf } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import type { Rule } from "./rules.ts";
import { boxOf, type Column, place } from "./table-columns.ts";
import type { Row } from "./table-rows.ts";

/** Rows of heads over several columns that may stand above a table. */
const maxHeads = 2;
/** They stand above the next row within so many sizes. */
const headGap = 2.4;
/** Points between a head and the rule below it. */
const ruleReach = 14;

/** How many of the rows directly above `from` are heads of the columns behind the first, such as a year over its months. */
export function headsAbove(rows: readonly Row[], from: number, columns: readonly Column[]): number {
  let heads = 0;
  while (heads < maxHeads) {
    const row = rows[from - heads - 1];
    const below = rows[from - heads];
    const [second, last] = [columns[1], columns.at(-1)];
    if (row === undefined || below === undefined || second === undefined || last === undefined) break;
    const inside = row.box[0] > second[0] - 4 && row.box[2] < last[1] + 4 && columns.length > 2;
    if (!inside || row.size > 1.12 * below.size || below.baseline - row.baseline > headGap * row.size) break;
    heads += 1;
  }
  return heads;
}

/**
 * Puts each cell in its column; a head over several columns stands in the first of them, which the rule below it tells, or
 * its place in their middle.
 */
export function placeHeads({ cells, box }: Row, columns: readonly Column[], horizontal: readonly Rule[]): Fragment[][] {
  const row = place([], columns);
  for (const cell of cells) {
    const middle = centreX(boxOf(cell));
    const rule = horizontal.find(
      ({ at, from, to }) => at > box[3] - 4 && at < box[3] + ruleReach && middle > from && middle < to,
    );
    const first = rule === undefined ? -1 : columns.findIndex(([left, right]) => covers(rule, left, right));
    const alone = first < 0 && cells.length === 1 && isOverAll(cell, columns) ? 1 : first;
    if (alone >= 0) row[alone]?.push(...cell);
    else place([cell], columns).forEach((held, at) => void row[at]?.push(...held));
  }
  return row;
}

const covers = ({ from, to }: Rule, left: number, right: number) =>
  overlap(from, to, left, right) > 0.5 * (right - left);

/** Over the middle of all columns behind the first. */
function isOverAll(cell: readonly Fragment[], columns: readonly Column[]): boolean {
  const [second, last] = [columns[1], columns.at(-1)];
  if (second === undefined || last === undefined) return false;
  const width = last[1] - second[0];
  return widthOf(boxOf(cell)) < width && Math.abs(centreX(boxOf(cell)) - (second[0] + last[1]) / 2) < 0.1 * width;
}
