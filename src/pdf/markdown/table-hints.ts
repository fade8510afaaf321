import { heightOf, overlap, widthOf } from "./box.ts";
import { firstBehind } from "./first-behind.ts";
import type { DrawnShape, TextLine } from "./page-structure.ts";

/** Points. */
const maxThickness = 3.5;
const minRule = 60;
const minUpright = 8;
/** A page of more pieces has its cells apart already. */
const maxLines = 800;
/** Rules across one line of text; a line on squared paper passes more. */
const maxRulesBeside = 30;
/** Lines with several pieces that a table has at least. */
const minRows = 3;
const minPieces = 3;

/** The upright rules of a page that pass between the ends of a line. */
export function createRulesBeside(shapes: readonly DrawnShape[]): (line: TextLine) => number[] {
  const upright = shapes.filter(
    ({ box, rectangular }) => rectangular && widthOf(box) <= maxThickness && heightOf(box) > 4,
  );
  const boxes = shapes.filter(({ box, rectangular, stroked }) => rectangular && stroked && widthOf(box) > maxThickness);
  const rules = [
    ...upright.map(({ box }) => ({ x: (box[0] + box[2]) / 2, top: box[1], bottom: box[3] })),
    ...boxes.flatMap(({ box: [left, top, right, bottom] }) => [left, right].map((x) => ({ x, top, bottom }))),
  ];
  rules.sort((a, b) => a.x - b.x);
  const places = rules.map(({ x }) => x);
  return ({ box: [left, top, right, bottom] }) => {
    const beside: number[] = [];
    for (let at = firstBehind(places, left + 2); at < rules.length; at += 1) {
      const rule = rules[at];
      if (rule === undefined || rule.x >= right - 2) break;
      if (overlap(rule.top, rule.bottom, top, bottom) > 0.5 * (bottom - top)) beside.push(rule.x);
    }
    return beside.length > maxRulesBeside ? [] : beside;
  };
}

/**
 * Whether a page looks as if a table stood on it whose columns no rules part: rules across only, or lines of several
 * pieces each. Where upright rules stand they tell by themselves which lines hold several cells.
 */
export function mayHoldTable(lines: readonly TextLine[], shapes: readonly DrawnShape[]): boolean {
  if (lines.length > maxLines) return false;
  const across = shapes.filter(
    ({ box, rectangular }) => rectangular && heightOf(box) <= maxThickness && widthOf(box) > minRule,
  );
  const upright = shapes.filter(
    ({ box, rectangular }) => rectangular && widthOf(box) <= maxThickness && heightOf(box) > minUpright,
  );
  if (upright.length > 1) return false;
  if (across.length > 1) return true;
  const pieces = new Map<number, number>();
  for (const { baseline } of lines) {
    const row = Math.round(baseline);
    pieces.set(row, (pieces.get(row) ?? 0) + 1);
  }
  return [...pieces.values()].filter((count) => count >= minPieces).length >= minRows;
}
