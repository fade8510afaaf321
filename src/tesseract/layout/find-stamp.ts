import type { Box } from "../picture/ink.ts";
import { bottomOf, isLevel, overlapX, overlapY, rightOf, unionOf } from "./boxes.ts";

/** A stamp has so many lines, none of them farther from the next than so many heights. */
const minLines = 2;
/** A stamp has a handful of lines, some of two pieces; what has more is a column, which on small print would be grown again for each line. */
const maxLines = 12;
const maxGapShare = 1.2;
/** Heights of a line that lie between a stamp and what it stands beside. */
const minBesideShare = 1;
/** Of the lines that stand beside others so many are level with them by chance. */
const maxLevelShare = 0.5;

/**
 * The lines of a stamp: they stand close below each other, to the right of lines that they are not level with. Undefined
 * where there is none; of several the one farthest to the right.
 */
export function findStamp(pieces: readonly Box[]): Box[] | undefined {
  for (const piece of pieces.toSorted((a, b) => b.left - a.left)) {
    const others = pieces.filter((other) => isLeftOf(other, piece) && overlapY(other, piece) > 0);
    if (others.length === 0) continue;
    const stamp = grown(piece, pieces, Math.max(...others.map(rightOf)));
    if (stamp.size >= minLines && stamp.size <= maxLines && standsFree(stamp, pieces)) return [...stamp];
  }
  return undefined;
}

/** A piece with all that stand close below and above it on this side of what it stands beside; growing ends beyond `maxLines`. */
function grown(piece: Box, pieces: readonly Box[], end: number): Set<Box> {
  const stamp = new Set([piece]);
  for (const line of stamp) {
    if (stamp.size > maxLines) break;
    for (const other of pieces) if (other.left > end && isNext(line, other)) stamp.add(other);
  }
  return stamp;
}

function isNext(line: Box, other: Box): boolean {
  const gap = Math.max(line.top, other.top) - Math.min(bottomOf(line), bottomOf(other));
  return overlapX(line, other) > 0 && gap < maxGapShare * Math.min(line.height, other.height);
}

function standsFree(stamp: ReadonlySet<Box>, pieces: readonly Box[]): boolean {
  const box = unionOf([...stamp]);
  const others = pieces.filter((other) => overlapY(other, box) > 0 && !stamp.has(other));
  if (others.some((other) => rightOf(other) > box.left - minBesideShare * other.height)) return false;
  const beside = [...stamp].filter((line) => others.some((other) => overlapY(line, other) > 0));
  const level = beside.filter((line) => others.some((other) => isLevel(line, other)));
  return level.length <= maxLevelShare * beside.length;
}

const isLeftOf = (one: Box, other: Box) => rightOf(one) <= other.left - minBesideShare * one.height;
