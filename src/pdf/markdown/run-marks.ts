import type { TextRun } from "./page-structure.ts";

/** Stand around letters until the text is written: noncharacters, which no escape, count or comparison heeds. */
const marks = { raised: ["\uFDD0", "\uFDD1"], struck: ["\uFDD2", "\uFDD3"] } as const;
const any = /[\uFDD0-\uFDD3]/g;
const raised = /[\uFDD0\uFDD1]/g;
const tags: Readonly<Record<string, string>> = {
  "\uFDD0": "<sup>",
  "\uFDD1": "</sup>",
  "\uFDD2": "~~",
  "\uFDD3": "~~",
};

/** A power or the mark of a note is set in letters so much smaller than those before it. */
const smaller = 0.9;
const maxLetters = 8;

/**
 * The text of a line in which raised numbers and struck letters are marked: unmarked a power would be read as digits of its
 * base, and a price that is struck out as one that holds.
 */
export function textOfRuns(runs: readonly TextRun[]): string {
  let text = "";
  for (let at = 0; at < runs.length; ) {
    let to = at + 1;
    while (to < runs.length && runs[to]?.struck === runs[at]?.struck) to += 1;
    const part = runs.slice(at, to).map((run, index) => markRaised(run, runs[at + index - 1]));
    text += runs[at]?.struck === true ? around(part.join(""), marks.struck) : part.join("");
    at = to;
  }
  return text;
}

function markRaised(run: TextRun, before: TextRun | undefined): string {
  const own = run.text.replaceAll(any, "");
  return isRaisedNumber(run, before) ? around(own, marks.raised) : own;
}

/** White space at the ends stays outside. */
function around(text: string, [opening, closing]: readonly [string, string]): string {
  const inner = text.trim();
  return inner === "" ? text : text.replace(inner, () => opening + inner + closing);
}

/** Of letters that follow others without a blank. What holds no digit reads the same on the line: `21st`. */
function isRaisedNumber({ raised: isRaised, size, text }: TextRun, before: TextRun | undefined): boolean {
  if (!isRaised || before === undefined || size > smaller * before.size) return false;
  return /\S$/u.test(before.text) && /^\S*\p{Nd}\S*\s*$/u.test(text) && text.length <= maxLetters;
}

/** Text without the marks. */
export const withoutMarks = (text: string): string => text.replaceAll(any, "");

/** Marked text with the tags that Markdown has for it, and the letters that these add. */
export function withTags(text: string): { text: string; added: string } {
  if (text.search(any) === -1) return { text, added: "" };
  const added = "sup".repeat(text.match(raised)?.length ?? 0);
  return { text: text.replaceAll(any, (mark) => tags[mark] ?? ""), added };
}
