import { describe, expect, test } from "bun:test";
import { createPageCache, type ReadingKey } from "../../src/ocr/engines/page-cache.ts";
import { createSharedReadings } from "../../src/ocr/engines/shared-readings.ts";
import { until } from "../support/until.ts";

const key = (page: string, instructions = "p", bare = false, caller = "me"): ReadingKey => ({
  page,
  instructions,
  bare,
  caller,
});
const cache = (options: { maxBytes?: number; now?: () => number } = {}) =>
  createPageCache<string>({ maxBytes: 1000, ttlMs: 100, bytesOf: (text) => text.length, ...options });

describe("the cache of finished pages", () => {
  test("a page is found under the same instructions only", () => {
    const pages = cache();
    pages.keep(key("a"), "text", ["me"]);
    expect(pages.find(key("a"))).toEqual({ reading: "text", otherInstructions: false });
    expect(pages.find(key("a", "q"))).toBeUndefined();
    expect(pages.find(key("b"))).toBeUndefined();
  });

  test("who gives no instructions accepts any whole reading that it has asked for itself, and is told", () => {
    const pages = cache();
    pages.keep(key("a", "q"), "text", ["me"]);
    expect(pages.find(key("a", "bare", true))).toEqual({ reading: "text", otherInstructions: true });
    pages.keep(key("a", "bare", true), "own", ["me"]);
    expect(pages.find(key("a", "bare", true))).toEqual({ reading: "own", otherInstructions: false });
  });

  test("who gives no instructions gets no reading that others have asked for, and none that was cut short", () => {
    const pages = createPageCache<string>({
      maxBytes: 1000,
      ttlMs: 100,
      bytesOf: (text) => text.length,
      isWhole: (text) => text !== "cut",
    });
    pages.keep(key("a", "p"), "theirs", ["other"]);
    pages.keep(key("a", "q"), "cut", ["me"]);
    expect(pages.find(key("a", "bare", true))).toBeUndefined();
    expect(pages.find(key("a", "bare", true, "other"))?.reading).toBe("theirs");
  });

  test("a reading belongs to all who have asked for it, before and after it was made", () => {
    const pages = cache();
    pages.keep(key("a", "q"), "text", ["one", "two"]);
    expect(pages.find(key("a", "q", false, "three"))?.reading).toBe("text");
    pages.keep(key("a", "q"), "text", ["four"]);
    const found = ["one", "two", "three", "four", "five"].map((caller) => pages.find(key("a", "bare", true, caller)));
    expect(found.map((kept) => kept !== undefined)).toEqual([true, true, true, true, false]);
  });

  test("the least recently used page goes when the bytes are spent", () => {
    const pages = cache({ maxBytes: 25 });
    pages.keep(key("a"), "x".repeat(7), ["me"]);
    pages.keep(key("b"), "x".repeat(7), ["me"]);
    pages.find(key("a"));
    pages.keep(key("c"), "x".repeat(7), ["me"]);
    expect([..."abc"].map((page) => pages.find(key(page)) !== undefined)).toEqual([true, false, true]);
    expect(pages.status().bytes).toBeLessThanOrEqual(25);
  });

  test("a page larger than the whole cache is not kept", () => {
    const pages = cache({ maxBytes: 10 });
    pages.keep(key("a"), "x".repeat(11), ["me"]);
    expect(pages.status()).toEqual({ pages: 0, bytes: 0 });
  });

  test("pages are forgotten when their time is over", () => {
    let nowMs = 0;
    const pages = cache({ now: () => nowMs });
    pages.keep(key("a"), "text", ["me"]);
    nowMs = 100;
    expect(pages.find(key("a"))).toBeUndefined();
    expect(pages.find(key("a", "q", true))).toBeUndefined();
    expect(pages.status().pages).toBe(0);
  });

  test("nothing is kept where the cache is switched off", () => {
    const pages = cache({ maxBytes: 0 });
    pages.keep(key("a"), "", ["me"]);
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

  test("what is written is told to both, to who joins from the beginning of the attempt, and to nobody who has left", async () => {
    const shared = createSharedReadings<string>();
    const work = Promise.withResolvers<string>();
    let write: (attempt: number, piece: string) => void = () => undefined;
    const leaving = new AbortController();
    const heard = { first: "", second: "" };
    const hear = (who: keyof typeof heard) => (attempt: number, piece: string) => {
      heard[who] += ` ${attempt}:${piece}`;
    };
    const first = shared.begin(
      key("a"),
      (_signal, _askedBy, onPiece) => {
        write = onPiece;
        return work.promise;
      },
      leaving.signal,
      hear("first"),
    );
    const outcome = Promise.allSettled([first.result]);
    for (const [attempt, piece] of [
      [1, "lost"],
      [2, "a"],
      [2, "b"],
    ] as const)
      write(attempt, piece);
    const second = shared.join(key("a"), new AbortController().signal, hear("second"));
    write(2, "c");
    leaving.abort();
    await outcome;
    write(2, "d");
    expect(heard).toEqual({ first: " 1:lost 2:a 2:b 2:c", second: " 2:ab 2:c 2:d" });
    work.resolve("abcd");
    expect(await second?.result).toBe("abcd");
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

  test("who gives no instructions joins no reading of others, but one that it has joined under its instructions", async () => {
    const { shared, read, finish } = running();
    const { signal } = new AbortController();
    const first = shared.begin(key("a", "q", false, "other"), read, signal);
    expect(shared.join(key("a", "bare", true), signal)).toBeUndefined();
    expect(shared.join(key("a", "q"), signal)?.sameInstructions).toBe(true);
    expect(shared.join(key("a", "bare", true), signal)?.sameInstructions).toBe(false);
    finish("text");
    await first.result;
  });

  test("a caller with other instructions does not join", async () => {
    const { shared, read, finish } = running();
    const first = shared.begin(key("a"), read, new AbortController().signal);
    expect(shared.join(key("a", "q"), new AbortController().signal)).toBeUndefined();
    finish("text");
    await first.result;
  });
});
