import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import type { KeptProcess } from "../../src/processes/kept-process.ts";
import type { ExitReason, ProcessExit } from "../../src/processes/process-exit.ts";
import { createSlot } from "../../src/processes/slot.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Lets what has been decided be carried out, without a timer. */
const settle = async () => {
  for (let step = 0; step < 20; step += 1) await undefined;
};

/** A process that is ready and ends when it is told to. */
function fakeProcess() {
  const [ready, exited] = [Promise.withResolvers<void>(), Promise.withResolvers<ProcessExit>()];
  ready.promise.catch(() => undefined);
  let state: KeptProcess<string, string>["state"] = "starting";
  const end = (why: ExitReason, wasBusy: boolean) => {
    state = "ended";
    ready.reject(new Error("ended"));
    exited.resolve({ why, wasBusy, how: "ended", lastWords: "" });
  };
  const process: KeptProcess<string, string> = {
    ...{ pid: 1, answered: 0, ready: ready.promise, exited: exited.promise },
    get state() {
      return state;
    },
    ask: async () => "answer",
    tell: () => undefined,
    rested: async () => undefined,
    kill: async (why) => end(why, false),
  };
  const becomeReady = () => {
    state = "idle";
    ready.resolve();
  };
  return { process, becomeReady, end };
}

function slotWith(idleMs?: number) {
  const started: ReturnType<typeof fakeProcess>[] = [];
  const slot = createSlot<string, string>({
    idleMs,
    onEnded: () => undefined,
    start: () => {
      const next = fakeProcess();
      started.push(next);
      return next.process;
    },
  });
  return { slot, started };
}

describe("the place of a process", () => {
  test.each<[string, boolean, ExitReason, boolean, number]>([
    ["that died in mid-task", true, "crashed", true, 0],
    ["that died without work", true, "crashed", false, 100],
    ["that was never ready", false, "timed-out", false, 100],
    ["that was worn", true, "closed", false, 0],
  ])("has another at once behind one %s, or after a pause", async (_, isReady, why, wasBusy, pauseMs) => {
    const { slot, started } = slotWith();
    slot.startAgain();
    if (isReady) started[0]?.becomeReady();
    started[0]?.end(why, wasBusy);
    await settle();
    expect(started).toHaveLength(pauseMs === 0 ? 2 : 1);
    jest.advanceTimersByTime(pauseMs);
    expect(started).toHaveLength(2);
  });

  test("has another at once again when one was of use", async () => {
    const { slot, started } = slotWith();
    slot.startAgain();
    for (const pauseMs of [100, 200]) {
      started.at(-1)?.end("crashed", false);
      await settle();
      jest.advanceTimersByTime(pauseMs - 1);
      const { length } = started;
      jest.advanceTimersByTime(1);
      expect(started).toHaveLength(length + 1);
    }
    slot.hasAnswered();
    started.at(-1)?.becomeReady();
    started.at(-1)?.end("crashed", true);
    await settle();
    expect(started).toHaveLength(4);
  });

  test("ends a process that has nothing to do for its time, and none that was taken again", async () => {
    const { slot, started } = slotWith(1000);
    const use = async () => {
      slot.take();
      const ready = slot.ready(new AbortController().signal);
      await settle();
      started.at(-1)?.becomeReady();
      await ready;
      await slot.release();
    };
    await use();
    jest.advanceTimersByTime(999);
    slot.take();
    jest.advanceTimersByTime(5000);
    expect(slot.process?.state).toBe("idle");
    await slot.release();
    jest.advanceTimersByTime(1000);
    await settle();
    expect(slot.process).toBeUndefined();
    await use();
    expect(started).toHaveLength(2);
    await slot.close();
    expect([slot.process, jest.getTimerCount()]).toEqual([undefined, 0]);
  });

  test("waits for a process no longer than its caller, and starts none when that has gone, or it is closed", async () => {
    const { slot, started } = slotWith(1000);
    const caller = new AbortController();
    slot.take();
    const waiting = slot.ready(caller.signal).catch((error: unknown) => error);
    await settle();
    started[0]?.end("crashed", false);
    await settle();
    caller.abort(new Error("gone"));
    expect(await waiting).toHaveProperty("message", "gone");
    jest.advanceTimersByTime(5000);
    expect(started).toHaveLength(1);
    await slot.release();
    await slot.close();
    slot.startAgain();
    expect([started.length, jest.getTimerCount()]).toEqual([1, 0]);
  });
});
