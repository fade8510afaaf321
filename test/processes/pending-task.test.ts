import { afterEach, describe, expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import { createPendingTask } from "../../src/processes/pending-task.ts";
import { refusalOf } from "../support/refusal-of.ts";

const tooLong = () => new Error("too long");
const settled: { reject(reason: unknown): void }[] = [];
afterEach(() => {
  for (const task of settled.splice(0)) task.reject(new Error("the test is over"));
});

function pending(caller: AbortSignal, maxWaitMs = 60_000) {
  const task = createPendingTask<string>(caller, maxWaitMs, tooLong);
  task.answer.catch(() => undefined);
  settled.push(task);
  return task;
}

describe("a task that waits for a process", () => {
  test.each<[string, (task: ReturnType<typeof pending>) => void]>([
    ["answered", (task) => task.resolve("done")],
    ["refused", (task) => task.reject(new Error("gone"))],
  ])("leaves nothing at its caller's signal when it was %s, and its time is over for good", async (_, settle) => {
    const { signal } = new AbortController();
    const listeners = () => getEventListeners(signal, "abort").length;
    let asked = 0;
    const task = createPendingTask<string>(signal, 20, () => {
      asked += 1;
      return tooLong();
    });
    task.answer.catch(() => undefined);
    expect(listeners()).toBe(1);
    settle(task);
    expect(listeners()).toBe(0);
    await Bun.sleep(40);
    expect(asked).toBe(0);
  });

  test("is refused with its caller's reason, and so is what goes on for it", async () => {
    const caller = new AbortController();
    const task = pending(caller.signal);
    const reason = new Error("gone");
    caller.abort(reason);
    expect(await refusalOf(task.answer)).toBe(reason);
    expect([task.signal.reason, task.waiting.reason]).toEqual([reason, reason]);
  });

  test("is not taken out of the queue once it has begun, though its process is told", () => {
    const caller = new AbortController();
    const task = pending(caller.signal);
    task.begin();
    caller.abort(new Error("gone"));
    expect({ work: task.signal.aborted, waiting: task.waiting.aborted }).toEqual({ work: true, waiting: false });
  });

  test("that was answered aborts nothing", () => {
    const task = pending(new AbortController().signal);
    task.resolve("done");
    expect({ work: task.signal.aborted, waiting: task.waiting.aborted }).toEqual({ work: false, waiting: false });
  });

  test("waits so long and no longer, its turn for a process that is not ready yet included", async () => {
    const task = pending(new AbortController().signal, 10);
    task.begin();
    expect(await refusalOf(task.answer)).toEqual(tooLong());
  });

  test("has all the time of its process once that has taken it", async () => {
    const task = pending(new AbortController().signal, 10);
    task.taken();
    await Bun.sleep(30);
    task.resolve("done");
    expect(await task.answer).toBe("done");
  });
});
