import { expect, test } from "bun:test";
import { createRefusals } from "../../src/processes/refusals.ts";

function withClock(maxEntries = 10) {
  let time = 0;
  const refusals = createRefusals({ deaths: 2, rememberMs: 1000, maxEntries, now: () => time });
  const isRefused = (sha256: string) => refusals.secondsLeft(sha256) !== undefined;
  return {
    ...refusals,
    isRefused,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

test("the second death within the time refuses bytes until the time has passed again", () => {
  const { processDied, isRefused, pass } = withClock();
  processDied("a");
  expect(isRefused("a")).toBe(false);
  pass(900);
  processDied("a");
  expect([isRefused("a"), isRefused("b")]).toEqual([true, false]);
  pass(999);
  expect(isRefused("a")).toBe(true);
  pass(1);
  expect(isRefused("a")).toBe(false);
});

test("deaths far apart do not add up", () => {
  const { processDied, isRefused, pass } = withClock();
  processDied("a");
  pass(1000);
  processDied("a");
  expect(isRefused("a")).toBe(false);
});

test("only so many entries are remembered, the latest ones", () => {
  const { processDied, isRefused } = withClock(2);
  for (const sha256 of ["a", "a", "b", "b", "a", "c"]) processDied(sha256);
  expect([isRefused("a"), isRefused("b")]).toEqual([true, false]);
});
