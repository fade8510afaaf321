import type { Box } from "../picture/ink.ts";
import type { Rules } from "../picture/ruling-lines.ts";
import { bottomOf, centreX, median, overlap, overlapX, rightOf, rowsOf } from "./boxes.ts";
import { proseOnBothSides } from "./gutter.ts";
import { isBeside, joinWords, wordGapShare } from "./join-words.ts";

interface PartedBoxes {
  parts: readonly Box[];
  parting: readonly Box[];
}

/**
 * Boxes cut where white lanes part columns of prose, or cells of a table that stand as near to each other as words.
 *
 * @param lanesOf the upright lanes without ink; not asked where the boxes are more than those of columns
 * @returns the parts, and the lanes that part them
 */
export function cutAtLanes(boxes: readonly Box[], lanesOf: () => readonly Box[], rules: Rules): PartedBoxes {
  const lanes = boxes.length > maxBoxesOfColumns ? [] : lanesOf();
  const gutters = lanes.filter((lane) => isGutter(boxes, lane, lanes, rules));
  const parted = cutAtGutters(boxes, gutters);
  const gaps = lanes.filter((lane) => !hasRule(lane, rules) && isBetweenCells(parted, lane));
  return { parts: cutAtGutters(parted, gaps), parting: [...gutters, ...gaps] };
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
