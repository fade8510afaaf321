import type { Box } from "./box.ts";
import type { Rule } from "./rules.ts";

/** Rules that begin and end at the same places, to so many points, belong to one table. */
const sameEnd = 3;
const minRules = 3;
const minWidth = 60;
/** Points from one rule between rows to the next; from the rule below the head of a table to the one at its end. */
const maxRowHeight = 60;
const maxBodyHeight = 500;

/** The parts of a page that rules of one width bound and part into rows, from top to bottom. */
export function zonesOf(horizontal: readonly Rule[]): Box[] {
  const groups: Rule[][] = [];
  for (const rule of horizontal) {
    if (rule.to - rule.from < minWidth) continue;
    const group = groups.find(([first]) => first !== undefined && isAsWide(first, rule));
    if (group === undefined) groups.push([rule]);
    else group.push(rule);
  }
  return groups.flatMap((group) => zonesOfGroup(group.sort((a, b) => a.at - b.at)));
}

const isAsWide = (a: Rule, b: Rule) => Math.abs(a.from - b.from) <= sameEnd && Math.abs(a.to - b.to) <= sameEnd;

function zonesOfGroup(rules: readonly Rule[]): Box[] {
  const zones: Box[] = [];
  for (let from = 0; from < rules.length; ) {
    let to = from;
    while (gapBehind(rules, to) <= maxRowHeight) to += 1;
    if (to - from === 1 && gapBehind(rules, to) <= maxBodyHeight) to += 1;
    const [first, last] = [rules[from], rules[to]];
    if (to - from + 1 >= minRules && first !== undefined && last !== undefined) {
      zones.push([first.from, first.at, first.to, last.at]);
    }
    from = to + 1;
  }
  return zones;
}

const gapBehind = (rules: readonly Rule[], at: number) => (rules[at + 1]?.at ?? Infinity) - (rules[at]?.at ?? 0);
