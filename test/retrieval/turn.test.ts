import { expect, test } from "bun:test";
import { chooseTurn, isBatchAtMost, type RequestSize, sizeOf } from "../../src/retrieval/batching/turn.ts";

const limits = {
  maxPaddedTokens: 100,
  maxSquaredTokens: 5_000,
  maxPaddingTokens: 10,
  maxSmallTokens: 200,
  lengthMultiple: 1,
};

test.each([
  { what: "no more tokens than make it small", lengths: [150, 50], texts: 0, size: "small" },
  { what: "one more", lengths: [150, 51], texts: 0, size: "large" },
  { what: "texts of which nobody knows how long they are", lengths: [5], texts: 1, size: "large" },
] as const)("what is left is $size: $what", ({ lengths, texts, size }) => {
  expect(sizeOf({ lengths, texts }, limits)).toBe(size);
});

test.each([
  { what: "a batch of equal lengths", lengths: [25, 25, 25, 25], is: true },
  { what: "a batch's worth of lengths that do not fit together", lengths: [60, 20, 3], is: true },
  { what: "one token more than a batch", lengths: [25, 25, 25, 26], is: false },
  { what: "too much for attention", lengths: [71], is: false },
] as const)("$what is a batch at most: $is", ({ lengths, is }) => {
  expect(isBatchAtMost(lengths, limits)).toBe(is);
});

const turns: readonly {
  sizes: readonly RequestSize[];
  before: RequestSize | undefined;
  place: number | undefined;
  reason: string | undefined;
}[] = [
  { sizes: [], before: undefined, place: undefined, reason: undefined },
  { sizes: ["small", "small"], before: "small", place: 0, reason: "no large request waits" },
  { sizes: ["large", "large"], before: "large", place: 0, reason: "no small request waits" },
  { sizes: ["large", "large", "small"], before: "large", place: 2, reason: "a large request had the turn before" },
  { sizes: ["small", "large", "small"], before: "large", place: 0, reason: "a large request had the turn before" },
  { sizes: ["small", "large", "large"], before: "small", place: 1, reason: "no large request had the turn before" },
  { sizes: ["small", "large"], before: undefined, place: 1, reason: "no large request had the turn before" },
];

test.each(turns)("of $sizes, after $before, the next is $place: $reason", ({ sizes, before, place, reason }) => {
  const turn = chooseTurn(sizes, before);
  expect({ place: turn?.place, reason: turn?.reason }).toEqual({ place, reason });
});
