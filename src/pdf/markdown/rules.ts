import { type Box, overlap } from "./box.ts";
import type { DrawnShape } from "./page-structure.ts";

/** A straight upright line: `at` is its y (x for an upright one), `from` and `to` where it begins and ends. */
export interface Rule {
  at: number;
  from: number;
  to: number;
}

export interface Rules {
  horizontal: Rule[];
  vertical: Rule[];
}

/** Points. What is thicker is a ground, not a rule. */
const maxThickness = 3.5;
/** Points. What is shorter is a dash or a part of a picture. */
const minLength = 6;
/** Points. Double rules count as one. */
export const sameRule = 4.5;
/** Points between pieces of one rule, and between rules that count as one. */
const tolerance = 2.5;

/** The rules that are drawn, also as thin boxes and as the edges of outlined ones; pieces of one line are put together. */
export function rulesOf(shapes: readonly DrawnShape[]): Rules {
  const horizontal: Rule[] = [];
  const vertical: Rule[] = [];
  for (const { box, stroked, rectangular } of shapes) {
    if (!rectangular) continue;
    const [left, top, right, bottom] = box;
    const [width, height] = [right - left, bottom - top];
    // Dots of a dotted rule are both; a rule is sometimes drawn in such short pieces.
    if (height <= maxThickness && width >= height) horizontal.push({ at: (top + bottom) / 2, from: left, to: right });
    else if (width <= maxThickness) vertical.push({ at: (left + right) / 2, from: top, to: bottom });
    else if (stroked) {
      horizontal.push({ at: top, from: left, to: right }, { at: bottom, from: left, to: right });
      vertical.push({ at: left, from: top, to: bottom }, { at: right, from: top, to: bottom });
    }
  }
  return { horizontal: merged(horizontal), vertical: merged(vertical) };
}

/** Points. Grounds behind rows of a table are about as high as lines of text, and wider. */
const groundHeight = { min: 8, max: 60 };
const minGroundWidth = 60;

/** The upper and lower edges of grounds of one width, as every second row of a table has them. */
export function groundEdges(shapes: readonly DrawnShape[]): Rule[] {
  const groups = new Map<string, Rule[]>();
  for (const { box, stroked, rectangular } of shapes) {
    const [left, top, right, bottom] = box;
    const height = bottom - top;
    if (stroked || !rectangular || height < groundHeight.min || height > groundHeight.max) continue;
    if (right - left < minGroundWidth) continue;
    const key = `${Math.round(left)} ${Math.round(right)}`;
    const edges = [top, bottom].map((at) => ({ at, from: left, to: right }));
    groups.set(key, [...(groups.get(key) ?? []), ...edges]);
  }
  return [...groups.values()].filter((edges) => edges.length >= 4).flat();
}

function merged(rules: readonly Rule[]): Rule[] {
  const sorted = [...rules].sort((a, b) => a.at - b.at || a.from - b.from);
  const lines: Rule[][] = [];
  for (const rule of sorted) {
    const line = lines.at(-1);
    const first = line?.[0];
    if (line !== undefined && first !== undefined && rule.at - first.at <= tolerance) line.push(rule);
    else lines.push([rule]);
  }
  return lines.flatMap(joined).filter(({ from, to }) => to - from >= minLength);
}

/** Rules at one place: those that touch are one. */
function joined(line: readonly Rule[]): Rule[] {
  const result: Rule[] = [];
  for (const rule of [...line].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && rule.from - last.to <= tolerance) last.to = Math.max(last.to, rule.to);
    else result.push({ ...rule });
  }
  return result;
}

/** Whether the two rules meet, or nearly. */
export const meet = (horizontal: Rule, vertical: Rule): boolean =>
  overlap(horizontal.from, horizontal.to, vertical.at, vertical.at) >= -tolerance &&
  overlap(vertical.from, vertical.to, horizontal.at, horizontal.at) >= -tolerance;

/** Share of `from`–`to` that the rules cover. */
export function coverage(rules: readonly Rule[], from: number, to: number): number {
  let covered = 0;
  for (const rule of rules) covered += Math.max(0, overlap(rule.from, rule.to, from, to));
  return covered / Math.max(1, to - from);
}

export const boxOfRules = ({ horizontal, vertical }: Rules): Box => [
  Math.min(...horizontal.map(({ from }) => from), ...vertical.map(({ at }) => at)),
  Math.min(...vertical.map(({ from }) => from), ...horizontal.map(({ at }) => at)),
  Math.max(...horizontal.map(({ to }) => to), ...vertical.map(({ at }) => at)),
  Math.max(...vertical.map(({ to }) => to), ...horizontal.map(({ at }) => at)),
];
