import { findComponents } from "../geometry/connected-components.ts";
import { drawnPixels, type GreyPicture } from "./grey-picture.ts";

/** What a cell of a page's overview holds, from what a cut may cross freely to what it must not cross. */
export const cell = { blank: 0, betweenLines: 1, rule: 2, figure: 3, betweenWords: 4, letter: 5 } as const;

/** A page in cells of some three pixels of its pieces (0.6 mm at 130 dpi): letters are 4 to 8 cells high. */
export interface DrawnCells {
  width: number;
  height: number;
  /** Values of `cell`, row by row. */
  kinds: Uint8Array;
}

/** Levels (of 255) from the ground; a thin line covers a third of a cell. */
const drawnDifference = 28;
/** A straight line so long (35 mm) and no thicker is a rule, a frame or a grid: no letter is. */
const ruleLength = 60;
const ruleThickness = 3;
/** A connected group larger than this is no letter either, but part of a figure. */
const largestLetter = 60;
/** A single cell is dust. */
const dustCells = 1;
/** Gaps up to so many cells stand between the words of a line, between a Thai letter and its marks, between lines. */
const wordGap = 10;
const markGap = 2;
const lineGap = 8;

/** Looks at an overview of a page: letters, rules and figures, and the gaps that hold words and lines together. */
export function drawnCells(overview: GreyPicture): DrawnCells {
  const { width, height } = overview;
  const drawn = drawnPixels(overview, drawnDifference);
  const kinds = new Uint8Array(width * height);
  takeRules(drawn, kinds, width, height);
  findComponents(drawn, width, height).eachRun(({ left, top, right, bottom, pixels }, y, from, to) => {
    if (pixels <= dustCells) return;
    const isFigure = Math.max(right - left, bottom - top) > largestLetter;
    kinds.fill(isFigure ? cell.figure : cell.letter, y * width + from, y * width + to);
  });
  const rows = { count: height, length: width, step: 1, next: width };
  const columns = { count: width, length: height, step: width, next: 1 };
  fillGaps(kinds, rows, wordGap, cell.letter, cell.betweenWords);
  fillGaps(kinds, columns, markGap, cell.betweenWords, cell.betweenWords);
  fillGaps(kinds, columns, lineGap, cell.betweenWords, cell.betweenLines);
  return { width, height, kinds };
}

/** Moves rules from the mask to the kinds: straight lines, and then the places where they cross or meet. */
function takeRules(drawn: Uint8Array, kinds: Uint8Array, width: number, height: number): void {
  const across = runLengths(drawn, { count: height, length: width, step: 1, next: width });
  const down = runLengths(drawn, { count: width, length: height, step: width, next: 1 });
  const joints: number[] = [];
  for (let at = 0; at < drawn.length; at += 1) {
    const [wide, high] = [across[at] ?? 0, down[at] ?? 0];
    if (wide < ruleLength && high < ruleLength) continue;
    if (Math.min(wide, high) <= ruleThickness) kinds[at] = cell.rule;
    else if (Math.min(wide, high) >= ruleLength) joints.push(at);
  }
  const hasRule = (at: number, step: number) => {
    for (let away = -ruleThickness; away <= ruleThickness; away += 1)
      if (kinds[at + away * step] === cell.rule) return true;
    return false;
  };
  for (const at of joints.filter((joint) => hasRule(joint, 1) && hasRule(joint, width))) kinds[at] = cell.rule;
  for (let at = 0; at < drawn.length; at += 1) if (kinds[at] === cell.rule) drawn[at] = 0;
}

/** Rows or columns of cells: how many, how long, the distance from one cell to the next and from one line to the next. */
interface Lines {
  count: number;
  length: number;
  step: number;
  next: number;
}

/** For each drawn cell the length of the run that it is part of, at most 65,535. */
function runLengths(drawn: Uint8Array, { count, length, step, next }: Lines): Uint16Array {
  const lengths = new Uint16Array(drawn.length);
  for (let line = 0; line < count; line += 1) {
    const start = line * next;
    for (let from = 0; from < length; from += 1) {
      if (drawn[start + from * step] !== 1) continue;
      let to = from;
      while (to < length && drawn[start + to * step] === 1) to += 1;
      for (let index = from; index < to; index += 1) lengths[start + index * step] = Math.min(65_535, to - from);
      from = to;
    }
  }
  return lengths;
}

/** Gives cells between two of at least this kind, no further apart than `gap` and with no rule between, another kind. */
function fillGaps(
  kinds: Uint8Array,
  { count, length, step, next }: Lines,
  gap: number,
  least: number,
  filling: number,
): void {
  for (let line = 0; line < count; line += 1) {
    const start = line * next;
    let last = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < length; index += 1) {
      const kind = kinds[start + index * step] ?? cell.blank;
      if (kind === cell.rule || kind === cell.figure) last = Number.NEGATIVE_INFINITY;
      if (kind < least) continue;
      if (index - last - 1 <= gap) {
        for (let between = last + 1; between < index; between += 1) kinds[start + between * step] = filling;
      }
      last = index;
    }
  }
}
