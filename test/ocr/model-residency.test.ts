import { describe, expect, test } from "bun:test";
import { createModelResidency, type KeepAliveDecision } from "../../src/ocr/engines/model-residency.ts";
import { captureLog } from "../support/captured-log.ts";
import { until } from "../support/until.ts";

const release: KeepAliveDecision = { keepAliveSeconds: 0, reason: "high-pressure" };
const keep: KeepAliveDecision = { keepAliveSeconds: 120, reason: "headroom-sufficient" };

function harness(decision: KeepAliveDecision, abandonedGraceMs = 30) {
  const unloads: number[] = [];
  const decisions: number[] = [];
  const outcomes: string[] = [];
  const residency = createModelResidency({
    onOutcome: ({ action, reason }) => outcomes.push(`${action}: ${reason}`),
    decide: async () => {
      decisions.push(performance.now());
      return decision;
    },
    unload: async () => {
      unloads.push(performance.now());
      return { olderCopies: 0 };
    },
    abandonedGraceMs,
  });
  return { residency, unloads, decisions, outcomes };
}

describe("the residency of the OCR model", () => {
  test("unloads when the queue runs empty and the policy says so", async () => {
    const { residency, unloads, outcomes } = harness(release);
    residency.used();
    residency.idle(false);
    await until(() => unloads.length === 1);
    await residency.close(AbortSignal.timeout(100));
    expect(unloads).toHaveLength(1);
    expect(outcomes).toEqual(["unloaded: high-pressure"]);
  });

  test("leaves the model where the policy keeps it", async () => {
    const { residency, unloads, decisions, outcomes } = harness(keep);
    residency.used();
    residency.idle(false);
    await until(() => decisions.length === 1);
    await residency.close(AbortSignal.timeout(100));
    expect(unloads).toHaveLength(0);
    expect(outcomes).toEqual(["kept: headroom-sufficient"]);
  });

  test("asks nothing when the model was not used", async () => {
    const { residency, decisions } = harness(release);
    residency.idle(false);
    await residency.close(AbortSignal.timeout(100));
    expect(decisions).toHaveLength(0);
  });

  test("waits a while for a caller that gave up, and then unloads", async () => {
    const { residency, unloads, decisions } = harness(release);
    residency.used();
    residency.idle(true);
    expect(decisions).toHaveLength(0);
    await until(() => unloads.length === 1);
  });

  test("keeps the model when the caller that gave up asks again in time", async () => {
    const { residency, unloads, decisions } = harness(release, 20);
    residency.used();
    residency.idle(true);
    residency.workArrived();
    await Bun.sleep(60);
    expect(decisions).toHaveLength(0);
    residency.idle(false);
    await until(() => unloads.length === 1);
  });

  test("does not unload under a document that arrives while the decision is being made", async () => {
    const deciding = Promise.withResolvers<KeepAliveDecision>();
    const unloads: number[] = [];
    const residency = createModelResidency({
      decide: () => deciding.promise,
      unload: async () => {
        unloads.push(1);
        return { olderCopies: 0 };
      },
    });
    residency.used();
    residency.idle(false);
    residency.workArrived();
    deciding.resolve(release);
    await Bun.sleep(10);
    expect(unloads).toHaveLength(0);
    residency.idle(false);
    await until(() => unloads.length === 1);
  });

  test("stops waiting for an unload to be seen when the next document arrives", async () => {
    let signal: AbortSignal | undefined;
    const residency = createModelResidency({
      decide: async () => release,
      unload: (given) => {
        signal = given;
        return new Promise((_, reject) => given.addEventListener("abort", () => reject(given.reason)));
      },
    });
    residency.used();
    residency.idle(false);
    await until(() => signal !== undefined);
    residency.workArrived();
    expect(signal?.aborted).toBe(true);
    await residency.close(AbortSignal.timeout(100));
  });

  test("does not outlast the signal it is closed with", async () => {
    const residency = createModelResidency({
      decide: (given) => new Promise((_, reject) => given.addEventListener("abort", () => reject(given.reason))),
      unload: async () => ({ olderCopies: 0 }),
    });
    residency.used();
    residency.idle(false);
    await residency.close(AbortSignal.timeout(50));
  });

  test("a stop in the meantime unloads what is still open", async () => {
    const { residency, unloads } = harness(release, 60_000);
    residency.used();
    residency.idle(true);
    await residency.close(AbortSignal.timeout(100));
    expect(unloads).toHaveLength(1);
  });

  test("an older copy that stays is told", async () => {
    await using log = await captureLog();
    const residency = createModelResidency({ decide: async () => release, unload: async () => ({ olderCopies: 1 }) });
    residency.used();
    residency.idle(false);
    await until(() => log.records.length === 2, "it is told");
    expect(log.records.map(({ level, message }) => `${level}: ${message.join("")}`)).toContainEqual(
      expect.stringMatching(/^warning: .*created again.* keeps 1 older/),
    );
  });

  test("a failing unload is reported and does not break the next one", async () => {
    await using log = await captureLog();
    let calls = 0;
    const residency = createModelResidency({
      decide: async () => release,
      unload: async () => {
        calls += 1;
        if (calls === 1) throw new Error("still there");
        return { olderCopies: 0 };
      },
    });
    const expected = [
      "warning: OCR model could not be unloaded: still there",
      "info: OCR model unloaded: high-pressure",
    ];
    for (const count of [1, 2]) {
      residency.used();
      residency.idle(false);
      await until(() => log.records.length === count);
    }
    expect(log.records.map(({ level, message }) => `${level}: ${message.join("")}`)).toEqual(expected);
    await residency.close(AbortSignal.timeout(100));
  });
});
