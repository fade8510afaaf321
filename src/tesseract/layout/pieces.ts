import type { Box } from "../picture/ink.ts";
import type { Rules } from "../picture/ruling-lines.ts";
import { bottomOf, centreY, overlapX, overlapY, rightOf, unionOf } from "./boxes.ts";
import { cutAtLanes } from "./cut-at-lanes.ts";
import { joinWords } from "./join-words.ts";

/** Marks of Thai are found alone where they stand apart; they are lower than this share of the letters below. */
const markShare = 0.62;
/** A box so many times as high as most may hold two lines. */
const tallShare = 1.4;

/** What is asked about the ink of the page. */
export interface Ink {
  /** The lines of ink in a part of the page. */
  bands(box: Box): Box[];
  /** The upright lanes without ink between and beside lines of this height. */
  lanes(usualPx: number): Box[];
}

/**
 * What the detector found, as pieces of lines: marks joined with their letters, boxes over several lines cut where the
 * bands of ink are, boxes across a ruling line or a gutter cut there, and the words of a line joined up to the next wide
 * gap.
 */
export function piecesOf(boxes: readonly Box[], ink: Ink, rules: Rules): Box[] {
  const usual = usualHeight(boxes);
  const single = boxes.flatMap((box) => {
    if (box.height <= tallShare * usual) return [box];
    const parts = ink
      .bands(withReach(box, boxes, Math.round(usual / 2)))
      .filter((part) => part.height >= 0.5 * usual && centreY(part) > box.top && centreY(part) < bottomOf(box));
    return parts.length === 0 ? [box] : parts;
  });
  const once = onceOnly(single, usual, ink);
  const cut = once.flatMap((box) => {
    const parts = cutAtRules(box, rules);
    const others = once.filter((other) => other !== box);
    return parts.length === 1 ? parts : parts.filter((part) => !isSliver(part, others, ink));
  });
  const { parts, parting } = cutAtLanes(cut, () => ink.lanes(usual), rules);
  return joinWords(parts, rules, parting);
}

/** The height that half of the text by its length has, whatever small marks and large titles there are. */
function usualHeight(boxes: readonly Box[]): number {
  const sorted = boxes.toSorted((a, b) => a.height - b.height);
  let left = sorted.reduce((sum, { width }) => sum + width, 0) / 2;
  for (const { width, height } of sorted) {
    left -= width;
    if (left <= 0) return height;
  }
  return 0;
}

/** A box with the marks that reach out of it, up to what stands above and below; what overlaps it may belong to it. */
function withReach(box: Box, boxes: readonly Box[], reachPx: number): Box {
  const others = boxes.filter((other) => overlapX(other, box) > 0);
  const ends = others.map(bottomOf).filter((end) => end <= box.top);
  const starts = others.map(({ top }) => top).filter((start) => start >= bottomOf(box));
  const top = Math.max(box.top - reachPx, ...ends);
  const bottom = Math.min(bottomOf(box) + reachPx, ...starts);
  return { ...box, top, height: bottom - top };
}

/** Small print above or below large print is so many times as long as high; marks of one letter are shorter. */
const minPrintLength = 3;

/**
 * Of a line at whose upper half the detector saw a line of its own: how much of this one's width and height stands in the
 * other, how high it is at most as a share of it, and how high both together are at most in lines.
 */
const upperHalf = { width: 0.8, height: 0.3, lower: 0.8, together: 1.8 } as const;

/** The band of ink that two boxes share, where it is that of one line. */
function bandOfBoth(box: Box, letters: Box, usual: number, ink: Ink): Box | undefined {
  const isWithin =
    box.height < upperHalf.lower * letters.height &&
    overlapX(box, letters) > upperHalf.width * box.width &&
    overlapY(box, letters) > upperHalf.height * box.height;
  if (!isWithin) return undefined;
  const both = unionOf([box, letters]);
  if (both.height > upperHalf.together * usual) return undefined;
  const [band, another] = ink.bands(both);
  return another === undefined ? band : undefined;
}

/** Nothing may be read twice: what stands in another box, or is its row of marks, is one with it. */
function onceOnly(boxes: readonly Box[], usual: number, ink: Ink): Box[] {
  const kept: Box[] = [];
  for (const box of boxes.toSorted((a, b) => b.height - a.height)) {
    const [seenTwice] = kept.flatMap((other, at) => {
      const band = bandOfBoth(box, other, usual, ink);
      return band === undefined ? [] : [{ at, band }];
    });
    if (seenTwice !== undefined) {
      kept[seenTwice.at] = seenTwice.band;
      continue;
    }
    const [letters] = kept
      .filter((other) => isMarkOf(box, other) || isPartOf(box, other))
      .sort((a, b) => overlapY(box, b) - overlapY(box, a));
    if (letters === undefined) {
      kept.push(box);
      continue;
    }
    const whole = unionOf([box, letters]);
    if (whole.height <= Math.max(letters.height, tallShare * usual)) kept[kept.indexOf(letters)] = whole;
    else if (box.width >= minPrintLength * box.height && !isPartOf(box, letters)) kept.push(box);
  }
  return kept;
}

const isMarkOf = (box: Box, letters: Box) =>
  box.height < markShare * letters.height &&
  overlapX(box, letters) > 0.8 * box.width &&
  overlapY(box, letters) > -0.1 * letters.height;

const isPartOf = (box: Box, other: Box) =>
  overlapX(box, other) > 0.5 * box.width && overlapY(box, other) > 0.5 * box.height;

/** Text never stands on both sides of a line that is drawn beside its whole height. */
function cutAtRules(box: Box, rules: Rules): Box[] {
  const margin = 0.3 * box.height;
  const rule = rules.vertical.find(
    ({ at, from, to }) =>
      at > box.left + margin &&
      at < rightOf(box) - margin &&
      from < box.top + 0.3 * box.height &&
      to > bottomOf(box) - 0.3 * box.height,
  );
  if (rule === undefined) return [box];
  return [
    { ...box, width: rule.at - box.left },
    { ...box, left: rule.at, width: rightOf(box) - rule.at },
  ].flatMap((part) => cutAtRules(part, rules));
}

/** A box that only just reaches across a line has no letter there: what is so narrow is empty, or the end of another box. */
const sliverShare = 0.6;

const isSliver = (part: Box, others: readonly Box[], ink: Ink) =>
  part.width < sliverShare * part.height &&
  (others.some((other) => isPartOf(part, other)) || ink.bands(part).length === 0);
