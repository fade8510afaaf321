import { overlap, widthOf } from "./box.ts";
import type { Fragment } from "./fragment.ts";
import { rowsOf } from "./rows.ts";

/** Pieces on one line nearer than this, in sizes, belong together: a justified line may have wide blanks. */
const wordGap = 1.1;
/** Points. Two columns stand at least so far apart. */
const minGutter = 7;
/** Of a column of prose, so many lines must be seen on either side. */
const minProseLines = 4;
/** A line of prose fills so much of its column. */
const proseShare = 0.55;
const minProseLetters = 14;
/** Share of a side's lines that must be prose. */
const minProse = 0.4;
/** Places between columns that are tried, the most frequent first. */
const maxCandidates = 4;

/** What stands on one line without a wide gap. */
interface Chunk {
  left: number;
  right: number;
  letters: number;
  row: number;
}

/**
 * The x of the white space between two columns of running text, or undefined. Only prose makes columns: cells of a table
 * and labels beside their values are read line by line.
 */
export function findGutter(fragments: readonly Fragment[]): number | undefined {
  if (fragments.length < 2 * minProseLines) return undefined;
  const chunks = rowsOf(fragments).flatMap(chunksOf);
  const left = Math.min(...chunks.map((chunk) => chunk.left));
  const right = Math.max(...chunks.map((chunk) => chunk.right));
  let best: { x: number; lines: number } | undefined;
  for (const x of candidates(chunks)) {
    const before = proseLines(
      chunks.filter((chunk) => chunk.right <= x),
      x - left,
    );
    const behind = proseLines(
      chunks.filter((chunk) => chunk.left >= x),
      right - x,
    );
    const lines = Math.min(before, behind);
    if (lines >= minProseLines && lines > (best?.lines ?? 0)) best = { x, lines };
  }
  return best?.x;
}

function chunksOf(row: readonly Fragment[], number: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (const { box, size, text } of row) {
    const last = chunks.at(-1);
    if (last !== undefined && box[0] - last.right < Math.max(minGutter, wordGap * size)) {
      last.right = Math.max(last.right, box[2]);
      last.letters += text.length;
    } else chunks.push({ left: box[0], right: box[2], letters: text.length, row: number });
  }
  return chunks;
}

/** The middles of the gaps that most lines have in common. */
function candidates(chunks: readonly Chunk[]): number[] {
  const gaps: { from: number; to: number }[] = [];
  chunks.forEach((chunk, at) => {
    const next = chunks[at + 1];
    if (next !== undefined && next.row === chunk.row) gaps.push({ from: chunk.right, to: next.left });
  });
  const found: { from: number; to: number; lines: number }[] = [];
  for (const gap of gaps) {
    const same = found.find(({ from, to }) => overlap(from, to, gap.from, gap.to) >= minGutter - 1);
    if (same === undefined) found.push({ ...gap, lines: 1 });
    else {
      same.from = Math.max(same.from, gap.from);
      same.to = Math.min(same.to, gap.to);
      same.lines += 1;
    }
  }
  return found
    .filter(({ lines }) => lines >= 3)
    .sort((a, b) => b.lines - a.lines)
    .slice(0, maxCandidates)
    .map(({ from, to }) => (from + to) / 2);
}

/** Lines of prose on one side, or none where most of its lines are something else. */
function proseLines(chunks: readonly Chunk[], width: number): number {
  const prose = chunks.filter(
    ({ left, right, letters }) => right - left >= proseShare * width && letters >= minProseLetters,
  ).length;
  return prose >= minProse * chunks.length ? prose : 0;
}

/** Whether something stands on both sides of x. */
export const crosses = ({ box }: Pick<Fragment, "box">, x: number): boolean =>
  box[0] < x - 1 && box[2] > x + 1 && widthOf(box) > 0;
