import type { Box } from "../picture/ink.ts";
import type { Rule, Rules } from "../picture/ruling-lines.ts";
import { bottomOf, median, rightOf } from "./boxes.ts";
import { near } from "./cells.ts";

/**
 * Heights of a line: gaps that are shorter are none, for no joined field is as low; a gap up to the greater is one of the
 * scan where a line ends there in the open, and not at another line as it does beside a joined field.
 */
const shortGapShare = 0.7;
const longGapShare = 3;
/** Print that reaches so much of its height across a line stands in its gap. */
const acrossShare = 0.3;

/** The densest forms have some hundred lines; more is a pattern, and would be compared with each other for minutes. */
const maxRules = 2000;

/** Ruling lines without the gaps that a scanner, a copier or the levelling of the page has left in them; those of a pattern as they are. */
export function mendRules(rules: Rules, boxes: readonly Box[]): Rules {
  const { horizontal, vertical } = rules;
  if (horizontal.length + vertical.length > maxRules) return rules;
  const usualPx = median(boxes.map(({ height }) => height));
  const level = boxes.map((box) => ({ from: box.left, to: rightOf(box), above: box.top, below: bottomOf(box) }));
  const upright = boxes.map((box) => ({ from: box.top, to: bottomOf(box), above: box.left, below: rightOf(box) }));
  return {
    horizontal: mended(horizontal, vertical, level, usualPx),
    vertical: mended(vertical, horizontal, upright, usualPx),
  };
}

/** A box along a line and across it. */
interface Span {
  from: number;
  to: number;
  above: number;
  below: number;
}

function mended(rules: readonly Rule[], crossing: readonly Rule[], spans: readonly Span[], usualPx: number): Rule[] {
  const isFree = (at: number, position: number) =>
    !crossing.some((other) => near(other.at, position) && reaches(other, at));
  const isClear = (at: number, from: number, to: number) =>
    !spans.some(
      (span) =>
        span.from < to &&
        span.to > from &&
        Math.min(at - span.above, span.below - at) > acrossShare * Math.min(usualPx, span.below - span.above),
    );
  const isGap = (at: number, from: number, to: number, isOpen: boolean) =>
    to - from <= shortGapShare * usualPx || (isOpen && to - from <= longGapShare * usualPx && isClear(at, from, to));
  const whole: Rule[] = [];
  for (const rule of rules.toSorted((a, b) => a.from - b.from)) {
    const before = whole.find(
      ({ at, to }) =>
        near(at, rule.at) && to < rule.from && isGap(at, to, rule.from, isFree(at, to) || isFree(rule.at, rule.from)),
    );
    if (before === undefined) whole.push({ ...rule });
    else before.to = rule.to;
  }
  const starts = sharedBy(whole.map(({ from }) => from));
  const ends = sharedBy(whole.map(({ to }) => to));
  for (const rule of whole) {
    const { at, from, to } = rule;
    const meeting = crossing.filter((other) => reaches(other, at)).map((other) => other.at);
    const start = Math.max(...[...meeting, ...starts].filter((position) => position < from));
    const end = Math.min(...[...meeting, ...ends].filter((position) => position > to));
    if (isFree(at, from) && isGap(at, start, from, true)) rule.from = start;
    if (isFree(at, to) && isGap(at, to, end, true)) rule.to = end;
  }
  return whole.sort((a, b) => a.at - b.at);
}

/** Where several of the lines begin or end, as those of a table do that has none at its side. */
const sharedBy = (positions: readonly number[]) =>
  positions.filter((one, index) => positions.some((other, at) => at !== index && near(one, other)));

const reaches = ({ from, to }: Rule, at: number) => (at >= from || near(at, from)) && (at <= to || near(at, to));
