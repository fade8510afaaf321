import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { type Phase, RequestClock } from "../../src/retrieval/batching/request-clock.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** What became over after so many milliseconds in each phase, one after another; the limit is 100 ms. */
function over(phases: readonly (readonly [Phase, number])[], isReady = true): { phase: Phase; atMs: number }[] {
  const ends: { phase: Phase; atMs: number }[] = [];
  const start = performance.now();
  const clock = new RequestClock({
    timeoutMs: 100,
    now: () => performance.now(),
    isReady: () => isReady,
    onOver: (phase) => ends.push({ phase, atMs: performance.now() - start }),
  });
  for (const [phase, ms] of phases) {
    if (ends.length > 0) break;
    clock.enter(phase);
    jest.advanceTimersByTime(ms);
  }
  clock.stop();
  jest.advanceTimersByTime(1_000);
  return ends;
}

/** Batches of 20 ms, between which others are computed. */
const inTurns = (batches: number, othersMs: number) =>
  Array.from({ length: batches }, () => [["waiting", othersMs] as const, ["computing", 20] as const]).flat();

test.each([
  { what: "a wait for a turn of less than three times the limit", phases: [["waiting", 299]], ends: [] },
  { what: "a longer wait for a turn", phases: [["waiting", 301]], ends: [{ phase: "waiting", atMs: 300 }] },
  { what: "a batch that ends in time", phases: [["computing", 99]], ends: [] },
  { what: "a batch that does not", phases: [["computing", 101]], ends: [{ phase: "computing", atMs: 100 }] },
  { what: "others' batches between one's own", phases: inTurns(4, 70), ends: [] },
  { what: "one's own batches together", phases: inTurns(6, 10), ends: [{ phase: "computing", atMs: 150 }] },
  { what: "all waits together", phases: inTurns(4, 90), ends: [{ phase: "waiting", atMs: 360 }] },
] as const)("$what", ({ phases, ends }) => {
  expect(over(phases)).toEqual([...ends]);
});

test("a model that loads is waited for as long as its batches may take", () => {
  expect(over([["waiting", 400]], false)).toEqual([{ phase: "waiting", atMs: 100 }]);
});
