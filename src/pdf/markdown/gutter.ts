import { type Box, centreX, overlap } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import { rowsOf } from "./rows.ts";

/** Pieces on one line nearer than this, in sizes, belong together: a justified line may have wide blanks. */
const wordGap = 0.9;
/** Points. Two columns stand at least so far apart. */
const minGutter = 7;
/** A line of prose fills so much of its column, and has so many letters. */
const proseShare = 0.55;
const minProseLetters = 14;
/** Lines of prose on either side that make columns; fewer and longer ones do where the file has one column after the other. */
const minProseLines = 4;
const minLinesInOrder = 2;
const minLettersInOrder = 20;
/** Share of a side's lines that must be prose. */
const minProse = 0.4;
/** Places between columns that are tried, the most frequent first. */
const maxCandidates = 4;
/** Changes from one side to the other in the file that heads and feet make. */
const maxChanges = 3;

/** What stands on one line without a wide gap. */
interface Chunk {
  baseline: number;
  left: number;
  right: number;
  letters: number;
}

/**
 * The x of the white space between two columns of running text, or undefined. Only prose makes columns: cells of a table
 * and labels beside their values are read line by line.
 */
export function findGutter(fragments: readonly Fragment[]): number | undefined {
  if (fragments.length < 2 * minLinesInOrder) return undefined;
  const rows = rowsOf(fragments).map(chunksOf);
  let best: { x: number; lines: number } | undefined;
  for (const x of [...candidates(rows), ...edges(rows)]) {
    const lines = linesBeside(rows, x, () => isInOrder(fragments, x));
    if (lines > (best?.lines ?? 0)) best = { x, lines };
  }
  return best?.x;
}

function chunksOf(row: readonly Fragment[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (const { box, size, text, baseline } of row) {
    const last = chunks.at(-1);
    if (last !== undefined && box[0] - last.right < Math.max(minGutter, wordGap * size)) {
      last.right = Math.max(last.right, box[2]);
      last.letters += text.length;
    } else chunks.push({ baseline, left: box[0], right: box[2], letters: text.length });
  }
  return chunks;
}

/** The middles of the gaps that most lines have in common. */
function candidates(rows: readonly Chunk[][]): number[] {
  const found: { from: number; to: number; lines: number }[] = [];
  for (const row of rows) {
    row.slice(1).forEach((chunk, at) => {
      const gap = { from: row[at]?.right ?? 0, to: chunk.left };
      const same = found.find(({ from, to }) => overlap(from, to, gap.from, gap.to) >= minGutter - 1);
      if (same === undefined) {
        found.push({ ...gap, lines: 1 });
        return;
      }
      same.from = Math.max(same.from, gap.from);
      same.to = Math.min(same.to, gap.to);
      same.lines += 1;
    });
  }
  return found
    .filter(({ lines }) => lines >= minLinesInOrder)
    .sort((a, b) => b.lines - a.lines)
    .slice(0, maxCandidates)
    .map(({ from, to }) => (from + to) / 2);
}

/** Just before the places where several lines begin: columns whose lines do not stand beside each other share no gaps. */
function edges(rows: readonly Chunk[][]): number[] {
  const lines = new Map<number, number>();
  for (const { left } of rows.flat()) lines.set(Math.round(left / 2), (lines.get(Math.round(left / 2)) ?? 0) + 1);
  const first = Math.min(...lines.keys());
  return [...lines]
    .filter(([place, count]) => count >= minProseLines - 1 && place > first)
    .sort((a, b) => b[1] - a[1])
    .slice(0, maxCandidates)
    .map(([place]) => 2 * place - 0.5 * minGutter);
}

/** Lines of prose on the side that has fewer; none where these are no columns. */
function linesBeside(rows: readonly Chunk[][], x: number, inOrder: () => boolean): number {
  const left = rows.flatMap((row) => row.filter(({ right }) => right <= x + 1).slice(-1));
  const right = rows.flatMap((row) => row.filter((chunk) => chunk.left >= x - 1).slice(0, 1));
  const [before, behind] = [besides(left, right), besides(right, left)];
  const lines = Math.min(proseLines(before, minProseLetters), proseLines(behind, minProseLetters));
  if (lines >= minProseLines) return lines;
  const long = Math.min(proseLines(before, minLettersInOrder), proseLines(behind, minLettersInOrder));
  return long >= minLinesInOrder && inOrder() ? long : 0;
}

/** Those that stand no higher and no lower than the others reach. */
function besides(chunks: readonly Chunk[], others: readonly Chunk[]): Chunk[] {
  const places = others.map(({ baseline }) => baseline);
  const [from, to] = [Math.min(...places) - 2, Math.max(...places) + 2];
  return chunks.filter(({ baseline }) => baseline >= from && baseline <= to);
}

/** Lines of prose on one side, or none where most of its lines are something else. */
function proseLines(chunks: readonly Chunk[], minLetters: number): number {
  const widths = chunks.map(({ left, right }) => right - left).sort((a, b) => a - b);
  const width = widths[Math.floor(widths.length * 0.9)] ?? 0;
  const prose = chunks.filter(
    ({ left, right, letters }) => right - left >= proseShare * width && letters >= minLetters,
  ).length;
  return prose >= minProse * chunks.length ? prose : 0;
}

/** Whether the file has what stands left of x before what stands right of it, as columns are written and rows are not. */
function isInOrder(fragments: readonly Fragment[], x: number): boolean {
  let changes = 0;
  let left: boolean | undefined;
  for (const fragment of [...fragments].sort((a, b) => a.order - b.order)) {
    if (crosses(fragment, x)) continue;
    const isLeft = centreX(fragment.box) < x;
    if (left !== undefined && isLeft !== left) changes += 1;
    left = isLeft;
  }
  return changes <= maxChanges;
}

/** Whether something stands on both sides of x. */
export const crosses = ({ box }: { box: Box }, x: number): boolean => box[0] < x - 1 && box[2] > x + 1;
