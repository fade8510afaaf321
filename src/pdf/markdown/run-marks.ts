import { listMarker } from "./list-marker.ts";
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
    text += runs[at]?.struck === true ? strike(part.join(""), at === 0) : part.join("");
    at = to;
  }
  return text;
}

/** The marker of an item stays outside: within it would be none, and the item part of the one before. */
function strike(text: string, beginsLine: boolean): string {
  const rest = beginsLine ? listMarker(text)?.rest : undefined;
  if (rest === undefined) return around(text, marks.struck);
  return text.slice(0, text.length - rest.length) + around(rest, marks.struck);
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

const closing: ReadonlySet<string | undefined> = new Set([marks.raised[1], marks.struck[1]]);
const opening: ReadonlySet<string | undefined> = new Set([marks.raised[0], marks.struck[0]]);

export function marksAtEnd(text: string): string {
  let from = text.length;
  while (closing.has(text[from - 1])) from -= 1;
  return text.slice(from);
}

export function marksAtStart(text: string): string {
  let to = 0;
  while (opening.has(text[to])) to += 1;
  return text.slice(0, to);
}

/** Whether what these marks end and begin is struck. */
export const strikeGoesOn = (end: string, start: string): boolean =>
  end.endsWith(marks.struck[1]) && start.startsWith(marks.struck[0]);

/** A tilde beside a strike would be part of its tag, or make a fence of it. */
const besideStrike = /~(?=[\uFDD2\uFDD3])|(?<=[\uFDD2\uFDD3])~/g;

/** Marked text with the tags that Markdown has for it, and the letters that these add. */
export function withTags(text: string): { text: string; added: string } {
  if (text.search(any) === -1) return { text, added: "" };
  const added = "sup".repeat(text.match(raised)?.length ?? 0);
  return { text: text.replaceAll(besideStrike, "\\~").replaceAll(any, (mark) => tags[mark] ?? ""), added };
}
