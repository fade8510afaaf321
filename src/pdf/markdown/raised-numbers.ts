import type { TextRun } from "./page-structure.ts";

/** Stand around raised numbers until the text is written: noncharacters, which no escape, count or comparison heeds. */
const [opening, closing] = ["\uFDD0", "\uFDD1"];
const either = /[\uFDD0\uFDD1]/g;

/** A power or the mark of a note is set in letters so much smaller than those before it. */
const smaller = 0.9;
const maxLetters = 8;

/** The text of a line in which raised numbers are marked: unmarked a power would be read as digits of its base. */
export function textOfRuns(runs: readonly TextRun[]): string {
  let text = "";
  for (const [at, run] of runs.entries()) {
    const own = run.text.replaceAll(either, "");
    const end = own.trimEnd();
    text += isRaisedNumber(run, runs[at - 1]) ? opening + end + closing + own.slice(end.length) : own;
  }
  return text;
}

/** Of letters that follow others without a blank. What holds no digit reads the same on the line: `21st`. */
function isRaisedNumber({ raised, size, text }: TextRun, before: TextRun | undefined): boolean {
  if (!raised || before === undefined || size > smaller * before.size) return false;
  return /\S$/u.test(before.text) && /^\S*\p{Nd}\S*\s*$/u.test(text) && text.length <= maxLetters;
}

/** Text without the marks. */
export const withoutMarks = (text: string): string => text.replaceAll(either, "");

/** Marked text with the tags that Markdown has for it, and the letters that these add. */
export function withRaisedTags(text: string): { text: string; added: string } {
  const marks = text.match(either)?.length ?? 0;
  if (marks === 0) return { text, added: "" };
  return { text: text.replaceAll(opening, "<sup>").replaceAll(closing, "</sup>"), added: "sup".repeat(marks) };
}
