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

/** @param failures how many of the first starts fail */
function slotWith(idleMs?: number, failures = 0) {
  const started: ReturnType<typeof fakeProcess>[] = [];
  const ended: ExitReason[] = [];
  let attempts = 0;
  const slot = createSlot<string, string>({
    idleMs,
    onEnded: ({ why }) => ended.push(why),
    start: () => {
      attempts += 1;
      if (attempts <= failures) throw new Error("there is no memory for it");
      const next = fakeProcess();
      started.push(next);
      return next.process;
    },
  });
  return { slot, started, ended, attempts: () => attempts };
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

  test("has its process started again after growing pauses, where it cannot be started at all", async () => {
    const { slot, started, attempts } = slotWith(undefined, 3);
    slot.startAgain();
    for (const pauseMs of [100, 200, 400]) {
      const before = attempts();
      jest.advanceTimersByTime(pauseMs - 1);
      expect(attempts()).toBe(before);
      jest.advanceTimersByTime(1);
      expect(attempts()).toBe(before + 1);
    }
    expect(started).toHaveLength(1);
    await slot.close();
  });

  test("has another started for who waits, be the first never ready", async () => {
    const { slot, started, ended } = slotWith(1000);
    slot.take();
    const waiting = slot.ready(new AbortController().signal);
    await settle();
    started[0]?.end("crashed", false);
    await settle();
    jest.advanceTimersByTime(100);
    started[1]?.becomeReady();
    expect((await waiting).state).toBe("idle");
    expect(ended).toEqual(["crashed"]);
    await slot.close();
  });

  test("starts no process for a caller who had gone before", async () => {
    const { slot, started } = slotWith(1000);
    const gone = new Error("gone");
    expect(await slot.ready(AbortSignal.abort(gone)).catch((error: unknown) => error)).toBe(gone);
    expect(started).toHaveLength(0);
  });

  test("is taken until its process has nothing to do any more", async () => {
    const { slot, started } = slotWith();
    slot.startAgain();
    const rested = Promise.withResolvers<void>();
    if (started[0] !== undefined) started[0].process.rested = () => rested.promise;
    expect(slot.isTaken).toBe(false);
    slot.take();
    const released = slot.release();
    await settle();
    expect(slot.isTaken).toBe(true);
    rested.resolve();
    await released;
    expect(slot.isTaken).toBe(false);
  });

  test("is closed when its process has gone, and starts none after that, be one due", async () => {
    const { slot, started } = slotWith();
    slot.startAgain();
    started[0]?.end("crashed", false);
    await settle();
    await slot.close();
    jest.advanceTimersByTime(60_000);
    expect(started).toHaveLength(1);

    const other = slotWith();
    other.slot.startAgain();
    const gone = Promise.withResolvers<void>();
    if (other.started[0] !== undefined) other.started[0].process.kill = () => gone.promise;
    let isClosed = false;
    const closed = other.slot.close().then(() => {
      isClosed = true;
    });
    await settle();
    expect(isClosed).toBe(false);
    gone.resolve();
    await closed;
  });
});
