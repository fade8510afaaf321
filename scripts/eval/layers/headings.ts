import type { Heading } from "./markdown-structure.ts";
import { sameText } from "./same-text.ts";

export interface HeadingScore {
  expected: number;
  emitted: number;
  /** Found by their text. */
  found: number;
  /** Those of them whose level fits. */
  levelled: number;
  missed: string[];
  invented: string[];
}

/**
 * Compares headings by text, and their levels by what they tell: which heading stands below which. So the found levels
 * are first given the expected ones in the way that fits most headings and keeps deeper ones deeper.
 */
export function scoreHeadings(found: readonly Heading[], expected: readonly Heading[]): HeadingScore {
  const open = expected.map(({ level, text }) => ({ level, text, key: sameText(text) }));
  const invented: string[] = [];
  const pairs: { found: number; expected: number }[] = [];
  for (const { level, text } of found) {
    const at = open.findIndex(({ key }) => key === sameText(text));
    const [match] = at < 0 ? [] : open.splice(at, 1);
    if (match === undefined) invented.push(`${"#".repeat(level)} ${text}`);
    else pairs.push({ found: level, expected: match.level });
  }
  return {
    ...{ expected: expected.length, emitted: found.length, found: pairs.length, levelled: fittingLevels(pairs) },
    missed: open.map(({ level, text }) => `${"#".repeat(level)} ${text}`),
    invented,
  };
}

/** 2 × right / (expected + emitted); 1 where there is nothing to find and nothing was found. */
export function f1(right: number, expected: number, emitted: number): number {
  return expected + emitted === 0 ? 1 : (2 * right) / (expected + emitted);
}

const levels = [1, 2, 3, 4, 5, 6] as const;

/** The most pairs that a strictly rising map from found to expected levels can explain. */
function fittingLevels(pairs: readonly { found: number; expected: number }[]): number {
  const count = (found: number, expected: number) =>
    pairs.filter((pair) => pair.found === found && pair.expected === expected).length;
  /** Best for found levels up to the one looked at, when none above `ceiling` may be used. */
  let best = levels.map(() => 0);
  for (const found of levels) {
    best = levels.map((ceiling) => {
      const usable = levels.filter((level) => level <= ceiling);
      return Math.max(
        best[ceiling - 1] ?? 0,
        ...usable.map((level) => count(found, level) + (level === 1 ? 0 : (best[level - 2] ?? 0))),
      );
    });
  }
  return best.at(-1) ?? 0;
}
