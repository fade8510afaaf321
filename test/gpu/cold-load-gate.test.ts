import { describe, expect, test } from "bun:test";
import { createColdLoadGate } from "../../src/gpu/cold-load-gate.ts";
import type { Headroom } from "../../src/gpu/policy.ts";

const { signal } = new AbortController();
const card = (otherModelsMb: number, ocrModelMb = 0): Headroom => ({
  known: true,
  totalMb: 16_000,
  freeMb: 16_000 - otherModelsMb - ocrModelMb,
  otherModelsMb,
  ocrModelMb,
  ocrModelLoaded: ocrModelMb > 0,
  spilled: false,
});

function gate(readings: Headroom[], deferMs: number, pollMs = 5) {
  let asked = 0;
  const pass = createColdLoadGate({
    headroom: async () => {
      const reading = readings[Math.min(asked, readings.length - 1)] ?? card(0);
      asked += 1;
      return reading;
    },
    installedMb: async () => 3200,
    deferMs,
    pollMs,
  });
  return { pass, asked: () => asked };
}

describe("the gate before a cold load", () => {
  test("asks nothing and never waits where the operator does not want it", async () => {
    const { pass, asked } = gate([card(14_000)], 0);
    expect(await pass(signal)).toBeUndefined();
    expect(asked()).toBe(0);
  });

  test.each([
    ["there is room beside the LLM", card(8000)],
    ["the model is loaded already", card(14_000, 4000)],
    ["the model is loaded on the CPU", { ...card(14_000), ocrModelLoaded: true }],
    ["no other model is loaded", card(0)],
    ["the VRAM is unknown", { known: false, why: "down" } as const],
  ])("lets pass at once where %s", async (_, headroom) => {
    expect(await gate([headroom], 1000).pass(signal)).toBeUndefined();
  });

  test("waits until the LLM has gone and says so", async () => {
    const { pass } = gate([card(14_000), card(14_000), card(0)], 5000);
    expect(await pass(signal)).toContain("until there was room");
  });

  test("gives up after its time and says so", async () => {
    expect(await gate([card(14_000)], 20).pass(signal)).toContain("in vain");
  });

  test("waits no longer than its time for the last look, however long the pause before that is", async () => {
    const { pass } = gate([card(14_000)], 310, 300);
    // Two whole pauses are over after 600 ms.
    const said = await Promise.race([pass(signal), Bun.sleep(450)]);
    expect(said).toContain("in vain");
  });

  test("takes the footprint that a first load has shown", async () => {
    const { pass } = gate([card(8000, 8500), card(8000)], 20);
    expect(await pass(signal)).toBeUndefined();
    expect(await pass(signal)).toContain("in vain");
  });

  test("takes the footprint of the last load, which may be larger than the first", async () => {
    const { pass } = gate([card(8000, 7000), card(8000, 8500), card(8000)], 20);
    for (let load = 0; load < 2; load += 1) expect(await pass(signal)).toBeUndefined();
    expect(await pass(signal)).toContain("in vain");
  });

  test("lets pass where nobody can say how large the model is", async () => {
    const pass = createColdLoadGate({
      headroom: async () => card(14_000),
      installedMb: () => Promise.reject(new Error("down")),
      deferMs: 60_000,
    });
    expect(await pass(signal)).toBeUndefined();
  });

  test("waits no longer than it may where it looks less often", async () => {
    const pass = createColdLoadGate({ headroom: async () => card(15_999), installedMb: async () => 3200, deferMs: 30 });
    expect(await pass(signal)).toMatch(/^deferred 0\.\d s/);
  });

  test("says in seconds how long it waited", async () => {
    expect(await gate([card(14_000)], 60).pass(signal)).toMatch(/^deferred \d\.\d s for room beside the LLM, in vain$/);
  });

  test("looks on its caller's behalf alone, so that a caller who goes ends the look", async () => {
    const caller = new AbortController();
    const asked: AbortSignal[] = [];
    const pass = createColdLoadGate({
      headroom: async (given) => {
        asked.push(given);
        return card(14_000);
      },
      installedMb: async (given) => {
        asked.push(given);
        return 3200;
      },
      deferMs: 20,
      pollMs: 5,
    });
    await pass(caller.signal);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.every((given) => given === caller.signal)).toBe(true);
  });

  test("stops waiting when its caller has gone", async () => {
    const gone = new AbortController();
    const outcome = Promise.allSettled([gate([card(14_000)], 60_000).pass(gone.signal)]);
    gone.abort(new Error("gone"));
    expect((await outcome)[0]).toMatchObject({ status: "rejected", reason: { message: "gone" } });
  });
});
