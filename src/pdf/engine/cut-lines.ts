import type * as mupdf from "mupdf";
import type { TextLine, TextRun } from "../markdown/page-structure.ts";

/** Pieces of a line that stand further apart, in sizes, may be cells; the engine parts lines at wider gaps only. */
const cellGap = 0.6;
/** Letters of one word stand nearer, in sizes. A rule between them may part cells without a margin, or pass by chance. */
const wordGap = 0.1;
/** Points that a rule may lie outside the gap it passes, and outside one between letters of a word. */
const ruleReach = 1;
const ruleReachInWord = 0.5;

interface Letter {
  left: number;
  right: number;
  size: number;
  /** White space before it, in code points. */
  blanks: number;
}

interface Piece {
  /** In code points. */
  length: number;
  left: number;
  right: number;
}

/**
 * The lines, upright ones parted where white space in them is wider than between words, or where a rule passes between words. Asks the
 * engine for every letter, which takes as long as the text itself: only for pages that may hold tables.
 *
 * @param lines of the same structured text, in its order
 * @param rulesBeside x of the upright rules that pass a line
 */
export function cutLines(
  structured: mupdf.StructuredText,
  lines: readonly TextLine[],
  rulesBeside: (line: TextLine) => readonly number[],
): TextLine[] {
  const cut: TextLine[] = [];
  let at = -1;
  let letters: Letter[] = [];
  let blanks = 0;
  structured.walk({
    beginLine() {
      at += 1;
      [letters, blanks] = [[], 0];
    },
    onChar(character, _origin, _font, size, [left, , right]) {
      if (character.trim() === "") {
        blanks += 1;
        return;
      }
      letters.push({ left, right, size, blanks });
      blanks = 0;
    },
    endLine() {
      const line = lines[at];
      if (line === undefined) return;
      const pieces = line.direction[0] < 0.99 ? [] : piecesOf(letters, rulesBeside(line));
      if (pieces.length < 2) cut.push(line);
      else cut.push(...partsOf(line, pieces));
    },
  });
  return cut;
}

function piecesOf(letters: readonly Letter[], rules: readonly number[]): Piece[] {
  // What runs through letters parts no cells: the paper of a drawing, or a line from a measure to what it measures.
  const throughLetters = rules.some((x) => letters.some(({ left, right }) => x > left + 1 && x < right - 1));
  const pieces: Piece[] = [];
  for (const { left, right, size, blanks } of letters) {
    const last = pieces.at(-1);
    const gap = left - (last?.right ?? 0);
    const inWord = blanks === 0 && gap < wordGap * size;
    const reach = inWord ? ruleReachInWord : ruleReach;
    const parted =
      last === undefined ||
      (gap > cellGap * size && blanks > 0) ||
      (!(inWord && throughLetters) && rules.some((x) => x > last.right - reach && x < left + reach));
    if (parted) pieces.push({ length: blanks + 1, left, right });
    else {
      last.length += blanks + 1;
      last.right = Math.max(last.right, right);
    }
  }
  return pieces;
}

function partsOf(line: TextLine, pieces: readonly Piece[]): TextLine[] {
  let rest: readonly TextRun[] = line.runs;
  return pieces.map(({ length, left, right }, at) => {
    const [runs, others] = at === pieces.length - 1 ? [rest, []] : takeLetters(rest, length);
    rest = others;
    return { ...line, runs, box: [left, line.box[1], right, line.box[3]] };
  });
}

/** The first code points of the runs, and what follows them. */
export function takeLetters(runs: readonly TextRun[], length: number): [TextRun[], TextRun[]] {
  const taken: TextRun[] = [];
  let open = length;
  for (const [at, run] of runs.entries()) {
    const letters = [...run.text];
    if (letters.length > open) {
      if (open > 0) taken.push({ ...run, text: letters.slice(0, open).join("") });
      return [taken, [{ ...run, text: letters.slice(open).join("") }, ...runs.slice(at + 1)]];
    }
    taken.push(run);
    open -= letters.length;
  }
  return [taken, []];
}
