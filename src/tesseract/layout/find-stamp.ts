import type { Box } from "../picture/ink.ts";
import { bottomOf, centreY, overlapX, overlapY, rightOf, unionOf } from "./boxes.ts";

/** A stamp has so many lines, none of them farther from the next than so many heights. */
const minLines = 2;
const maxGapShare = 1.2;
/** Heights of a line that lie between a stamp and what it stands beside. */
const minBesideShare = 1;
/** Lines of one row have their middles so near to each other, as a share of the lower one's height. */
const levelShare = 0.25;
/** Of the lines that stand beside others so many are level with them by chance. */
const maxLevelShare = 0.5;

/**
 * The lines of a stamp: they stand close below each other, to the right of lines that they are not level with. Undefined
 * where there is none; of several the one farthest to the right.
 */
export function findStamp(pieces: readonly Box[]): Box[] | undefined {
  for (const piece of pieces.toSorted((a, b) => b.left - a.left)) {
    const others = besideOf([piece], pieces).filter((other) => isLeftOf(other, piece));
    if (others.length === 0) continue;
    const stamp = grown(piece, pieces, Math.max(...others.map(rightOf)));
    if (stamp.length >= minLines && standsFree(stamp, pieces)) return stamp;
  }
  return undefined;
}

/** A piece with all that stand close below and above it on this side of what it stands beside. */
function grown(piece: Box, pieces: readonly Box[], end: number): Box[] {
  const stamp = [piece];
  for (const line of stamp) {
    const near = pieces.filter((other) => !stamp.includes(other) && other.left > end && isNext(line, other));
    stamp.push(...near);
  }
  return stamp;
}

function isNext(line: Box, other: Box): boolean {
  const gap = Math.max(line.top, other.top) - Math.min(bottomOf(line), bottomOf(other));
  return overlapX(line, other) > 0 && gap < maxGapShare * Math.min(line.height, other.height);
}

function standsFree(stamp: readonly Box[], pieces: readonly Box[]): boolean {
  const box = unionOf(stamp);
  const others = besideOf(stamp, pieces);
  if (others.some((other) => rightOf(other) > box.left - minBesideShare * other.height)) return false;
  const beside = stamp.filter((line) => others.some((other) => overlapY(line, other) > 0));
  const level = beside.filter((line) => others.some((other) => isLevel(line, other)));
  return level.length <= maxLevelShare * beside.length;
}

function besideOf(stamp: readonly Box[], pieces: readonly Box[]): Box[] {
  const box = unionOf(stamp);
  return pieces.filter((other) => !stamp.includes(other) && overlapY(other, box) > 0);
}

const isLeftOf = (one: Box, other: Box) => rightOf(one) <= other.left - minBesideShare * one.height;
const isLevel = (one: Box, other: Box) =>
  Math.abs(centreY(one) - centreY(other)) <= levelShare * Math.min(one.height, other.height);
