import { describe, expect, test } from "bun:test";
import { createModelKeeper, type KeepAliveDecision } from "../../src/ocr/engines/model-keeper.ts";
import { until } from "../support/until.ts";

const release: KeepAliveDecision = { keepAliveSeconds: 0, reason: "high-pressure" };
const keep: KeepAliveDecision = { keepAliveSeconds: 120, reason: "headroom-sufficient" };

function harness(decision: KeepAliveDecision, abandonedGraceMs = 30) {
  const unloads: number[] = [];
  const decisions: number[] = [];
  const keeper = createModelKeeper({
    decide: async () => {
      decisions.push(performance.now());
      return decision;
    },
    unload: async () => {
      unloads.push(performance.now());
    },
    abandonedGraceMs,
  });
  return { keeper, unloads, decisions };
}

describe("the keeper of the OCR model", () => {
  test("unloads when the queue runs empty and the policy says so", async () => {
    const { keeper, unloads } = harness(release);
    keeper.used();
    keeper.idle(false);
    await until(() => unloads.length === 1);
    await keeper.close(AbortSignal.timeout(100));
    expect(unloads).toHaveLength(1);
  });

  test("leaves the model where the policy keeps it", async () => {
    const { keeper, unloads, decisions } = harness(keep);
    keeper.used();
    keeper.idle(false);
    await until(() => decisions.length === 1);
    await keeper.close(AbortSignal.timeout(100));
    expect(unloads).toHaveLength(0);
  });

  test("asks nothing when the model was not used", async () => {
    const { keeper, decisions } = harness(release);
    keeper.idle(false);
    await keeper.close(AbortSignal.timeout(100));
    expect(decisions).toHaveLength(0);
  });

  test("waits a while for a caller that gave up, and then unloads", async () => {
    const { keeper, unloads, decisions } = harness(release);
    keeper.used();
    keeper.idle(true);
    expect(decisions).toHaveLength(0);
    await until(() => unloads.length === 1);
  });

  test("keeps the model when the caller that gave up asks again in time", async () => {
    const { keeper, unloads, decisions } = harness(release, 20);
    keeper.used();
    keeper.idle(true);
    keeper.workArrived();
    await Bun.sleep(60);
    expect(decisions).toHaveLength(0);
    keeper.idle(false);
    await until(() => unloads.length === 1);
  });

  test("does not unload under a document that arrives while the decision is being made", async () => {
    const deciding = Promise.withResolvers<KeepAliveDecision>();
    const unloads: number[] = [];
    const keeper = createModelKeeper({
      decide: () => deciding.promise,
      unload: async () => {
        unloads.push(1);
      },
    });
    keeper.used();
    keeper.idle(false);
    keeper.workArrived();
    deciding.resolve(release);
    await Bun.sleep(10);
    expect(unloads).toHaveLength(0);
    keeper.idle(false);
    await until(() => unloads.length === 1);
  });

  test("stops waiting for an unload to be seen when the next document arrives", async () => {
    let signal: AbortSignal | undefined;
    const keeper = createModelKeeper({
      decide: async () => release,
      unload: (given) => {
        signal = given;
        return new Promise((_, reject) => given.addEventListener("abort", () => reject(given.reason)));
      },
    });
    keeper.used();
    keeper.idle(false);
    await until(() => signal !== undefined);
    keeper.workArrived();
    expect(signal?.aborted).toBe(true);
    await keeper.close(AbortSignal.timeout(100));
  });

  test("does not outlast the signal it is closed with", async () => {
    const keeper = createModelKeeper({
      decide: (given) => new Promise((_, reject) => given.addEventListener("abort", () => reject(given.reason))),
      unload: async () => undefined,
    });
    keeper.used();
    keeper.idle(false);
    await keeper.close(AbortSignal.timeout(50));
  });

  test("a stop in the meantime unloads what is still open", async () => {
    const { keeper, unloads } = harness(release, 60_000);
    keeper.used();
    keeper.idle(true);
    await keeper.close(AbortSignal.timeout(100));
    expect(unloads).toHaveLength(1);
  });

  test("a failing unload is reported and does not break the next one", async () => {
    let calls = 0;
    const keeper = createModelKeeper({
      decide: async () => release,
      unload: async () => {
        calls += 1;
        if (calls === 1) throw new Error("still there");
      },
    });
    for (const expected of [1, 2]) {
      keeper.used();
      keeper.idle(false);
      await until(() => calls === expected);
    }
    await keeper.close(AbortSignal.timeout(100));
  });
});
