import { paddedLength } from "../child/sequences.ts";

/** How large one batch may be. */
export interface BatchLimits {
  /** Sequences times the longest of them: what is computed, padding included. */
  maxPaddedTokens: number;
  /** Sequences times the square of the longest: what attention holds in memory. */
  maxSquaredTokens: number;
  /**
   * A shorter sequence joins when it is padded by no more than this. Running it in a batch of its own costs
   * about as much as this many tokens, because all weights are read once more.
   */
  maxPaddingTokens: number;
  /** A request of which no more tokens are left is small: it passes those that have more. */
  maxSmallTokens: number;
  /** The longest sequence of a batch is padded to a multiple of so many tokens. */
  lengthMultiple: number;
}

/**
 * Which of the waiting sequences run next, as indices into `lengths`, longest first. `turn` holds the indices
 * of the request whose turn it is: its longest sequence always runs, however large, and others (of any
 * request) join while the batch stays within the limits.
 */
export function planBatch(lengths: readonly number[], turn: readonly number[], limits: BatchLimits): number[] {
  const lengthOf = (index: number) => lengths[index] ?? 0;
  const longestFirst = (left: number, right: number) => lengthOf(right) - lengthOf(left);
  const [first] = turn.toSorted(longestFirst);
  if (first === undefined) return [];
  const longest = lengthOf(first);
  const padded = paddedLength(longest, limits.lengthMultiple);
  const most = Math.max(
    1,
    Math.floor(Math.min(limits.maxPaddedTokens / padded, limits.maxSquaredTokens / padded ** 2)),
  );
  const shortest = longest - limits.maxPaddingTokens;
  const own = new Set(turn);
  const fits = (index: number) => index !== first && lengthOf(index) <= longest && lengthOf(index) >= shortest;
  const mates = turn.filter(fits).toSorted(longestFirst);
  const others = lengths.keys().filter((index) => !own.has(index) && fits(index));
  const company = [...mates, ...[...others].toSorted(longestFirst)].slice(0, most - 1);
  return [first, ...company].toSorted(longestFirst);
}
