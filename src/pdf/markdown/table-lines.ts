import type { Fragment } from "./fragment.ts";
import { boxOf, type Column } from "./table-columns.ts";
import type { Row } from "./table-rows.ts";

/** Lines of one cell stand so much nearer than rows do. */
const nearer = 0.92;
/** A line that fills its column so far goes on in the next. */
const filled = 0.8;

/**
 * Puts the further lines of cells that are longer than their columns into the row that they belong to: what has text in
 * columns of the row above only and stands nearer to it than rows do, or goes on in the middle of a sentence.
 */
export function withJoinedLines(
  placed: readonly Fragment[][][],
  rows: readonly Row[],
  columns: readonly Column[],
): Fragment[][][] {
  const pitches = rows.slice(1).map((row, at) => row.baseline - (rows[at]?.baseline ?? 0));
  const usual = usualPitch(placed, pitches);
  const joined: Fragment[][][] = [];
  placed.forEach((row, at) => {
    const above = joined.at(-1);
    const near = (pitches[at - 1] ?? Infinity) < nearer * usual && !hasNumbersOfItsOwn(row, above ?? []);
    if (above === undefined || !fits(row, above) || !(near || goesOn(row, above, columns))) joined.push([...row]);
    else for (const [column, cell] of row.entries()) above[column] = [...(above[column] ?? []), ...cell];
  });
  return joined;
}

/** From one row to the next: the middle of the distances before rows that begin in the first column. */
function usualPitch(placed: readonly Fragment[][][], pitches: readonly number[]): number {
  const between = pitches.filter((_, at) => placed[at + 1]?.[0]?.length);
  return between.sort((a, b) => a - b)[Math.floor(between.length / 2)] ?? 0;
}

const number = /^[^\p{L}]*\p{Nd}[^\p{L}]*$/u;

/** A label and its number below another number, as sums stand below a table: that is no further line of its cells. */
const hasNumbersOfItsOwn = (row: readonly Fragment[][], above: readonly Fragment[][]) =>
  row.filter((cell) => cell.length > 0).length > 1 &&
  row.some((cell, column) => isNumber(cell) && isNumber(above[column] ?? []));

const isNumber = (cell: readonly Fragment[]) => cell.length > 0 && number.test(cell.map(({ text }) => text).join(" "));

const fits = (row: readonly Fragment[][], above: readonly Fragment[][]) =>
  row.every((cell, column) => cell.length === 0 || (above[column]?.length ?? 0) > 0) &&
  row.filter((cell) => cell.length > 0).length < above.length;

/** One cell of words in a column other than the first, the line above of which was full or in the middle of a sentence. */
function goesOn(row: readonly Fragment[][], above: readonly Fragment[][], columns: readonly Column[]): boolean {
  const held = row.flatMap((cell, column) => (cell.length > 0 ? [column] : []));
  const [column = 0] = held;
  const [text, before, place] = [row[column] ?? [], above[column] ?? [], columns[column]];
  if (held.length !== 1 || column === 0 || before.length === 0 || place === undefined) return false;
  if (/\p{Nd}/u.test(text[0]?.text.charAt(0) ?? "")) return false;
  const [left, , right] = boxOf(before.slice(-1));
  return /^\p{Ll}/u.test(text[0]?.text ?? "") || right - left >= filled * (place[1] - place[0]);
}
