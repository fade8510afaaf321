import { describe, expect, test } from "bun:test";
import { createPageCache, type ReadingKey } from "../../src/ocr/engines/page-cache.ts";
import { createSharedReadings } from "../../src/ocr/engines/shared-readings.ts";
import { until } from "../support/until.ts";

const key = (page: string, instructions = "p", bare = false): ReadingKey => ({ page, instructions, bare });
const cache = (options: { maxBytes?: number; now?: () => number } = {}) =>
  createPageCache<string>({ maxBytes: 1000, ttlMs: 100, bytesOf: (text) => text.length, ...options });

describe("the cache of finished pages", () => {
  test("a page is found under the same instructions only", () => {
    const pages = cache();
    pages.keep(key("a"), "text");
    expect(pages.find(key("a"))).toEqual({ reading: "text", otherInstructions: false });
    expect(pages.find(key("a", "q"))).toBeUndefined();
    expect(pages.find(key("b"))).toBeUndefined();
  });

  test("who gives no instructions accepts any reading of the page, and is told", () => {
    const pages = cache();
    pages.keep(key("a", "q"), "text");
    expect(pages.find(key("a", "bare", true))).toEqual({ reading: "text", otherInstructions: true });
    pages.keep(key("a", "bare", true), "own");
    expect(pages.find(key("a", "bare", true))).toEqual({ reading: "own", otherInstructions: false });
  });

  test("who gives no instructions gets a whole reading where there is one", () => {
    const pages = createPageCache<string>({
      maxBytes: 1000,
      ttlMs: 100,
      bytesOf: (text) => text.length,
      isWhole: (text) => text !== "cut",
    });
    pages.keep(key("a", "p"), "whole");
    pages.keep(key("a", "q"), "cut");
    expect(pages.find(key("a", "bare", true))?.reading).toBe("whole");
  });

  test("the least recently used page goes when the bytes are spent", () => {
    const pages = cache({ maxBytes: 25 });
    pages.keep(key("a"), "x".repeat(7));
    pages.keep(key("b"), "x".repeat(7));
    pages.find(key("a"));
    pages.keep(key("c"), "x".repeat(7));
    expect([..."abc"].map((page) => pages.find(key(page)) !== undefined)).toEqual([true, false, true]);
    expect(pages.status().bytes).toBeLessThanOrEqual(25);
  });

  test("a page larger than the whole cache is not kept", () => {
    const pages = cache({ maxBytes: 10 });
    pages.keep(key("a"), "x".repeat(11));
    expect(pages.status()).toEqual({ pages: 0, bytes: 0 });
  });

  test("pages are forgotten when their time is over", () => {
    let nowMs = 0;
    const pages = cache({ now: () => nowMs });
    pages.keep(key("a"), "text");
    nowMs = 100;
    expect(pages.find(key("a"))).toBeUndefined();
    expect(pages.find(key("a", "q", true))).toBeUndefined();
    expect(pages.status().pages).toBe(0);
  });

  test("nothing is kept where the cache is switched off", () => {
    const pages = cache({ maxBytes: 0 });
    pages.keep(key("a"), "");
    expect(pages.enabled).toBe(false);
    expect(pages.find(key("a"))).toBeUndefined();
  });
});

describe("shared readings", () => {
  function running() {
    const shared = createSharedReadings<string>();
    const work = Promise.withResolvers<string>();
    let workSignal: AbortSignal | undefined;
    const read = (signal: AbortSignal) => {
      workSignal = signal;
      signal.addEventListener("abort", () => work.reject(signal.reason), { once: true });
      return work.promise;
    };
    return { shared, read, finish: work.resolve, isAborted: () => workSignal?.aborted };
  }

  test("two callers share one reading and both get its text", async () => {
    const { shared, read, finish } = running();
    const first = shared.begin(key("a"), read, new AbortController().signal);
    const second = shared.join(key("a"), new AbortController().signal);
    finish("text");
    expect(await first.result).toBe("text");
    expect(await second?.result).toBe("text");
    expect(second?.sameInstructions).toBe(true);
    await first.settled;
    expect(shared.join(key("a"), new AbortController().signal)).toBeUndefined();
  });

  test("the work goes on for the others when the caller who began it leaves", async () => {
    const { shared, read, finish, isAborted } = running();
    const starter = new AbortController();
    const first = shared.begin(key("a"), read, starter.signal);
    const second = shared.join(key("a", "bare", true), new AbortController().signal);
    const outcome = Promise.allSettled([first.result]);
    starter.abort(new Error("gone"));
    expect((await outcome)[0]).toMatchObject({ status: "rejected", reason: { message: "gone" } });
    expect(isAborted()).toBe(false);
    finish("text");
    expect(await second?.result).toBe("text");
    expect(second?.sameInstructions).toBe(false);
  });

  test("the work stops when the last caller has gone, and nobody joins it any more", async () => {
    const { shared, read, isAborted } = running();
    const callers = [new AbortController(), new AbortController()];
    const first = shared.begin(key("a"), read, callers[0]?.signal ?? AbortSignal.abort());
    const second = shared.join(key("a"), callers[1]?.signal ?? AbortSignal.abort());
    const outcomes = Promise.allSettled([first.result, second?.result]);
    for (const caller of callers) caller.abort(new Error("gone"));
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(isAborted()).toBe(true);
    expect(shared.join(key("a"), new AbortController().signal)).toBeUndefined();
    await first.settled;
  });

  test("the work lingers for a caller that gave up and asks again at once", async () => {
    const shared = createSharedReadings<string>(() => 20);
    const work = Promise.withResolvers<string>();
    let aborted = false;
    const read = (signal: AbortSignal) => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
      return work.promise;
    };
    const gone = new AbortController();
    const first = Promise.allSettled([shared.begin(key("a"), read, gone.signal).result]);
    gone.abort();
    await first;
    const again = new AbortController();
    const second = shared.join(key("a"), again.signal);
    await Bun.sleep(40);
    expect(aborted).toBe(false);
    const outcome = Promise.allSettled([second?.result]);
    again.abort();
    await outcome;
    await until(() => aborted);
    work.resolve("text");
  });

  test("a caller with other instructions does not join", async () => {
    const { shared, read, finish } = running();
    const first = shared.begin(key("a"), read, new AbortController().signal);
    expect(shared.join(key("a", "q"), new AbortController().signal)).toBeUndefined();
    finish("text");
    await first.result;
  });
});
