import type { Box } from "../picture/ink.ts";
import type { Rules } from "../picture/ruling-lines.ts";
import { areLevel, centreX, centreY, overlapY, rightOf, rowsOf, unionOf } from "./boxes.ts";

/** Words of one line stand nearer than this share of their height. */
export const wordGapShare = 1.1;

/** Whether a box stands beside an upright lane, or in it, with its whole height. */
export const isBeside = (box: Box, lane: Box): boolean => overlapY(box, lane) > 0.8 * box.height;

/** The words of each line joined up to the next wide gap, ruling line or lane. */
export function joinWords(boxes: readonly Box[], { vertical }: Rules, lanes: readonly Box[]): Box[] {
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
        !lanes.some((lane) => isBeside(box, lane) && centreX(lane) > centreX(last) && centreX(lane) < centreX(box));
      if (isNear) joined[joined.length - 1] = unionOf([last, box]);
      else joined.push(box);
    }
    return joined;
  });
}
