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

  test.each([
    ["interrupts the unload", true],
    ["comes after the unload has failed", false],
  ])("asks again after a document from the cache that %s", async (_, interrupts) => {
    let asked = 0;
    const unloads: string[] = [];
    const residency = createModelResidency({
      decide: async () => release,
      unload: async (signal) => {
        asked += 1;
        if (asked === 1 && !interrupts) throw new Error("Ollama is busy");
        if (asked === 1) await new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
        unloads.push("gone");
        return { olderCopies: 0 };
      },
    });
    residency.used();
    residency.idle(false);
    await until(() => asked === 1);
    residency.workArrived();
    residency.idle(false);
    await until(() => asked === 2);
    expect(unloads).toEqual(["gone"]);
    await residency.close(AbortSignal.timeout(100));
    expect(asked).toBe(2);
  });

  test("unloads at the stop what could not be unloaded before", async () => {
    let asked = 0;
    const residency = createModelResidency({
      decide: async () => release,
      unload: async () => {
        asked += 1;
        if (asked === 1) throw new Error("Ollama is busy");
        return { olderCopies: 0 };
      },
    });
    residency.used();
    residency.idle(false);
    await until(() => asked === 1);
    await residency.close(AbortSignal.timeout(100));
    expect(asked).toBe(2);
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

  test("unloads once, however often the queue has run empty while the decision was made", async () => {
    const deciding = Promise.withResolvers<KeepAliveDecision>();
    let unloads = 0;
    const residency = createModelResidency({
      decide: () => deciding.promise,
      unload: async () => {
        unloads += 1;
        return { olderCopies: 0 };
      },
    });
    residency.used();
    residency.idle(false);
    residency.workArrived();
    residency.idle(false);
    deciding.resolve(release);
    await residency.close(AbortSignal.timeout(100));
    expect(unloads).toBe(1);
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

  test("decides once for a caller that gave up and another end right behind", async () => {
    const { residency, unloads, decisions } = harness(release, 20);
    residency.used();
    residency.idle(true);
    residency.idle(false);
    await until(() => unloads.length === 1);
    await Bun.sleep(40);
    expect(decisions).toHaveLength(1);
  });

  test("asks again only when the model was used again, whatever was decided", async () => {
    for (const decision of [keep, release]) {
      const { residency, outcomes, decisions } = harness(decision);
      residency.used();
      residency.idle(false);
      await until(() => outcomes.length === 1);
      residency.workArrived();
      residency.idle(false);
      await Bun.sleep(5);
      expect(decisions).toHaveLength(1);
      residency.used();
      residency.idle(false);
      await until(() => outcomes.length === 2);
      await residency.close(AbortSignal.timeout(100));
      expect(outcomes).toHaveLength(2);
    }
  });

  test("waits five seconds for a caller that gave up, unless told otherwise", async () => {
    let decided = 0;
    const residency = createModelResidency({
      decide: async () => {
        decided += 1;
        return keep;
      },
      unload: async () => ({ olderCopies: 0 }),
    });
    residency.used();
    residency.idle(true);
    await Bun.sleep(100);
    expect(decided).toBe(0);
    await residency.close(AbortSignal.timeout(100));
  });

  test("carries nothing out any more once it is closed", async () => {
    const { residency, unloads, decisions, outcomes } = harness(release, 10);
    residency.used();
    residency.idle(true);
    await residency.close(AbortSignal.timeout(1000));
    expect({ unloads: unloads.length, outcomes }).toEqual({ unloads: 1, outcomes: ["unloaded: the service stops"] });
    await Bun.sleep(30);
    expect(decisions).toHaveLength(0);
    residency.used();
    residency.idle(false);
    residency.idle(true);
    await Bun.sleep(30);
    expect(decisions).toHaveLength(0);
    expect(unloads).toHaveLength(1);
  });

  describe("closed before an Ollama that answers nothing", () => {
    const untilAborted = (given: AbortSignal) =>
      new Promise<never>((_, reject) => given.addEventListener("abort", () => reject(given.reason)));

    test.each([
      [
        "while it decides, waits for no decision",
        (given: AbortSignal): Promise<KeepAliveDecision> => untilAborted(given),
        0,
      ],
      ["while it unloads, waits for that no longer", async () => release, 1],
    ] as const)("%s, and asks for the unload once", async (_, decide, before) => {
      const outcomes: string[] = [];
      const asked: AbortSignal[] = [];
      let decided = 0;
      const residency = createModelResidency({
        decide: (given) => {
          decided += 1;
          return decide(given);
        },
        unload: (given) => {
          asked.push(given);
          return untilAborted(given);
        },
        onOutcome: ({ action, reason }) => outcomes.push(`${action}: ${reason}`),
      });
      residency.used();
      residency.idle(false);
      await until(() => decided === 1 && asked.length === before);
      const limit = new AbortController();
      const closed = residency.close(limit.signal);
      await until(() => asked.length === before + 1);
      expect(outcomes).toEqual([]);
      limit.abort(new Error("no answer"));
      await closed;
      expect({ outcomes, asked: asked.length }).toEqual({ outcomes: ["unload-failed: no answer"], asked: before + 1 });
    });

    test("when the decision has just come, does not carry it out beside", async () => {
      const deciding = Promise.withResolvers<KeepAliveDecision>();
      const outcomes: string[] = [];
      const residency = createModelResidency({
        decide: () => deciding.promise,
        unload: async (given) => {
          given.throwIfAborted();
          return { olderCopies: 0 };
        },
        onOutcome: ({ action, reason }) => outcomes.push(`${action}: ${reason}`),
      });
      residency.used();
      residency.idle(false);
      deciding.resolve(release);
      await residency.close(AbortSignal.timeout(1000));
      expect(outcomes).toEqual(["unloaded: the service stops"]);
    });
  });

  test("an unload that a document interrupts is no outcome, and the next end decides anew", async () => {
    const outcomes: string[] = [];
    const given: AbortSignal[] = [];
    const residency = createModelResidency({
      decide: async () => release,
      unload: (unloadSignal) => {
        given.push(unloadSignal);
        if (given.length > 1) return Promise.resolve({ olderCopies: 0 });
        return new Promise((_, reject) => unloadSignal.addEventListener("abort", () => reject(unloadSignal.reason)));
      },
      onOutcome: ({ action }) => outcomes.push(action),
    });
    residency.used();
    residency.idle(false);
    await until(() => given.length === 1);
    residency.workArrived();
    residency.used();
    residency.idle(false);
    await until(() => outcomes.length > 0);
    expect(outcomes).toEqual(["unloaded"]);
    // What is over is not interrupted by the next document.
    residency.workArrived();
    expect(given[1]?.aborted).toBe(false);
  });

  test("a failing unload is an outcome with its reason; a failing decision is none, and breaks nothing", async () => {
    await using log = await captureLog();
    const outcomes: string[] = [];
    let decided = 0;
    const residency = createModelResidency({
      decide: () => {
        decided += 1;
        return decided === 1 ? Promise.reject(new Error("no figures")) : Promise.resolve(release);
      },
      unload: () => Promise.reject(new Error("still there")),
      onOutcome: ({ action, reason }) => outcomes.push(`${action}: ${reason}`),
    });
    residency.used();
    residency.idle(false);
    await until(() => log.records.length === 1);
    expect(log.records[0]?.message.join("")).toContain("could not be carried out: no figures");
    residency.idle(false);
    await until(() => outcomes.length === 1);
    expect(outcomes).toEqual(["unload-failed: still there"]);
  });

  test("the unload at the end is bounded by the signal that it is closed with", async () => {
    let given: AbortSignal | undefined;
    const residency = createModelResidency({
      decide: async () => keep,
      unload: (unloadSignal) => {
        given = unloadSignal;
        return new Promise((_, reject) => unloadSignal.addEventListener("abort", () => reject(unloadSignal.reason)));
      },
    });
    residency.used();
    const limit = new AbortController();
    const closed = residency.close(limit.signal);
    await until(() => given !== undefined);
    expect(given?.aborted).toBe(false);
    limit.abort(new Error("too late"));
    await closed;
    expect(given?.aborted).toBe(true);
  });
});
