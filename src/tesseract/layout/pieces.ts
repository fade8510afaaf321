import type { Box } from "../picture/ink.ts";
import type { Rules } from "../picture/ruling-lines.ts";
import { areLevel, bottomOf, centreX, centreY, overlapX, overlapY, rightOf, rowsOf, unionOf } from "./boxes.ts";

/** Marks of Thai are found alone where they stand apart; they are lower than this share of the letters below. */
const markShare = 0.62;
/** Words of one line stand nearer than this share of their height. */
const wordGapShare = 1.1;
/** A box so many times as high as most may hold two lines. */
const tallShare = 1.4;

/**
 * What the detector found, as pieces of lines: marks joined with their letters, boxes over several lines cut where the
 * bands of ink are, boxes across a ruling line cut there, and the words of a line joined up to the next wide gap.
 */
export function piecesOf(boxes: readonly Box[], bands: (box: Box) => Box[], rules: Rules): Box[] {
  const usual = usualHeight(boxes);
  const single = boxes.flatMap((box) => {
    if (box.height <= tallShare * usual) return [box];
    const reach = Math.round(usual / 2);
    const parts = bands({ ...box, top: box.top - reach, height: box.height + 2 * reach }).filter(
      (part) => part.height >= 0.5 * usual && centreY(part) > box.top && centreY(part) < bottomOf(box),
    );
    return parts.length === 0 ? [box] : parts;
  });
  const cut = onceOnly(single, usual).flatMap((box) => cutAtRules(box, rules));
  return joinWords(cut, rules);
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

/** Nothing may be read twice: what stands in another box, or is its row of marks, is one with it. */
function onceOnly(boxes: readonly Box[], usual: number): Box[] {
  const kept: Box[] = [];
  for (const box of boxes.toSorted((a, b) => b.height - a.height)) {
    const [letters] = kept
      .filter((other) => isMarkOf(box, other) || isPartOf(box, other))
      .sort((a, b) => overlapY(box, b) - overlapY(box, a));
    if (letters === undefined) {
      kept.push(box);
      continue;
    }
    const whole = unionOf([box, letters]);
    if (whole.height <= Math.max(letters.height, tallShare * usual)) kept[kept.indexOf(letters)] = whole;
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
function cutAtRules(box: Box, { vertical }: Rules): Box[] {
  const margin = 0.3 * box.height;
  const rule = vertical.find(
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
  ].flatMap((part) => cutAtRules(part, { vertical: [], horizontal: [] }));
}

function joinWords(boxes: readonly Box[], { vertical }: Rules): Box[] {
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
        );
      if (isNear) joined[joined.length - 1] = unionOf([last, box]);
      else joined.push(box);
    }
    return joined;
  });
}
