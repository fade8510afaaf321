import { marksAtEnd, marksAtStart, strikeGoesOn } from "./run-marks.ts";

/** Scripts that write no blank between words: their lines are joined without one. */
const unspaced =
  "\\u0E01-\\u0E2E\\u0E30-\\u0E45\\u0E47-\\u0E4E\\u0E80-\\u0EFF\\u1000-\\u109F\\u1780-\\u17FF\\u3040-\\u30FF\\u3400-\\u9FFF\\uF700-\\uF71A";
const unspacedEnd = new RegExp(`[${unspaced}]$`);
const unspacedStart = new RegExp(`^[${unspaced}]`);
const hyphenated = /(\p{Ll}+)-$/u;
const continued = /^(\p{Ll}+)/u;

/** Words with a hyphen that stand on the page whole: at a line's end they keep it. */
export type Compounds = ReadonlySet<string>;

export function compoundsOf(texts: readonly string[]): Compounds {
  const found = new Set<string>();
  for (const text of texts) {
    if (!text.includes("-")) continue;
    for (const [word] of text.matchAll(/\p{L}+-\p{L}+/gu)) found.add(word.toLowerCase());
  }
  return found;
}

/**
 * Two lines of one paragraph as one: with a blank, or none where the script has none or a hyphen parts a word. What is
 * struck on both is struck once.
 */
export function joinTwo(before: string, after: string, compounds: Compounds): string {
  const closing = marksAtEnd(before);
  const opening = marksAtStart(after);
  const rest = after.slice(opening.length);
  const [first, blank] = joint(before.slice(0, before.length - closing.length), rest, compounds);
  return strikeGoesOn(closing, opening)
    ? first + closing.slice(0, -1) + blank + opening.slice(1) + rest
    : first + closing + blank + opening + rest;
}

/** What stays of the first of two lines, and what parts it from the second. */
function joint(before: string, after: string, compounds: Compounds): [first: string, blank: string] {
  if (before === "" || after === "") return [before, ""];
  if (before.endsWith("\u00AD")) return [before.slice(0, -1), ""];
  const left = before.endsWith("-") ? hyphenated.exec(before)?.[1] : undefined;
  const right = left === undefined ? undefined : continued.exec(after)?.[1];
  if (left !== undefined && right !== undefined) {
    return compounds.has(`${left}-${right}`) ? [before, ""] : [before.slice(0, -1), ""];
  }
  if (/\p{L}-$/u.test(before) && /^\p{L}/u.test(after)) return [before, ""];
  return unspacedEnd.test(before) && unspacedStart.test(after) ? [before, ""] : [before, " "];
}

export const joinLines = (lines: readonly string[], compounds: Compounds): string =>
  lines.reduce((text, line) => joinTwo(text, line, compounds), "");

/** The texts of one row: with a blank between, in the direction of its script. */
export function joinRow(texts: readonly string[]): string {
  if (texts.length < 2) return texts[0] ?? "";
  const all = texts.join(" ");
  return isRightToLeft(all) ? texts.toReversed().join(" ") : all;
}

const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDCF\uFDF0-\uFDFF\uFE70-\uFEFC]/g;

export function isRightToLeft(text: string): boolean {
  const found = text.match(rightToLeft);
  return found !== null && found.length * 2 > text.length;
}
