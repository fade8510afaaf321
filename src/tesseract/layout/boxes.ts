import type { Box } from "../picture/ink.ts";

export const rightOf = ({ left, width }: Pick<Box, "left" | "width">): number => left + width;
export const bottomOf = ({ top, height }: Box): number => top + height;
export const centreX = ({ left, width }: Box): number => left + width / 2;
export const centreY = ({ top, height }: Box): number => top + height / 2;

/** Length that two intervals share; negative is the gap between them. */
export const overlap = (from: number, to: number, otherFrom: number, otherTo: number): number =>
  Math.min(to, otherTo) - Math.max(from, otherFrom);

export const overlapX = (one: Box, other: Box): number => overlap(one.left, rightOf(one), other.left, rightOf(other));
export const overlapY = (one: Box, other: Box): number => overlap(one.top, bottomOf(one), other.top, bottomOf(other));

/** Whether a box stands in a line, whose box is that of its letters. */
export const isMostlyIn = (box: Box, line: Box): boolean =>
  overlapX(box, line) > 0.5 * box.width && overlapY(box, line) > 0.5 * box.height;

/** The smallest box around these, which must be at least one. */
export function unionOf(boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map(rightOf));
  const bottom = Math.max(...boxes.map(bottomOf));
  return { left, top, width: right - left, height: bottom - top };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Stand on one line: their middles are nearer than half of the lower one's height. */
export const areLevel = (one: Box, other: Box): boolean =>
  Math.abs(centreY(one) - centreY(other)) < 0.5 * Math.min(one.height, other.height);

/** Rows of one table have their middles so near to each other, as a share of the lower one's height. */
const levelShare = 0.25;

/** Stand on one line for certain, and not by chance. */
export const isLevel = (one: Box, other: Box): boolean =>
  Math.abs(centreY(one) - centreY(other)) <= levelShare * Math.min(one.height, other.height);

/** Rows from top to bottom, each from left to right. */
export function rowsOf<Item extends Box>(items: readonly Item[]): Item[][] {
  const rows: Item[][] = [];
  for (const item of items.toSorted((a, b) => centreY(a) - centreY(b))) {
    const row = rows.at(-1);
    const isSame = row?.some((other) => overlapX(item, other) <= 0 && areLevel(item, other)) ?? false;
    if (
      row !== undefined &&
      isSame &&
      row.every((other) => overlapX(item, other) <= 0.3 * Math.min(item.width, other.width))
    )
      row.push(item);
    else rows.push([item]);
  }
  for (const row of rows) row.sort((a, b) => a.left - b.left);
  return rows;
}
