import type { HeadingCandidate } from "./heading-candidate.ts";
import type { PageMarkdown } from "./page-markdown.ts";

/** Letters of each style: what a document is mostly written in. */
export type StyleCounts = [size: number, bold: boolean, letters: number][];

/** What a page tells of its headings. */
export interface PageHeadings {
  /** In their order on the page. */
  candidates: HeadingCandidate[];
  styles: StyleCounts;
}

/** A heading is larger than the text by so much. */
const largerThanText = 1.09;
const maxLevel = 6;
/** What stands near the edge of so many pages is a running head. */
const runningPages = 3;
const runningEdge = 0.13;
/** So near to the edge of the page stands nothing but running heads and page numbers, as a share of its height. */
const headEdge = 0.08;

interface Body {
  size: number;
  bold: boolean;
}

/**
 * Marks the headings of a document, at the same level wherever they look the same: larger ones first, then bold, capital
 * and italic ones; of headings that look the same, those with more numbers before them stand deeper.
 */
export function withHeadings(pages: readonly PageMarkdown[]): PageMarkdown[] {
  const told = pages.flatMap((page) => ("headings" in page && page.headings !== undefined ? [page.headings] : []));
  const body = bodyOf(told);
  const running = runningHeads(told);
  const chosen = new Set(told.flatMap(({ candidates }) => headingsOf(candidates, body, running)));
  const levels = levelsOf([...chosen]);
  const prefix = (found: HeadingCandidate) =>
    chosen.has(found) ? `${"#".repeat(levels.get(keyOf(found)) ?? 1)} ` : found.otherwise;
  return pages.map((page) =>
    "headings" in page && page.headings !== undefined
      ? { markdown: marked(page.markdown, page.headings.candidates, prefix) }
      : page,
  );
}

function marked(
  markdown: string,
  candidates: readonly HeadingCandidate[],
  prefix: (found: HeadingCandidate) => string,
): string {
  let text = "";
  let from = 0;
  for (const found of candidates) {
    text += markdown.slice(from, found.at) + prefix(found);
    from = found.at;
  }
  return text + markdown.slice(from);
}

function bodyOf(pages: readonly PageHeadings[]): Body {
  const letters = new Map<number, { all: number; bold: number }>();
  for (const { styles } of pages) {
    for (const [size, bold, count] of styles) {
      const held = letters.get(size) ?? { all: 0, bold: 0 };
      letters.set(size, { all: held.all + count, bold: held.bold + (bold ? count : 0) });
    }
  }
  const [most] = [...letters].sort((a, b) => b[1].all - a[1].all);
  return most === undefined ? { size: 10, bold: false } : { size: most[0], bold: most[1].bold * 2 > most[1].all };
}

const unnumbered = ({ text }: HeadingCandidate) => text.replace(/\p{Nd}+/gu, "0");

function runningHeads(pages: readonly PageHeadings[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { candidates } of pages) {
    for (const text of new Set(candidates.filter(({ edge }) => edge < runningEdge).map(unnumbered))) {
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return new Set([...counts].filter(([, count]) => count >= runningPages).map(([text]) => text));
}

/** Those of one page, judged from the last to the first: one that leads to another one that is none leads nowhere. */
function headingsOf(
  candidates: readonly HeadingCandidate[],
  body: Body,
  running: ReadonlySet<string>,
): HeadingCandidate[] {
  const headings: HeadingCandidate[] = [];
  let following: HeadingCandidate | undefined;
  for (const found of candidates.toReversed()) {
    const leads =
      found.next === "text" || (found.next === "candidate" && following === headings[0] && following !== undefined);
    if (!running.has(unnumbered(found)) && isHeading(found, body, leads)) headings.unshift(found);
    following = found;
  }
  return headings;
}

function isHeading(found: HeadingCandidate, body: Body, leads: boolean): boolean {
  const { size, bold, italic, capitals, depth, apart, next, edge, text } = found;
  const larger = size / body.size;
  if (edge < headEdge && larger < 1.2) return false;
  // Names of authors and their places are often a little larger than the text.
  if (!bold && larger < 1.5 && !leads) return false;
  if (larger >= largerThanText && (next !== "end" || larger >= 1.3)) return !/[.:]$/.test(text) || larger >= 1.2;
  if (larger < 0.85 || next === "end" || next === "other") return false;
  const ends = /[.:!?]$/.test(text);
  if (bold && !body.bold) return !ends && (apart || depth > 0 || next === "text");
  if (!apart) return false;
  if (capitals && text.length >= 5 && text.length <= 80) return next === "text";
  if (ends || next !== "text") return false;
  return italic && /^\P{Ll}/u.test(text) && text.length <= 70;
}

const rounded = (size: number) => Math.round(size * 2) / 2;

const keyOf = ({ size, bold, capitals, italic, depth }: HeadingCandidate) =>
  [rounded(size), bold ? 1 : 0, capitals ? 1 : 0, italic ? 0 : 1, 9 - depth].map((part) => String(part)).join(" ");

function levelsOf(headings: readonly HeadingCandidate[]): ReadonlyMap<string, number> {
  const kinds = new Map(headings.map((heading) => [keyOf(heading), heading]));
  const sorted = [...kinds].sort(
    ([, a], [, b]) =>
      rounded(b.size) - rounded(a.size) ||
      Number(b.bold) - Number(a.bold) ||
      Number(b.capitals) - Number(a.capitals) ||
      Number(a.italic) - Number(b.italic) ||
      a.depth - b.depth,
  );
  return new Map(sorted.map(([key], rank) => [key, Math.min(maxLevel, rank + 1)]));
}
