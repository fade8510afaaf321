import type { Box } from "../picture/ink.ts";
import type { Rule, Rules } from "../picture/ruling-lines.ts";
import { bottomOf, centreX, centreY, overlap, rightOf } from "./boxes.ts";

export type Side = "left" | "right" | "top" | "bottom";

/** A field between ruling lines, and the pieces of lines that stand in it. */
export interface Cell {
  box: Box;
  pieces: Box[];
  /** Sides without a line, where the field ends with the lines on both sides of it. */
  open: readonly Side[];
}

/** Ruling lines end a little before they meet the next. */
const reachPx = 6;
/** A frame around most of the page is no cell. */
const maxWidthShare = 0.6;
const maxHeightShare = 0.3;
/** Edges of cells that are so near are the same. */
export const sameEdgePx = 8;
/**
 * Lines that a turned sheet or the edge of the glass has cut off end apart by so much of the distance between them; those
 * of which a scan has lost the end, by so many heights of a line.
 */
const maxSlant = 0.25;
const slackShare = 2.5;

/** The cells that hold something, in groups that touch each other; and the pieces that stand in no cell. */
export function cellGroups(
  pieces: readonly Box[],
  rules: Rules,
  page: { width: number; height: number },
): { groups: Cell[][]; free: Box[] } {
  const cells: Cell[] = [];
  const free: Box[] = [];
  for (const piece of pieces) {
    const field = fieldAround(piece, rules);
    const isCell =
      field !== undefined &&
      !(field.box.width > maxWidthShare * page.width && field.box.height > maxHeightShare * page.height);
    if (!isCell) free.push(piece);
    else {
      const same = cells.find((cell) => sameBox(cell.box, field.box));
      if (same === undefined) cells.push({ ...field, pieces: [piece] });
      else same.pieces.push(piece);
    }
  }
  const groups = touching(cells, rules);
  const isFramed = (group: readonly Cell[]) => group.length > 1 || group.every(({ open }) => open.length === 0);
  return {
    groups: groups.filter(isFramed),
    free: [...free, ...groups.filter((group) => !isFramed(group)).flatMap((group) => group.flatMap((c) => c.pieces))],
  };
}

function fieldAround(piece: Box, { horizontal, vertical }: Rules): Omit<Cell, "pieces"> | undefined {
  const [x, y] = [centreX(piece), centreY(piece)];
  const beside = vertical.filter(({ from, to }) => from - reachPx <= y && to + reachPx >= y);
  const across = horizontal.filter(({ from, to }) => from - reachPx <= x && to + reachPx >= x);
  const leftRule = last(beside.filter(({ at }) => at < x));
  const rightRule = first(beside.filter(({ at }) => at >= x));
  const topRule = last(across.filter(({ at }) => at < y));
  const bottomRule = first(across.filter(({ at }) => at >= y));
  const slackPx = slackShare * piece.height;
  const left = leftRule?.at ?? endOf(topRule, bottomRule, "from", slackPx);
  const right = rightRule?.at ?? endOf(topRule, bottomRule, "to", slackPx);
  const top = topRule?.at ?? endOf(leftRule, rightRule, "from", slackPx);
  const bottom = bottomRule?.at ?? endOf(leftRule, rightRule, "to", slackPx);
  if (left === undefined || right === undefined || top === undefined || bottom === undefined) return undefined;
  // Between two lines without anything upright stands any text.
  if (leftRule === undefined && rightRule === undefined) return undefined;
  const open: Side[] = [];
  if (leftRule === undefined) open.push("left");
  if (rightRule === undefined) open.push("right");
  if (topRule === undefined) open.push("top");
  if (bottomRule === undefined) open.push("bottom");
  return { box: { left, top, width: right - left, height: bottom - top }, open };
}

/** Where two lines end beside each other, as they do where the line that closes a field is missing or cut off. */
function endOf(
  one: Rule | undefined,
  other: Rule | undefined,
  end: "from" | "to",
  slackPx: number,
): number | undefined {
  if (one === undefined || other === undefined) return undefined;
  if (Math.abs(one[end] - other[end]) > slackPx + maxSlant * Math.abs(one.at - other.at)) return undefined;
  return end === "from" ? Math.min(one.from, other.from) : Math.max(one.to, other.to);
}

const last = (rules: readonly Rule[]) =>
  rules.reduce<Rule | undefined>((best, rule) => (best === undefined || rule.at > best.at ? rule : best), undefined);
const first = (rules: readonly Rule[]) =>
  rules.reduce<Rule | undefined>((best, rule) => (best === undefined || rule.at < best.at ? rule : best), undefined);

export const near = (one: number, other: number): boolean => Math.abs(one - other) <= sameEdgePx;
const sameBox = (one: Box, other: Box) =>
  near(one.left, other.left) &&
  near(one.top, other.top) &&
  near(rightOf(one), rightOf(other)) &&
  near(bottomOf(one), bottomOf(other));

/** An empty cell between them does not part cells of one table. */
function touching(cells: readonly Cell[], rules: Rules): Cell[][] {
  const groups: Cell[][] = [];
  for (const cell of cells) {
    const met = groups.filter((group) => group.some((other) => meet(cell.box, other.box, rules)));
    for (const group of met) groups.splice(groups.indexOf(group), 1);
    groups.push([...met.flat(), cell]);
  }
  return groups;
}

function meet(one: Box, other: Box, { horizontal }: Rules): boolean {
  const beside = near(rightOf(one), other.left) || near(rightOf(other), one.left);
  const stacked = near(bottomOf(one), other.top) || near(bottomOf(other), one.top);
  const level = overlap(one.top, bottomOf(one), other.top, bottomOf(other)) > sameEdgePx;
  const above = overlap(one.left, rightOf(one), other.left, rightOf(other)) > sameEdgePx;
  if ((beside && level) || (stacked && above)) return true;
  const isSameRow = near(one.top, other.top) && near(bottomOf(one), bottomOf(other));
  const [from, to] = [Math.min(rightOf(one), rightOf(other)), Math.max(one.left, other.left)];
  return (
    isSameRow &&
    horizontal.some((rule) => near(rule.at, one.top) && rule.from <= from + reachPx && rule.to >= to - reachPx)
  );
}
