import { withoutMarks } from "./same-text.ts";

/**
 * Words as they are compared: runs of letters and digits, and Thai letter by letter, because where a Thai word ends depends
 * on what follows.
 */
export function wordsOf(text: string): string[] {
  return (
    withoutMarks(text.normalize("NFC"))
      .toLowerCase()
      .match(/[\u0E00-\u0E7F]|[^\P{L}\u0E00-\u0E7F]\p{M}*(?:[^\P{L}\u0E00-\u0E7F]|[\p{M}\p{Nd}])*|\p{Nd}+/gu) ?? []
  );
}

/**
 * How much of two texts stands in the same order, 0 to 1: twice the words of their longest common subsequence, divided by
 * the words of both. 1 is the same text; a column read out of its turn costs the words of the column.
 */
export function wordOrderSimilarity(found: string, expected: string): number {
  const left = wordsOf(found);
  const right = wordsOf(expected);
  const words = left.length + right.length;
  return words === 0 ? 1 : (2 * commonLength(left, right)) / words;
}

/** Length of the longest common subsequence; quadratic, with one row in memory. What both begin and end with is put aside first. */
export function commonLength(left: readonly string[], right: readonly string[]): number {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  const inner = left.slice(start, left.length - end);
  const others = right.slice(start, right.length - end);
  let previous = new Uint32Array(others.length + 1);
  let current = new Uint32Array(others.length + 1);
  for (const word of inner) {
    for (let at = 1; at <= others.length; at += 1) {
      current[at] =
        word === others[at - 1] ? (previous[at - 1] ?? 0) + 1 : Math.max(previous[at] ?? 0, current[at - 1] ?? 0);
    }
    [previous, current] = [current, previous];
  }
  return start + end + (previous[others.length] ?? 0);
}
