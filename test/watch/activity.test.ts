import { describe, expect, test } from "bun:test";
import { createActivityLog } from "../../src/watch/activity-log.ts";
import { createActivitySampler } from "../../src/watch/activity-sampler.ts";
import { createRecent } from "../../src/watch/recent.ts";
import type { VramReading } from "../../src/watch/sources.ts";
import { holdersOf } from "../../src/watch/vram-holders.ts";
import { captureLog } from "../support/captured-log.ts";
import { until } from "../support/until.ts";

const card: VramReading = {
  headroom: { known: true, totalMb: 16_384, freeMb: 4000.4, ocrModelMb: 4200, otherModelsMb: 6000 },
  sources: {
    ollama: { state: "known", usedMb: 10_200 },
    nvidiaSmi: { state: "known", usedMb: 12_384 },
    ownGpuMb: 1500,
  },
};

describe("who holds the card", () => {
  test.each<[string, VramReading, object]>([
    [
      "is what the sources say, and somebody else what is left over",
      card,
      { known: true, totalMb: 16_384, freeMb: 4000, llmMb: 6000, ocrModelMb: 4200, retrievalMb: 1500, otherMb: 684 },
    ],
    [
      "is never less than nobody",
      { ...card, sources: { ...card.sources, nvidiaSmi: { state: "known", usedMb: 9000 } } },
      { otherMb: 0 },
    ],
    [
      "is not made up where the driver says nothing",
      { ...card, sources: { ...card.sources, nvidiaSmi: { state: "unknown" } } },
      { known: true, otherMb: null },
    ],
    [
      "is unknown, with the reason, where the headroom is",
      { ...card, headroom: { known: false, why: "Ollama did not answer" } },
      { known: false, why: "Ollama did not answer" },
    ],
  ])("%s", (_, reading, expected) => {
    expect(holdersOf(reading)).toMatchObject(expected);
  });
});

describe("what happened lately", () => {
  test("is forgotten with time, comes in order, and says from when on it is whole", () => {
    let nowMs = 1000;
    const recent = createRecent<{ atMs: number }>({ keepMs: 100, maxItems: 3, now: () => nowMs });
    expect(recent.wholeSinceMs()).toBe(1000);
    for (const atMs of [1010, 1005]) recent.add({ atMs });
    expect(recent.items().map(({ atMs }) => atMs)).toEqual([1005, 1010]);
    nowMs = 1108;
    expect(recent.items().map(({ atMs }) => atMs)).toEqual([1010]);
    expect(recent.wholeSinceMs()).toBe(1008);
    for (const atMs of [1101, 1102, 1103]) recent.add({ atMs });
    expect(recent.items()).toHaveLength(3);
    expect(recent.wholeSinceMs()).toBe(1010);
  });

  test("is kept to the very end of its time, and as many as there may be", () => {
    let nowMs = 1000;
    const recent = createRecent<{ atMs: number }>({ keepMs: 100, maxItems: 2, now: () => nowMs });
    for (const atMs of [1000, 1001]) recent.add({ atMs });
    expect(recent.items()).toHaveLength(2);
    expect(recent.wholeSinceMs()).toBe(1000);
    nowMs = 1100;
    expect(recent.items()).toHaveLength(2);
    nowMs = 1101;
    expect(recent.items()).toEqual([{ atMs: 1001 }]);
    for (const atMs of [1101, 1102]) recent.add({ atMs });
    expect(recent.items()).toEqual([{ atMs: 1101 }, { atMs: 1102 }]);
  });
});

describe("the log of activity", () => {
  const request = { method: "GET", path: "/", route: "/ocr", status: 200, durationMs: 12.4, fault: undefined };

  test("keeps of a request no more than how it went", () => {
    const log = createActivityLog({ keepMs: 1000, maxDecisions: 9, maxRequests: 9, now: () => 5000 });
    const notes = { pages: { "np-dms-ocr": 2 }, queueMs: 7, engine: "np-dms-ocr", prompt: "secret" };
    log.finished({ ...request, path: "/secret", notes });
    log.finished({ ...request, fault: { code: "ocr_failed" }, notes: { pages: "secret", queueMs: "secret" } });
    const common = { atMs: 5000, method: "GET", route: "/ocr", status: 200, ms: 12 };
    expect(log.requests()).toEqual([
      { ...common, pages: { "np-dms-ocr": 2 }, queueMs: 7 },
      { ...common, code: "ocr_failed" },
    ]);
  });

  test.each([
    ["/health", "/health", 200, 0],
    ["/ready", "/ready", 200, 0],
    ["/ready", "/ready", 503, 1],
    ["/metrics", "/metrics", 200, 0],
    ["/activity", "/activity", 200, 0],
    ["/activity", "/activity", 401, 1],
    ["/console", "/console", 200, 0],
    ["/console/app-1.js", "unmatched", 200, 0],
    ["/console/none", "unmatched", 404, 1],
    ["/consoles", "unmatched", 404, 1],
    ["/ocr", "/ocr", 200, 1],
  ] as const)("of %s (%s, %p) it keeps %p", (path, route, status, kept) => {
    const log = createActivityLog({ keepMs: 1000, maxDecisions: 9, maxRequests: 9 });
    log.finished({ ...request, path, route, status, notes: {} });
    expect(log.requests()).toHaveLength(kept);
  });

  test("has a bound for decisions and one for requests, forgets both with time, and says since when each is whole", () => {
    let nowMs = 1000;
    const log = createActivityLog({ keepMs: 50, maxDecisions: 1, maxRequests: 2, now: () => nowMs });
    for (const atMs of [1001, 1002, 1003]) {
      nowMs = atMs;
      log.decided({ subject: "reranker", action: "gpu-ready", reason: "there is room" });
      log.finished({ ...request, notes: {} });
    }
    expect(log.decisions().map(({ atMs }) => atMs)).toEqual([1003]);
    expect(log.requests().map(({ atMs }) => atMs)).toEqual([1002, 1003]);
    expect(log.wholeSinceMs()).toEqual({ decisions: 1002, requests: 1001 });
    nowMs = 1053;
    expect(log.decisions()).toHaveLength(1);
    expect(log.requests()).toHaveLength(1);
    nowMs = 1054;
    expect([log.decisions(), log.requests()]).toEqual([[], []]);
    expect(log.wholeSinceMs()).toEqual({ decisions: 1004, requests: 1004 });
  });

  test("keeps a look that failed inside its answer", () => {
    const log = createActivityLog({ keepMs: 1000, maxDecisions: 9, maxRequests: 9 });
    log.finished({ ...request, route: "/activity", fault: { code: "internal_error" }, notes: {} });
    expect(log.requests()).toMatchObject([{ route: "/activity", code: "internal_error" }]);
  });

  test("takes for counts of pages only what holds nothing but numbers", () => {
    const log = createActivityLog({ keepMs: 1000, maxDecisions: 9, maxRequests: 9 });
    for (const pages of [{ blank: 1, name: "secret" }, null, 3]) log.finished({ ...request, notes: { pages } });
    expect(log.requests().map((kept) => "pages" in kept)).toEqual([false, false, false]);
  });

  test("keeps decisions at their time, with reasons of bounded length", () => {
    const log = createActivityLog({ keepMs: 1000, maxDecisions: 9, maxRequests: 9, now: () => 5000 });
    log.decided({ subject: "embedder", action: "gpu-left", reason: "x".repeat(1000) });
    log.decided({ subject: "ocr-model", action: "loaded", reason: "a page needed it", ms: 900 }, 100.4);
    expect(log.decisions()).toEqual([
      { atMs: 4900, subject: "ocr-model", action: "loaded", reason: "a page needed it", ms: 900 },
      { atMs: 5000, subject: "embedder", action: "gpu-left", reason: "x".repeat(300) },
    ]);
  });
});

describe("samples", () => {
  function sampler({ isWorking = false, idleEveryMs = 60_000, picture = async () => card } = {}) {
    const world = { nowMs: 100_000, isWorking, looks: 0 };
    const made = createActivitySampler({
      keepMs: 900_000,
      everyMs: 5,
      idleEveryMs,
      vram: {
        picture: (_signal, maxAgeMs) => {
          expect(maxAgeMs).toBe(5);
          world.looks += 1;
          return picture();
        },
      },
      queue: { status: () => ({ documents: 1, heldBytes: 9, waitingPages: 2, runningPages: 3 }) },
      isWorking: () => world.isWorking,
      now: () => world.nowMs,
    });
    return { made, world, [Symbol.dispose]: () => made.close() };
  }

  test("are taken while documents are read, and for a minute after somebody looked; else now and then", async () => {
    using taken = sampler();
    const { made, world } = taken;
    await Bun.sleep(30);
    expect(world.looks).toBe(0);
    world.isWorking = true;
    await until(() => world.looks > 1);
    world.isWorking = false;
    await Bun.sleep(15);
    const { looks } = world;
    await Bun.sleep(30);
    expect(world.looks).toBe(looks);
    await made.samples();
    await until(() => world.looks > looks + 2);
    const watched = world.looks;
    // An idle one is due, and no other.
    world.nowMs += 60_000;
    await until(() => world.looks > watched);
    await Bun.sleep(30);
    expect(world.looks).toBe(watched + 1);
    world.nowMs += 60_000;
    await until(() => world.looks > watched + 1);
  });

  test("say who held the card and what waited", async () => {
    using taken = sampler();
    expect(await taken.made.samples()).toEqual([
      { atMs: 100_000, vram: holdersOf(card), queue: { documents: 1, waitingPages: 2, runningPages: 3 } },
    ]);
  });

  test("are waited for no longer than a moment, and never taken twice at once", async () => {
    const answer = Promise.withResolvers<VramReading>();
    using taken = sampler({ isWorking: true, picture: () => answer.promise });
    const startedMs = performance.now();
    expect(await taken.made.samples()).toEqual([]);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    await Bun.sleep(20);
    expect(taken.world.looks).toBe(1);
    answer.reject(new Error("the card does not answer"));
    await until(async () => (await taken.made.samples()).length > 0);
    expect((await taken.made.samples())[0]?.vram).toEqual({ known: false, why: "the card does not answer" });
  });

  test("go on after one that could not be taken, which the log tells of", async () => {
    let asked = 0;
    const status = () => {
      asked += 1;
      if (asked === 1) throw new Error("the queue is being built");
      return { documents: 1, heldBytes: 9, waitingPages: 2, runningPages: 3 };
    };
    const vram = { picture: async () => card };
    const options = {
      keepMs: 900_000,
      everyMs: 5,
      idleEveryMs: 60_000,
      vram,
      queue: { status },
      isWorking: () => false,
    };
    const made = createActivitySampler(options);
    await using log = await captureLog();
    expect(await made.samples()).toEqual([]);
    await until(async () => (await made.samples()).length > 0);
    made.close();
    expect(log.records.map(({ properties }) => String(properties.error))).toEqual(["Error: the queue is being built"]);
  });

  test("are not taken anew for whoever looks again before the newest is old", async () => {
    using taken = sampler({ idleEveryMs: Number.POSITIVE_INFINITY });
    const { made, world } = taken;
    await made.samples();
    const { looks } = world;
    world.nowMs += 4;
    await made.samples();
    expect(world.looks).toBe(looks);
    world.nowMs += 1;
    await made.samples();
    expect(world.looks).toBeGreaterThan(looks);
  });

  test("are kept for their time, to its very end", async () => {
    let nowMs = 0;
    const made = createActivitySampler({
      keepMs: 1000,
      everyMs: 100,
      idleEveryMs: Number.POSITIVE_INFINITY,
      vram: { picture: async () => card },
      queue: { status: () => ({ documents: 0, heldBytes: 0, waitingPages: 0, runningPages: 0 }) },
      isWorking: () => false,
      now: () => nowMs,
    });
    try {
      for (let look = 0; look < 25; look += 1) {
        nowMs += 100;
        await made.samples();
      }
      const kept = await made.samples();
      expect(kept.length).toBe(11);
      expect(kept[0]?.atMs).toBe(nowMs - 1000);
    } finally {
      made.close();
    }
  });

  test("are no longer taken when the service stops", async () => {
    using taken = sampler({ isWorking: true });
    await until(() => taken.world.looks > 0);
    taken.made.close();
    const { looks } = taken.world;
    await Bun.sleep(30);
    expect(taken.world.looks).toBe(looks);
  });
});
