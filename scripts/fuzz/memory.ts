/** Shares of growth: what measures of the same service differ by, at rest, stays below it. */
const noticeable = 0.05;

/** By how much memory has grown from the first measure to the second, as a share. */
export const growthOf = (fromBytes: number, toBytes: number) => toBytes / fromBytes - 1;

/**
 * Whether memory leaks, by its size at the beginning, in the middle and at the end of like work. What leaks grows in the
 * second half as in the first. A heap that is still finding its size grows in the first; a measure that is off makes one
 * half seem to grow, and not both.
 */
export function leaks(startBytes: number, middleBytes: number, endBytes: number): boolean {
  return Math.min(growthOf(startBytes, middleBytes), growthOf(middleBytes, endBytes)) > noticeable;
}
