import { type Anchor, anchorsOf } from "./anchors.ts";
import { type Box, unionOf } from "./box.ts";
import type { PageLink, PageStructure, TextLine, TextRun } from "./page-structure.ts";
import { textOfRuns } from "./run-marks.ts";

/** A piece of upright text that is not parted any further; what stands beside it on the same line are others. */
export interface Fragment {
  text: string;
  box: Box;
  baseline: number;
  /** Points; of most of its letters. */
  size: number;
  /** All of its letters, nearly. */
  bold: boolean;
  italic: boolean;
  monospaced: boolean;
  runs: readonly TextRun[];
  /** Place in the file, from 0. */
  order: number;
  block: number;
  anchors: readonly Anchor[];
}

/** Share of the letters that must have a style for the whole to have it: a colon or a number may differ. */
const wholeShare = 0.85;

/** The lines with anything to read; line ends without their white space. */
export function fragmentsOf({ lines, links }: Pick<PageStructure, "lines" | "links">): Fragment[] {
  return lines.map((line, order) => fragmentOf(line, order, links)).filter(({ text }) => text !== "");
}

function fragmentOf(line: TextLine, order: number, links: readonly PageLink[]): Fragment {
  const { runs, box, baseline, block } = line;
  const anchors = links.length === 0 ? [] : anchorsOf(line, links);
  const text = textOfRuns(runs);
  return { text: text.trim(), box, baseline, runs, order, block, anchors, ...styleOf(runs) };
}

type Style = Pick<Fragment, "size" | "bold" | "italic" | "monospaced">;

/** The style of most letters; white space has none. */
function styleOf(runs: readonly TextRun[]): Style {
  const counted = runs.map((run) => ({ ...run, letters: run.text.trim().length }));
  const all = counted.reduce((sum, { letters }) => sum + letters, 0);
  const share = (has: (run: TextRun) => boolean) =>
    counted.reduce((sum, run) => sum + (has(run) ? run.letters : 0), 0) >= wholeShare * all;
  const most = counted.reduce((best, run) => (run.letters > best.letters ? run : best), counted[0] ?? none);
  return {
    size: most.size,
    bold: all > 0 && share((run) => run.bold),
    italic: all > 0 && share((run) => run.italic),
    monospaced: all > 0 && share((run) => run.monospaced),
  };
}

const none = { size: 0, letters: 0 };

/** Fragments beside each other, from left to right, as one. */
export function joinFragments(row: readonly Fragment[], text: string): Fragment {
  const runs = row.flatMap((fragment) => fragment.runs);
  const [first] = row;
  if (first === undefined) throw new RangeError("nothing to join");
  if (row.length === 1) return first.text === text ? first : { ...first, text };
  const anchors = row.flatMap((fragment) => fragment.anchors);
  return {
    ...first,
    text,
    runs,
    anchors,
    box: unionOf(row.map(({ box }) => box)),
    ...styleOf(runs),
    size: sizeOf(row),
  };
}

function sizeOf(row: readonly Fragment[]): number {
  const letters = new Map<number, number>();
  for (const { size, text } of row) letters.set(size, (letters.get(size) ?? 0) + text.length);
  return [...letters].reduce((most, found) => (found[1] > most[1] ? found : most), [0, -1])[0];
}
