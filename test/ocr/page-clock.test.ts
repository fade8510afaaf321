import { expect, test } from "bun:test";
import { createPageClock } from "../../src/ocr/queue/page-clock.ts";

test("until a page has been timed, 30 s are assumed for each", () => {
  expect(createPageClock().secondsFor(3, 1)).toBe(90);
});

test("a new page time counts for 30 % of the estimate, and pages that run at once share it", () => {
  const clock = createPageClock();
  clock.record(10_000);
  clock.record(20_000);
  expect(clock.secondsFor(3, 1)).toBe(39);
  expect(clock.secondsFor(3, 2)).toBe(20);
});

test("an estimate is never below 1 s nor above 600 s", () => {
  const clock = createPageClock();
  expect(clock.secondsFor(0, 1)).toBe(1);
  expect(clock.secondsFor(100, 1)).toBe(600);
});
