import type * as mupdf from "mupdf";
import type { TextLine, TextRun } from "../markdown/page-structure.ts";

/** Pieces of a line that stand further apart, in sizes, may be cells; the engine parts lines at wider gaps only. */
const cellGap = 0.6;

interface Piece {
  /** In code points. */
  length: number;
  left: number;
  right: number;
}

/**
 * The lines, upright ones parted where white space in them is wider than between words, or where a rule passes. Asks the
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
  let pieces: Piece[] = [];
  let blanks = 0;
  let rules: readonly number[] = [];
  structured.walk({
    beginLine() {
      at += 1;
      [pieces, blanks] = [[], 0];
      const line = lines[at];
      rules = line === undefined ? [] : rulesBeside(line);
    },
    onChar(character, _origin, _font, size, [left, , right]) {
      if (character.trim() === "") {
        blanks += 1;
        return;
      }
      const last = pieces.at(-1);
      const parted =
        last === undefined ||
        (left - last.right > cellGap * size && blanks > 0) ||
        rules.some((x) => x > last.right - 1 && x < left + 1);
      if (parted) pieces.push({ length: blanks + 1, left, right });
      else {
        last.length += blanks + 1;
        last.right = Math.max(last.right, right);
      }
      blanks = 0;
    },
    endLine() {
      const line = lines[at];
      if (line === undefined) return;
      const [first] = pieces;
      if (pieces.length < 2 || first === undefined || line.direction[0] < 0.99) cut.push(line);
      else cut.push(...partsOf(line, pieces));
    },
  });
  return cut;
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
function takeLetters(runs: readonly TextRun[], length: number): [TextRun[], TextRun[]] {
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
