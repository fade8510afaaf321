import { describe, expect, test } from "bun:test";
import { createBreather } from "../../src/batch/breather.ts";

/** A worker and its service; `answers` says for each look whether the service answers. */
function breathing(answers: boolean[], signal = new AbortController().signal) {
  const told: string[] = [];
  const resumed = Promise.withResolvers<void>();
  const breather = createBreather({
    worker: {
      pause: async (doNotWaitActive) => {
        told.push(doNotWaitActive ? "paused" : "paused when its work has ended");
      },
      resume: async () => {
        told.push("resumed");
        resumed.resolve();
      },
    },
    look: async (given) => {
      expect(given).toBe(signal);
      if (answers.shift() !== true) throw new Error("no answer");
    },
    onNotice: (sentence) => told.push(sentence),
    signal,
    sleep: async (ms, given) => {
      expect(given).toBe(signal);
      given.throwIfAborted();
      told.push(`${ms} ms`);
    },
  });
  return { ...breather, told, resumed: resumed.promise };
}

const waits = (told: readonly string[]) => told.filter((one) => one.endsWith(" ms")).map(Number.parseFloat);

describe("a worker whose service takes nothing", () => {
  test("waits, looks, and takes documents again when the service answers", async () => {
    const { pause, told, resumed } = breathing([false, true]);
    await pause("The queue is full.", undefined);
    await resumed;
    expect(told).toEqual(["waiting: The queue is full.", "paused", "1000 ms", "2000 ms", "resumed"]);
  });

  test.each<[string, number | undefined, number, number[]]>([
    ["longer from look to look, up to half a minute", undefined, 7, [1, 2, 4, 8, 16, 30, 30]],
    ["as long as it was asked to, once", 20, 3, [20, 2, 4]],
    ["no longer than half a minute, whatever it was asked", 86_400, 2, [30, 2]],
    ["its own time where it was asked for less", 0.5, 2, [1, 2]],
  ])("waits %s", async (_, askedSeconds, looks, seconds) => {
    const answers = Array.from({ length: looks }, (_look, index) => index === looks - 1);
    const { pause, told, resumed } = breathing(answers);
    await pause("Busy.", askedSeconds);
    await resumed;
    expect(waits(told)).toEqual(seconds.map((one) => one * 1000));
  });

  test.each([
    ["longer", false, [1, 2, 4]],
    ["as at first when a document was read in between", true, [1, 2, 1]],
  ] as const)("waits %s the next time", async (_, isReset, seconds) => {
    const { pause, reset, told, resumed } = breathing([false, true, true]);
    await pause("Busy.", undefined);
    await resumed;
    await Bun.sleep(0);
    if (isReset) reset();
    await pause("Busy.", undefined);
    await Bun.sleep(0);
    expect(waits(told)).toEqual(seconds.map((one) => one * 1000));
  });

  test("is told once, however many documents are refused", async () => {
    const { pause, told, resumed } = breathing([true]);
    await Promise.all([pause("First.", undefined), pause("Second.", 20)]);
    await resumed;
    expect(told).toEqual(["waiting: First.", "paused", "1000 ms", "resumed"]);
  });

  test("that has ended waits for nothing", async () => {
    const { pause, told } = breathing([true], AbortSignal.abort());
    await pause("Busy.", undefined);
    expect(told).toEqual([]);
  });

  test("that ends meanwhile takes nothing more", async () => {
    const controller = new AbortController();
    const { pause, told } = breathing([false, true], controller.signal);
    const paused = pause("Busy.", undefined);
    controller.abort();
    await paused;
    await Bun.sleep(0);
    expect(told).toEqual(["waiting: Busy.", "paused"]);
  });
});
