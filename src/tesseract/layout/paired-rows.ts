import type { Box } from "../picture/ink.ts";
import { areLevel, centreY, median, rightOf, rowsOf, unionOf } from "./boxes.ts";
import { candidates, proseLines } from "./gutter.ts";

/** Lines of one paragraph follow each other evenly; where the next is so many times as far something new begins. */
const newStartShare = 1.5;
/** Lines so many heights apart are no prose: each of them is something new. */
const loneLineShare = 1.6;
/** Rows that make a table, and the share of the beginnings of one side that stand beside one of the other. */
const minRows = 3;
const minPairedShare = 0.8;

/**
 * Where the rows of a table of two columns begin whose cells are long and could be taken for prose: what begins on one
 * side begins beside it on the other. The tops of its rows in pixels; undefined where the sides are columns.
 */
export function pairedRows(left: readonly Box[], right: readonly Box[]): number[] | undefined {
  const [leftStarts, rightStarts] = [startsOf(left), startsOf(right)];
  const tops = leftStarts.flatMap((start) => {
    const other = rightStarts.find((one) => areLevel(start, one));
    return other === undefined ? [] : [Math.min(start.top, other.top)];
  });
  const most = Math.max(leftStarts.length, rightStarts.length);
  return tops.length >= minRows && tops.length >= minPairedShare * most ? tops : undefined;
}

/** Text in rows of two cells, and what stands above and below them. */
export interface PairedTable {
  above: Box[];
  rows: Box[][][][];
  below: Box[];
}

/** Lines of a paragraph stand nearer to each other than paragraphs do, by so much at least. */
const minStartShare = 1.15;

/**
 * Paragraphs that each have a few words beside their first line, as minutes have the person who is responsible: read line
 * by line the words would stand in the middle of a paragraph. Undefined where there are none.
 */
export function findPairedTable(pieces: readonly Box[]): PairedTable | undefined {
  for (const x of candidates(pieces)) {
    const right = rowsOf(pieces.filter(({ left }) => left >= x));
    const left = rowsOf(pieces.filter((piece) => piece.left < x));
    const table = pairedWith(left, right, x);
    if (table === undefined) continue;
    const [top = 0] = table.map((row) => Math.min(...row.flat(2).map((piece) => piece.top)));
    const placed = new Set(table.flat(3));
    const rest = pieces.filter((piece) => !placed.has(piece));
    return {
      above: rest.filter((piece) => centreY(piece) < top),
      rows: table,
      below: rest.filter((piece) => centreY(piece) >= top),
    };
  }
  return undefined;
}

/** The rows of the table: a paragraph on the left, and the words beside its first line. */
function pairedWith(left: readonly Box[][], right: readonly Box[][], x: number): Box[][][][] | undefined {
  const starts = right.map((row) => left.findIndex((line) => areLevel(unionOf(line), unionOf(row))));
  const [first = -1] = starts;
  if (right.length < minRows || starts.includes(-1)) return undefined;
  const pitchTo = (line: number) => {
    const [upper, lower] = [left[line - 1], left[line]];
    return upper === undefined || lower === undefined ? 0 : centreY(unionOf(lower)) - centreY(unionOf(upper));
  };
  const newStart = Math.min(...starts.slice(1).map(pitchTo)) / minStartShare;
  const past = left.findIndex((_, line) => line > (starts.at(-1) ?? 0) && pitchTo(line) > newStart);
  const end = past === -1 ? left.length : past;
  const lines = left.slice(first, end);
  const isApart = lines.flat().every((piece) => rightOf(piece) <= x);
  const goOn = lines.flatMap((_, at) => (starts.includes(first + at) ? [] : [pitchTo(first + at)]));
  if (!isApart || goOn.length === 0 || Math.max(...goOn) > newStart || proseLines(lines.flat()) === 0) return undefined;
  return right.map((row, at) => [left.slice(starts[at], starts[at + 1] ?? end), [row]]);
}

/** The first lines of paragraphs or cells. */
function startsOf(pieces: readonly Box[]): Box[] {
  const rows = rowsOf(pieces).map(unionOf);
  const pitches = rows.slice(1).map((row, at) => centreY(row) - centreY(rows[at] ?? row));
  const usual = pitches.toSorted((a, b) => a - b)[pitches.length >> 2] ?? 0;
  const areLone = usual > loneLineShare * median(rows.map(({ height }) => height));
  return rows.filter((_, at) => at === 0 || areLone || (pitches[at - 1] ?? 0) > newStartShare * usual);
}
