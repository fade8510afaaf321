import { expect, test } from "bun:test";
import { createRefusals } from "../src/pdf/refusals.ts";

function withClock(maxDocuments = 10) {
  let time = 0;
  const refusals = createRefusals({ deaths: 2, rememberMs: 1000, maxDocuments, now: () => time });
  const isRefused = (sha256: string) => {
    try {
      refusals.check(sha256);
      return false;
    } catch {
      return true;
    }
  };
  return {
    ...refusals,
    isRefused,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

test("the second death within the time refuses a document until the time has passed again", () => {
  const { workerDied, isRefused, pass } = withClock();
  workerDied("a");
  expect(isRefused("a")).toBe(false);
  pass(900);
  workerDied("a");
  expect([isRefused("a"), isRefused("b")]).toEqual([true, false]);
  pass(999);
  expect(isRefused("a")).toBe(true);
  pass(1);
  expect(isRefused("a")).toBe(false);
});

test("deaths far apart do not add up", () => {
  const { workerDied, isRefused, pass } = withClock();
  workerDied("a");
  pass(1000);
  workerDied("a");
  expect(isRefused("a")).toBe(false);
});

test("only so many documents are remembered, the latest ones", () => {
  const { workerDied, isRefused } = withClock(2);
  for (const sha256 of ["a", "a", "b", "b", "a", "c"]) workerDied(sha256);
  expect([isRefused("a"), isRefused("b")]).toEqual([true, false]);
});
