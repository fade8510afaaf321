import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { getEventListeners } from "node:events";
import { PendingRequest } from "../../src/retrieval/batching/pending-request.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const noTurn = new Error("no turn");
const tooLong = new Error("too long");

/** A request of two texts whose batches may take 100 ms, and what was told of it. */
function pending(signal = new AbortController().signal) {
  const told: string[] = [];
  const request = new PendingRequest<string>({ texts: ["a", "b"] }, signal, {
    timeoutMs: 100,
    arrivedMs: 7,
    now: () => performance.now(),
    isReady: () => true,
    noTurn: () => noTurn,
    tooLong: () => tooLong,
    onSettled: () => told.push(request.settled ? "settled" : "settled too soon"),
    onOverdue: () => told.push("overdue"),
  });
  const end = request.answer.catch((error: unknown) => error);
  return { request, told, end };
}

describe("a request that is computed", () => {
  test("is answered in the order of its texts, whichever was computed first, with what each was cut to", async () => {
    const { request, told, end } = pending();
    request.tokenised(1, Int32Array.of(1, 2, 3), true);
    request.tokenised(0, Int32Array.of(1, 2), false);
    expect(request).toMatchObject({ tokenisedTexts: 2, arrivedMs: 7 });
    jest.advanceTimersByTime(20);
    request.enter("computing");
    jest.advanceTimersByTime(30);
    request.computed(1, "of b");
    expect(request.settled).toBe(false);
    request.enter("waiting");
    jest.advanceTimersByTime(5);
    request.enter("computing");
    jest.advanceTimersByTime(40);
    request.computed(0, "of a");
    expect(await end).toEqual({
      results: ["of a", "of b"],
      tokens: [2, 3],
      truncated: [false, true],
      waitedMs: 25,
      computedMs: 70,
    });
    expect(told).toEqual(["settled"]);
  });

  test("has no time that runs on when it is answered, nor a caller who ends it", async () => {
    const caller = new AbortController();
    const { request, told, end } = pending(caller.signal);
    expect(getEventListeners(caller.signal, "abort")).toHaveLength(1);
    for (const place of [0, 1]) request.computed(place, "done");
    expect(getEventListeners(caller.signal, "abort")).toHaveLength(0);
    request.enter("computing");
    jest.advanceTimersByTime(1000);
    caller.abort(new Error("gone"));
    request.fail(new Error("late"));
    expect(await end).toMatchObject({ results: ["done", "done"] });
    expect(told).toEqual(["settled"]);
  });
});

describe("a request that is not computed", () => {
  test("in its turns is refused as such, and whoever computes for nobody is told after that", async () => {
    const { request, told, end } = pending();
    request.enter("computing");
    jest.advanceTimersByTime(101);
    expect(await end).toBe(tooLong);
    expect(told).toEqual(["settled", "overdue"]);
  });

  test("because it gets no turn is refused as such, and nobody computes for it", async () => {
    const { told, end } = pending();
    jest.advanceTimersByTime(301);
    expect(await end).toBe(noTurn);
    expect(told).toEqual(["settled"]);
  });

  test("because its caller has gone ends with the caller's reason, and its results are not waited for", async () => {
    const caller = new AbortController();
    const { request, told, end } = pending(caller.signal);
    const reason = new Error("gone");
    caller.abort(reason);
    expect(await end).toBe(reason);
    for (const place of [0, 1]) request.computed(place, "late");
    expect(told).toEqual(["settled"]);
  });
});
