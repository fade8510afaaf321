import type * as mupdf from "mupdf";
import { heightOf, widthOf } from "../markdown/box.ts";
import { firstBehind } from "../markdown/first-behind.ts";
import type { DrawnShape, TextLine, TextRun } from "../markdown/page-structure.ts";
import { takeLetters } from "./cut-lines.ts";

/** A rule that strikes letters out passes so far above their baseline, in sizes, and is no thicker. */
const aboveBaseline = { min: 0.14, max: 0.45 };
const maxThickness = 0.12;
/** Its ends are those of words, to so many sizes: what crosses a line of a drawing or a table ends anywhere. */
const endReach = 0.12;
const minLetters = 2;

interface Letter {
  character: string;
  left: number;
  right: number;
}

/**
 * The lines with their struck letters in runs of their own. Asks the engine for every letter, but only of pages on which a
 * rule passes through a line.
 *
 * @param lines of the same structured text, in its order
 */
export function withStruckRuns(
  structured: mupdf.StructuredText,
  lines: readonly TextLine[],
  shapes: readonly DrawnShape[],
): readonly TextLine[] {
  const rulesThrough = createRulesThrough(shapes);
  const rules = lines.map(rulesThrough);
  if (rules.every((found) => found.length === 0)) return lines;
  const struck: TextLine[] = [];
  let letters: Letter[] = [];
  structured.walk({
    beginLine() {
      letters = [];
    },
    onChar(character, _origin, font, _size, [left, , right]) {
      font.destroy();
      letters.push({ character, left, right });
    },
    endLine() {
      const at = struck.length;
      const line = lines[at];
      if (line === undefined) return;
      struck.push((rules[at] ?? []).reduce((read, rule) => strike(read, rule, letters), line));
    },
  });
  return struck;
}

const sizeOf = ({ runs }: TextLine) => runs[0]?.size ?? 0;

/** Looks only at the rules of a line's height: pages have thousands of either. */
function createRulesThrough(shapes: readonly DrawnShape[]): (line: TextLine) => DrawnShape[] {
  const thin = shapes
    .filter(({ box, rectangular }) => rectangular && heightOf(box) < 2 && widthOf(box) > 4)
    .sort((a, b) => middleOf(a) - middleOf(b));
  const heights = thin.map(middleOf);
  return (line) => {
    const found: DrawnShape[] = [];
    const bottom = line.baseline - aboveBaseline.min * sizeOf(line);
    // A point more: the same sum is rounded in two ways.
    const top = line.baseline - aboveBaseline.max * sizeOf(line) - 1;
    for (let at = firstBehind(heights, top); (heights[at] ?? Infinity) <= bottom + 1; at += 1) {
      const shape = thin[at];
      if (shape !== undefined && passesThrough(shape, line)) found.push(shape);
    }
    return found;
  };
}

const middleOf = ({ box }: DrawnShape) => (box[1] + box[3]) / 2;

function passesThrough(shape: DrawnShape, line: TextLine): boolean {
  const { box } = shape;
  const size = sizeOf(line);
  const above = (line.baseline - middleOf(shape)) / size;
  return (
    line.direction[0] > 0.99 &&
    heightOf(box) <= maxThickness * size &&
    above >= aboveBaseline.min &&
    above <= aboveBaseline.max &&
    box[0] >= line.box[0] - size &&
    box[2] <= line.box[2] + size
  );
}

/** Marks what stands between the ends of the rule, if they are those of words. */
function strike(line: TextLine, { box: [left, , right] }: DrawnShape, letters: readonly Letter[]): TextLine {
  const reach = endReach * sizeOf(line);
  const isSolid = (at: number) => (letters[at]?.character.trim() ?? "") !== "";
  const isPart = (at: number) => /[\p{L}\p{M}\p{N}]/u.test(letters[at]?.character ?? "");
  const from = letters.findIndex((letter, at) => isSolid(at) && Math.abs(letter.left - left) <= reach);
  const to = letters.findLastIndex((letter) => Math.abs(letter.right - right) <= reach);
  if (from < 0 || to - from + 1 < minLetters) return line;
  if (!letters.slice(from, to + 1).some((_, at) => isPart(from + at))) return line;
  if ((isPart(from - 1) && isPart(from)) || (isPart(to) && isPart(to + 1))) return line;
  const [before, rest] = takeLetters(line.runs, from);
  const [inside, after] = takeLetters(rest, to - from + 1);
  return { ...line, runs: [...before, ...inside.map((run): TextRun => ({ ...run, struck: true })), ...after] };
}
