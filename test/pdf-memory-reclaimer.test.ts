import { expect, test } from "bun:test";
import { createMemoryReclaimer } from "../src/pdf/memory-reclaimer.ts";

test("memory is collected each time enough has been released, and not before the caller's turn is over", async () => {
  let collections = 0;
  const reclaimer = createMemoryReclaimer(100, () => {
    collections += 1;
  });
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  for (const bytes of [60, 30, 9]) reclaimer.released(bytes);
  await nextTurn();
  expect(collections).toBe(0);
  reclaimer.released(1);
  expect(collections).toBe(0);
  await nextTurn();
  expect(collections).toBe(1);
  reclaimer.released(99);
  await nextTurn();
  expect(collections).toBe(1);
  reclaimer.collect();
  await nextTurn();
  expect(collections).toBe(2);
  reclaimer.collect();
  await nextTurn();
  expect(collections).toBe(2);
});
