import { settleDoubts } from "../digits/doubtful-digits.ts";
import { overlapX, overlapY } from "../layout/boxes.ts";
import type { Box } from "../picture/ink.ts";
import type { Line } from "./read-line.ts";

/** What is lower or narrower than these shares of a line's height is a dash, a speck, or a row of marks. */
const minUnreadHeight = 0.5;
const minUnreadWidth = 1;
/** What other lines have words in to this share of its area was read with them. */
const readShare = 0.5;

/** The words of a line that was read take this share of what it was seen by on a ground; of short ones a third. */
const groundReadShare = 0.15;

/**
 * How many lines came to no text, and do not stand within the words of others, and grounds and places behind leaders with
 * print that hold no words.
 */
export function countUnread(
  lines: readonly Line[],
  grounds: readonly Box[],
  behindLeaders: readonly Box[],
  words: readonly Box[],
  usualPx: number,
): number {
  const isRead = (box: Box, by: readonly Box[], share: number) => {
    const shared = by.map((one) => Math.max(0, overlapX(one, box)) * Math.max(0, overlapY(one, box)));
    return shared.reduce((sum, area) => sum + area, 0) >= share * box.width * box.height;
  };
  const isLine = ({ width, height }: Box) => height >= minUnreadHeight * usualPx && width >= minUnreadWidth * usualPx;
  const empty = lines.filter(({ text, box }) => text === "" && isLine(box) && !isRead(box, words, readShare));
  const emptyBoxes = empty.map(({ box }) => box);
  const lost = grounds.filter((box) => isLine(box) && !isRead(box, [...words, ...emptyBoxes], groundReadShare));
  const lostBehind = behindLeaders.filter((box) => !isRead(box, [...words, ...emptyBoxes], groundReadShare));
  return empty.length + lost.length + lostBehind.length;
}

/**
 * Below it a line that only the second reading found is often none, or has a sign too many: it makes "(ADO" of a
 * signature at 58, and ". 27" of a page number behind dots at 55.
 */
const minSureLone = 80;
/** The reading of the page makes "[hor" of a signature at 14; of 102 lines of print one was lower, at 56, and wrong. */
const minSureOnce = 60;

/** Whether a line with letters or digits rests on one reading that was not sure of it. */
export const isUnsure = ({ agreed, isLone, confidence, text }: Line): boolean =>
  agreed === undefined &&
  confidence < (isLone === true ? minSureLone : minSureOnce) &&
  /[\p{L}\p{N}]/u.test(settleDoubts(text).text);
