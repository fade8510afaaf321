import type { BatchLimits } from "./batch-plan.ts";

/** Whether what is left of a request is so little that it passes others. */
export type RequestSize = "small" | "large";

/** What is left of a request that has a sequence to run. */
export interface Remaining {
  /** Tokens of the sequences that wait. */
  lengths: readonly number[];
  /** Texts of which nobody knows yet how many tokens they are. */
  texts: number;
}

export interface Turn {
  /** Index of the request whose batch goes next. */
  place: number;
  size: RequestSize;
  reason: string;
}

export const sizeOf = ({ lengths, texts }: Remaining, { maxSmallTokens }: BatchLimits): RequestSize =>
  texts === 0 && sum(lengths) <= maxSmallTokens ? "small" : "large";

/** Whether sequences of these lengths are no more work than one full batch. */
export const isBatchAtMost = (lengths: readonly number[], limits: BatchLimits): boolean =>
  sum(lengths) <= limits.maxPaddedTokens && sum(lengths.map((length) => length ** 2)) <= limits.maxSquaredTokens;

/**
 * Whose batch goes next. Large requests are computed one after another, so that the one that came first ends first; small
 * ones pass in between, in their order, and take every second turn at most, so that many of them stop no large one.
 *
 * @param sizes of the requests that have a sequence to run, in the order in which they came
 * @param before who had the turn before
 * @returns undefined where nobody waits
 */
export function chooseTurn(sizes: readonly RequestSize[], before: RequestSize | undefined): Turn | undefined {
  const [small, large] = [sizes.indexOf("small"), sizes.indexOf("large")];
  if (small < 0 && large < 0) return undefined;
  if (small < 0) return { place: large, size: "large", reason: "no small request waits" };
  if (large < 0) return { place: small, size: "small", reason: "no large request waits" };
  if (before === "large") return { place: small, size: "small", reason: "a large request had the turn before" };
  return { place: large, size: "large", reason: "no large request had the turn before" };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
