import { describe, expect, test } from "bun:test";
import { createPageCache, type ReadingKey } from "../../src/ocr/engines/page-cache.ts";
import { createSharedReadings } from "../../src/ocr/engines/shared-readings.ts";
import { setClockBack } from "../support/set-clock-back.ts";
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

  test("who gives no instructions gets a reading whose time is not over, where that of a later one is", () => {
    let clock = 0;
    const pages = cache({ now: () => clock });
    pages.keep(key("a", "p"), "early", ["me"]);
    pages.find(key("a", "p"));
    clock = 50;
    pages.keep(key("a", "q"), "late", ["me"]);
    // The one read early is the one used last.
    pages.find(key("a", "p"));
    clock = 120;
    expect(pages.find(key("a", "bare", true))?.reading).toBe("late");
  });

  test("a page is kept no longer for the clock being set back", () => {
    const pages = cache();
    pages.keep(key("a"), "text", ["me"]);
    using _clock = setClockBack(200);
    expect(pages.find(key("a"))).toBeUndefined();
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

  test("work that was given up is joined by nobody, though it has not ended yet", async () => {
    const shared = createSharedReadings<string>();
    const work = Promise.withResolvers<string>();
    const gone = new AbortController();
    const first = Promise.allSettled([shared.begin(key("a"), () => work.promise, gone.signal).result]);
    gone.abort();
    await first;
    const { signal } = new AbortController();
    expect(shared.join(key("a"), signal)).toBeUndefined();
    const again = shared.begin(key("a"), async () => "text", signal);
    expect(await again.result).toBe("text");
    work.resolve("late");
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

describe("what the cache holds", () => {
  test("counts each reading with its key, once, and gives the bytes back", () => {
    let nowMs = 0;
    const pages = cache({ now: () => nowMs });
    pages.keep(key("page", "inst"), "x".repeat(10), ["me"]);
    expect(pages.status()).toEqual({ pages: 1, bytes: 10 + "page|inst".length });
    pages.keep(key("page", "inst"), "x".repeat(4), ["me"]);
    expect(pages.status()).toEqual({ pages: 1, bytes: 4 + "page|inst".length });
    nowMs = 99;
    expect(pages.find(key("page", "inst"))?.reading).toBe("xxxx");
    nowMs = 100;
    pages.keep(key("other"), "", ["me"]);
    expect(pages.status()).toEqual({ pages: 1, bytes: "other|p".length });
  });

  test("is as much as there may be, to the byte", () => {
    const pages = cache({ maxBytes: 20 });
    pages.keep(key("a"), "x".repeat(17), ["me"]);
    expect(pages.status()).toEqual({ pages: 1, bytes: 20 });
    pages.keep(key("a"), "x".repeat(18), ["me"]);
    expect(pages.status()).toEqual({ pages: 0, bytes: 0 });
  });

  test("of all that goes, only as much goes as has to", () => {
    const pages = cache({ maxBytes: 30 });
    for (const page of ["a", "b", "c"]) pages.keep(key(page), "x".repeat(7), ["me"]);
    pages.keep(key("d"), "x".repeat(7), ["me"]);
    expect([..."abcd"].map((page) => pages.find(key(page)) !== undefined)).toEqual([false, true, true, true]);
  });

  test("remembers so many callers of one reading, and no more", () => {
    const pages = cache();
    pages.keep(key("a", "q"), "text", ["me"]);
    for (let caller = 0; caller < 100; caller += 1) pages.find(key("a", "q", false, `caller ${caller}`));
    const knows = (caller: string) => pages.find(key("a", "bare", true, caller)) !== undefined;
    expect([knows("me"), knows("caller 62"), knows("caller 63")]).toEqual([true, true, false]);
  });

  test("the newest of several readings under other instructions is taken, and is then the last to go", () => {
    const pages = cache();
    for (const instructions of ["p", "q"]) pages.keep(key("a", instructions), instructions, ["me"]);
    expect(pages.find(key("a", "bare", true))?.reading).toBe("q");
    pages.find(key("a", "p"));
    expect(pages.find(key("a", "bare", true))?.reading).toBe("p");
  });

  test("a reading whose time is over is nobody's, though it is still there", () => {
    let nowMs = 0;
    const pages = cache({ now: () => nowMs });
    pages.keep(key("a", "q"), "old", ["me"]);
    nowMs = 100;
    expect(pages.find(key("a", "bare", true))).toBeUndefined();
  });
});

describe("a shared reading", () => {
  test("ends at once for a caller whose signal is aborted already, and is stopped when that was all", async () => {
    const shared = createSharedReadings<string>();
    const reason = new Error("gone");
    let given: AbortSignal | undefined;
    const reading = shared.begin(
      key("a"),
      (signal) => {
        given = signal;
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
      AbortSignal.abort(reason),
    );
    expect(await reading.result.catch((error: unknown) => error)).toBe(reason);
    expect(given?.reason).toBe(reason);
    await reading.settled;
  });

  test("lingers as long as the reason of its last caller says, and is then stopped for that reason", async () => {
    const reasons: unknown[] = [];
    const shared = createSharedReadings<string>((reason) => {
      reasons.push(reason);
      return 10;
    });
    let given: AbortSignal | undefined;
    const gone = new AbortController();
    const reading = shared.begin(
      key("a"),
      (signal) => {
        given = signal;
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
      gone.signal,
    );
    const reason = new Error("gone");
    const outcome = reading.result.catch((error: unknown) => error);
    gone.abort(reason);
    expect(await outcome).toBe(reason);
    expect(given?.aborted).toBe(false);
    await reading.settled;
    expect(given?.reason).toBe(reason);
    expect(reasons).toEqual([reason]);
  });

  test("that fails fails for all, and is joined by nobody any more", async () => {
    const shared = createSharedReadings<string>();
    const work = Promise.withResolvers<string>();
    const { signal } = new AbortController();
    const first = shared.begin(key("a"), () => work.promise, signal);
    const second = shared.join(key("a"), signal);
    const outcomes = Promise.allSettled([first.result, second?.result]);
    work.reject(new Error("it broke"));
    expect((await outcomes).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await first.settled;
    expect(shared.join(key("a"), signal)).toBeUndefined();
  });

  test("tells nothing to a caller who has its result, and listens to no signal of a caller who has", async () => {
    const shared = createSharedReadings<string>();
    let write: (attempt: number, piece: string) => void = () => undefined;
    const heard: string[] = [];
    const caller = new AbortController();
    const first = shared.begin(
      key("a"),
      (_signal, _askedBy, onPiece) => {
        write = onPiece;
        return Promise.resolve("text");
      },
      caller.signal,
      (_attempt, piece) => heard.push(piece),
    );
    expect(await first.result).toBe("text");
    write(1, "late");
    caller.abort(new Error("gone"));
    expect(heard).toEqual([]);
  });

  test("under one's own instructions is joined before one under others", async () => {
    const shared = createSharedReadings<string>();
    const { signal } = new AbortController();
    const never = () => new Promise<string>(() => undefined);
    shared.begin(key("a", "q"), never, signal);
    shared.begin(key("a", "bare", true), async () => "own", signal);
    const joined = shared.join(key("a", "bare", true), signal);
    expect([joined?.sameInstructions, await joined?.result]).toEqual([true, "own"]);
  });

  test("knows who has asked for it under its instructions, and nobody else", async () => {
    const shared = createSharedReadings<string>();
    const { signal } = new AbortController();
    let askedBy: ReadonlySet<string> = new Set();
    const work = Promise.withResolvers<string>();
    const first = shared.begin(
      key("a", "q", false, "one"),
      (_signal, asked) => {
        askedBy = asked;
        return work.promise;
      },
      signal,
    );
    shared.join(key("a", "q", false, "two"), signal);
    shared.join(key("a", "bare", true, "one"), signal);
    expect([...askedBy]).toEqual(["one", "two"]);
    work.resolve("text");
    await first.result;
  });
});
