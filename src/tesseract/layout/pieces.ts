import type { Box } from "../picture/ink.ts";
import type { Rules } from "../picture/ruling-lines.ts";
import {
  areLevel,
  bottomOf,
  centreX,
  centreY,
  median,
  overlap,
  overlapX,
  overlapY,
  rightOf,
  rowsOf,
  unionOf,
} from "./boxes.ts";
import { proseOnBothSides } from "./gutter.ts";

/** Marks of Thai are found alone where they stand apart; they are lower than this share of the letters below. */
const markShare = 0.62;
/** Words of one line stand nearer than this share of their height. */
const wordGapShare = 1.1;
/** A box so many times as high as most may hold two lines. */
const tallShare = 1.4;

/** What is asked about the ink of the page. */
export interface Ink {
  /** The lines of ink in a part of the page. */
  bands(box: Box): Box[];
  /** The upright lanes without ink between and beside lines of this height. */
  lanes(usualPx: number): Box[];
}

/**
 * What the detector found, as pieces of lines: marks joined with their letters, boxes over several lines cut where the
 * bands of ink are, boxes across a ruling line or a gutter cut there, and the words of a line joined up to the next wide
 * gap.
 */
export function piecesOf(boxes: readonly Box[], ink: Ink, rules: Rules): Box[] {
  const usual = usualHeight(boxes);
  const single = boxes.flatMap((box) => {
    if (box.height <= tallShare * usual) return [box];
    const parts = ink
      .bands(withReach(box, boxes, Math.round(usual / 2)))
      .filter((part) => part.height >= 0.5 * usual && centreY(part) > box.top && centreY(part) < bottomOf(box));
    return parts.length === 0 ? [box] : parts;
  });
  const once = onceOnly(single, usual, ink);
  const cut = once.flatMap((box) => {
    const parts = cutAtRules(box, rules);
    const others = once.filter((other) => other !== box);
    return parts.length === 1 ? parts : parts.filter((part) => !isSliver(part, others, ink));
  });
  const lanes = cut.length > maxBoxesOfColumns ? [] : ink.lanes(usual);
  const gutters = lanes.filter((lane) => isGutter(cut, lane, lanes, rules));
  const parted = cutAtGutters(cut, gutters);
  const gaps = lanes.filter((lane) => !hasRule(lane, rules) && isBetweenCells(parted, lane));
  return joinWords(cutAtGutters(parted, gaps), rules, [...gutters, ...gaps]);
}

/** More are the figures of drawings and bills; a lane among them would be sought for seconds. */
const maxBoxesOfColumns = 1000;
/** Lines beside a lane as wide as a line is high, from which on it is a gutter; a narrower lane needs as many more. */
const minLines = 3;
/** Other gutters of the same columns are as wide at least, and so much as high. */
const otherHeightShare = 0.5;

function isGutter(boxes: readonly Box[], lane: Box, lanes: readonly Box[], rules: Rules): boolean {
  const beside = boxes.filter((box) => isBeside(box, lane));
  const others = lanes.filter(({ width, height }) => width >= lane.width && height >= otherHeightShare * lane.height);
  const pieces = joinWords(cutAtGutters(beside, others), rules, others);
  const lines = proseOnBothSides(pieces, centreX(lane));
  return lines * Math.min(1, lane.width / median(beside.map(({ height }) => height))) >= minLines;
}

/** Rows beside a lane that parts the columns of a table, and how many for one that is a line of prose with a blank there. */
const minRows = 4;
const minRowsForProse = 3;
/** Cells are no longer than so many heights, on one side of a lane at least, and never longer than the other. */
const maxCellLength = 7;
const maxLength = 20;
/** In heights of the print beside it. */
const minLaneShare = 0.6;

/** Cells beside a ruling line along so much of a lane are parted by that. */
const ruledShare = 0.5;
const hasRule = (lane: Box, { vertical }: Rules) =>
  vertical.some(
    ({ at, from, to }) =>
      at >= lane.left && at < rightOf(lane) && overlap(from, to, lane.top, bottomOf(lane)) > ruledShare * lane.height,
  );

/**
 * Cells of two columns may stand as near to each other as words; words do not stand so in one line below the other. In one
 * row at least they were seen apart, or the lane is wider than those between letters of even widths and in leaders.
 */
function isBetweenCells(boxes: readonly Box[], lane: Box): boolean {
  const x = centreX(lane);
  const rows = rowsOf(boxes.filter((box) => isBeside(box, lane))).flatMap((row) => {
    const left = row.findLast((box) => box.left < x);
    const right = row.find((box) => rightOf(box) > x);
    return left === undefined || right === undefined ? [] : [[left, right] as const];
  });
  const isProse = (sides: readonly Box[]) => {
    const lengths = sides.map(({ width, height }) => width / height);
    return Math.min(...lengths) >= maxCellLength || Math.max(...lengths) >= maxLength;
  };
  const prose = rows.filter(isProse).length;
  const isNear = ([left, right]: readonly [Box, Box]) =>
    right.left - rightOf(left) < wordGapShare * Math.min(left.height, right.height);
  const isWide = lane.width >= minLaneShare * median(rows.flat().map(({ height }) => height));
  const isApart = isWide || rows.some(([left, right]) => left !== right);
  return isApart && rows.some(isNear) && rows.length - prose >= Math.max(minRows, minRowsForProse * prose);
}

/** What is left of a box that only just reaches out of a gutter is no letter. */
const minPartShare = 0.2;

/** A gutter is as long as its columns, so that a box which reaches across it holds lines of both; it holds no ink itself. */
const cutAtGutters = (boxes: readonly Box[], gutters: readonly Box[]): readonly Box[] =>
  gutters.reduce((parts, gutter) => parts.flatMap((box) => cutAtGutter(box, gutter)), boxes);

function cutAtGutter(box: Box, gutter: Box): readonly Box[] {
  if (overlapX(box, gutter) <= 0 || !isBeside(box, gutter)) return [box];
  const right = Math.max(box.left, rightOf(gutter));
  return [
    { ...box, width: Math.min(rightOf(box), gutter.left) - box.left },
    { ...box, left: right, width: rightOf(box) - right },
  ].filter(({ width }) => width >= minPartShare * box.height);
}

const isBeside = (box: Box, lane: Box) => overlapY(box, lane) > 0.8 * box.height;

/** The height that half of the text by its length has, whatever small marks and large titles there are. */
function usualHeight(boxes: readonly Box[]): number {
  const sorted = boxes.toSorted((a, b) => a.height - b.height);
  let left = sorted.reduce((sum, { width }) => sum + width, 0) / 2;
  for (const { width, height } of sorted) {
    left -= width;
    if (left <= 0) return height;
  }
  return 0;
}

/** A box with the marks that reach out of it, up to what stands above and below; what overlaps it may belong to it. */
function withReach(box: Box, boxes: readonly Box[], reachPx: number): Box {
  const others = boxes.filter((other) => overlapX(other, box) > 0);
  const ends = others.map(bottomOf).filter((end) => end <= box.top);
  const starts = others.map(({ top }) => top).filter((start) => start >= bottomOf(box));
  const top = Math.max(box.top - reachPx, ...ends);
  const bottom = Math.min(bottomOf(box) + reachPx, ...starts);
  return { ...box, top, height: bottom - top };
}

/** Small print above or below large print is so many times as long as high; marks of one letter are shorter. */
const minPrintLength = 3;

/**
 * Of a line at whose upper half the detector saw a line of its own: how much of this one's width and height stands in the
 * other, how high it is at most as a share of it, and how high both together are at most in lines.
 */
const upperHalf = { width: 0.8, height: 0.3, lower: 0.8, together: 1.8 } as const;

/** The band of ink that two boxes share, where it is that of one line. */
function bandOfBoth(box: Box, letters: Box, usual: number, ink: Ink): Box | undefined {
  const isWithin =
    box.height < upperHalf.lower * letters.height &&
    overlapX(box, letters) > upperHalf.width * box.width &&
    overlapY(box, letters) > upperHalf.height * box.height;
  if (!isWithin) return undefined;
  const both = unionOf([box, letters]);
  if (both.height > upperHalf.together * usual) return undefined;
  const [band, another] = ink.bands(both);
  return another === undefined ? band : undefined;
}

/** Nothing may be read twice: what stands in another box, or is its row of marks, is one with it. */
function onceOnly(boxes: readonly Box[], usual: number, ink: Ink): Box[] {
  const kept: Box[] = [];
  for (const box of boxes.toSorted((a, b) => b.height - a.height)) {
    const seenTwice = kept.find((other) => bandOfBoth(box, other, usual, ink) !== undefined);
    const band = seenTwice && bandOfBoth(box, seenTwice, usual, ink);
    if (seenTwice !== undefined && band !== undefined) {
      kept[kept.indexOf(seenTwice)] = band;
      continue;
    }
    const [letters] = kept
      .filter((other) => isMarkOf(box, other) || isPartOf(box, other))
      .sort((a, b) => overlapY(box, b) - overlapY(box, a));
    if (letters === undefined) {
      kept.push(box);
      continue;
    }
    const whole = unionOf([box, letters]);
    if (whole.height <= Math.max(letters.height, tallShare * usual)) kept[kept.indexOf(letters)] = whole;
    else if (box.width >= minPrintLength * box.height && !isPartOf(box, letters)) kept.push(box);
  }
  return kept;
}

const isMarkOf = (box: Box, letters: Box) =>
  box.height < markShare * letters.height &&
  overlapX(box, letters) > 0.8 * box.width &&
  overlapY(box, letters) > -0.1 * letters.height;

const isPartOf = (box: Box, other: Box) =>
  overlapX(box, other) > 0.5 * box.width && overlapY(box, other) > 0.5 * box.height;

/** Text never stands on both sides of a line that is drawn beside its whole height. */
function cutAtRules(box: Box, rules: Rules): Box[] {
  const margin = 0.3 * box.height;
  const rule = rules.vertical.find(
    ({ at, from, to }) =>
      at > box.left + margin &&
      at < rightOf(box) - margin &&
      from < box.top + 0.3 * box.height &&
      to > bottomOf(box) - 0.3 * box.height,
  );
  if (rule === undefined) return [box];
  return [
    { ...box, width: rule.at - box.left },
    { ...box, left: rule.at, width: rightOf(box) - rule.at },
  ].flatMap((part) => cutAtRules(part, rules));
}

/** A box that only just reaches across a line has no letter there: what is so narrow is empty, or the end of another box. */
const sliverShare = 0.6;

const isSliver = (part: Box, others: readonly Box[], ink: Ink) =>
  part.width < sliverShare * part.height &&
  (others.some((other) => isPartOf(part, other)) || ink.bands(part).length === 0);

function joinWords(boxes: readonly Box[], { vertical }: Rules, gutters: readonly Box[]): Box[] {
  return rowsOf(boxes).flatMap((row) => {
    const joined: Box[] = [];
    for (const box of row) {
      const last = joined.at(-1);
      const isNear =
        last !== undefined &&
        areLevel(last, box) &&
        box.left - rightOf(last) < wordGapShare * Math.min(last.height, box.height) &&
        !vertical.some(
          ({ at, from, to }) => at > centreX(last) && at < centreX(box) && from < centreY(box) && to > centreY(box),
        ) &&
        !gutters.some(
          (gutter) => isBeside(box, gutter) && centreX(gutter) > centreX(last) && centreX(gutter) < centreX(box),
        );
      if (isNear) joined[joined.length - 1] = unionOf([last, box]);
      else joined.push(box);
    }
    return joined;
  });
}
