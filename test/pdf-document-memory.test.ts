import { describe, expect, test } from "bun:test";
import { createDocumentMemory } from "../src/pdf/document-memory.ts";
import { until } from "./support/until.ts";

const kibibyte = 1024;

function createMemory(keepMs = 60_000) {
  const released: number[] = [];
  /** How often had been released at each collection. */
  const collected: number[] = [];
  const memory = createDocumentMemory({
    maxDocumentBytes: 100 * kibibyte,
    maxSpareBytes: 150 * kibibyte,
    keepMs,
    reclaimer: { released: (bytes) => void released.push(bytes), collect: () => void collected.push(released.length) },
  });
  const takeGrown = (bytes: number) => {
    const taken = memory.take(bytes);
    if (taken.byteLength < bytes) taken.grow(bytes);
    return taken;
  };
  return { memory, released, collected, takeGrown };
}

describe("memory for documents", () => {
  test("is used again when it was given back", () => {
    const { memory, takeGrown } = createMemory();
    const first = takeGrown(10);
    expect(takeGrown(10)).not.toBe(first);
    memory.giveBack(first);
    expect(takeGrown(10)).toBe(first);
  });

  test("is never two documents' at once, be it given back twice", () => {
    const { memory, takeGrown } = createMemory();
    const first = takeGrown(10);
    memory.giveBack(first);
    memory.giveBack(first);
    expect(takeGrown(10)).not.toBe(takeGrown(10));
  });

  test("that was dropped is not used again, be it given back later", () => {
    const { memory, released, takeGrown } = createMemory();
    const first = takeGrown(10);
    memory.drop(first);
    memory.giveBack(first);
    expect(memory.spareBytes).toBe(0);
    expect(released).toEqual([10]);
    expect(takeGrown(10)).not.toBe(first);
  });

  test("of others is not taken in", () => {
    const { memory, released } = createMemory();
    memory.giveBack(new SharedArrayBuffer(10));
    memory.giveBack(new ArrayBuffer(10));
    memory.drop(new SharedArrayBuffer(10));
    expect([memory.spareBytes, released]).toEqual([0, []]);
  });

  test.each([
    { expected: 5, gets: "the smallest that is large enough", bytes: 10 },
    { expected: 11, gets: "the smallest that is large enough", bytes: 40 },
    { expected: 90, gets: "the largest there is, to be grown", bytes: 60 },
  ])("for $expected KiB is $gets", ({ expected, bytes }) => {
    const { memory, takeGrown } = createMemory();
    for (const grown of [40, 10, 60].map((size) => takeGrown(size * kibibyte))) memory.giveBack(grown);
    expect(memory.take(expected * kibibyte).byteLength).toBe(bytes * kibibyte);
  });

  test("that nothing was ever written to is not kept, or there would be no bound", () => {
    const { memory } = createMemory();
    const empty = memory.take(10);
    memory.giveBack(empty);
    expect(memory.take(10)).not.toBe(empty);
  });

  test("for more than the largest document is made to measure", () => {
    const { memory, takeGrown } = createMemory();
    memory.giveBack(takeGrown(100 * kibibyte));
    expect(takeGrown(200 * kibibyte).byteLength).toBe(200 * kibibyte);
  });

  test("is not kept beyond its bound", () => {
    const { memory, released, takeGrown } = createMemory();
    for (const grown of [90, 80, 60].map((size) => takeGrown(size * kibibyte))) memory.giveBack(grown);
    expect(memory.spareBytes).toBe(150 * kibibyte);
    expect(released).toEqual([80 * kibibyte]);
  });

  test("goes back to the system when it has not been needed for a while, and not sooner", async () => {
    const { memory, released, collected, takeGrown } = createMemory(200);
    const [one, two] = [takeGrown(10), takeGrown(20)];
    memory.giveBack(one);
    await Bun.sleep(100);
    memory.giveBack(two);
    expect(memory.spareBytes).toBe(30);
    await until(() => memory.spareBytes === 0);
    expect(released).toEqual([10, 20]);
    expect(collected).toEqual([1, 2]);
  });
});
