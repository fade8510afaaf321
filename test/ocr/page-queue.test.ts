import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import type { PageJob } from "../../src/ocr/queue/page-job.ts";
import { createPageQueue, type PageQueueOptions, type QueuedDocument } from "../../src/ocr/queue/page-queue.ts";
import { setClockBack } from "../support/set-clock-back.ts";

/** A queue whose pages run until they are finished by hand. */
function harness(options: Partial<PageQueueOptions> = {}) {
  const started: string[] = [];
  const prepared: string[] = [];
  const idle: boolean[] = [];
  const finishers = new Map<string, () => void>();
  const queue = createPageQueue({
    concurrency: 1,
    documentLimit: 64,
    maxBytes: 1000,
    onIdle: (abandoned) => idle.push(abandoned),
    ...options,
  });
  const job = (name: string): PageJob<string> => ({
    prepare: async () => {
      if (!prepared.includes(name)) prepared.push(name);
    },
    join: () => undefined,
    start: () => {
      started.push(name);
      const { promise, resolve } = Promise.withResolvers<void>();
      finishers.set(name, resolve);
      return { result: promise.then(() => name), slot: promise };
    },
  });
  const add = (document: QueuedDocument, name: string, signal = new AbortController().signal) =>
    document.add(job(name), signal);
  const finish = async (name: string) => {
    finishers.get(name)?.();
    await Bun.sleep(0);
  };
  return { queue, started, prepared, idle, add, finish, job };
}

const settle = () => Bun.sleep(0);

describe("the queue before an engine", () => {
  test("documents take turns page by page", async () => {
    const { queue, started, add, finish } = harness();
    const [a, b] = [queue.admit(1), queue.admit(1)];
    const results = ["a1", "a2", "a3"].map((name) => add(a, name)).concat(["b1", "b2"].map((name) => add(b, name)));
    await settle();
    for (const name of ["a1", "b1", "a2", "b2", "a3"]) {
      expect(started.at(-1)).toBe(name);
      await finish(name);
    }
    expect(await Promise.all(results)).toEqual(["a1", "a2", "a3", "b1", "b2"]);
  });

  test("a letter that arrives behind a book is the very next page", async () => {
    const { queue, started, add, finish } = harness();
    const book = queue.admit(1);
    const pages = Array.from({ length: 200 }, (_, index) => add(book, `book${index}`));
    await settle();
    const letter = add(queue.admit(1), "letter");
    await settle();
    await finish("book0");
    expect(started).toEqual(["book0", "letter"]);
    await finish("letter");
    expect(await letter).toBe("letter");
    book.close(false);
    expect(pages).toHaveLength(200);
  });

  test("a stream of letters does not starve a book", async () => {
    const { queue, started, add, finish } = harness();
    const book = queue.admit(1);
    for (let page = 0; page < 10; page += 1) void add(book, `book${page}`);
    await settle();
    for (let round = 0; round < 6; round += 1) {
      void add(queue.admit(1), `letter${round}`);
      await settle();
      await finish(started.at(-1) ?? "");
    }
    expect(started.filter((name) => name.startsWith("book")).length).toBeGreaterThanOrEqual(3);
  });

  test("the page that is next is prepared while the one before it runs", async () => {
    const { queue, prepared, started, add } = harness();
    const document = queue.admit(1);
    for (const name of ["1", "2", "3"]) void add(document, name);
    await settle();
    expect(started).toEqual(["1"]);
    expect(prepared).toEqual(["1", "2"]);
  });

  test("as many pages are prepared ahead as run at once", async () => {
    const { queue, prepared, started, add } = harness({ concurrency: 2 });
    const document = queue.admit(1);
    for (const name of ["1", "2", "3", "4", "5"]) void add(document, name);
    await settle();
    expect(started).toEqual(["1", "2"]);
    expect(prepared).toEqual(["1", "2", "3", "4"]);
  });

  test("as many pages run at once as the concurrency allows", async () => {
    const { queue, started, add, finish } = harness({ concurrency: 2 });
    const document = queue.admit(1);
    for (const name of ["1", "2", "3"]) void add(document, name);
    await settle();
    expect(started).toEqual(["1", "2"]);
    await finish("2");
    expect(started).toEqual(["1", "2", "3"]);
  });

  test("a page that needs no slot lets the next one start at once", async () => {
    const { queue, started, add, job } = harness();
    const document = queue.admit(1);
    const kept = document.add({ ...job("kept"), join: () => Promise.resolve("kept") }, new AbortController().signal);
    void add(document, "2");
    expect(await kept).toBe("kept");
    await settle();
    expect(started).toEqual(["2"]);
  });

  test("a page that is known is answered while another document holds the only slot", async () => {
    const { queue, started, add, job } = harness();
    void add(queue.admit(1), "book");
    await settle();
    const document = queue.admit(1);
    const known = ["1", "2", "3"].map((name) =>
      document.add({ ...job(name), join: () => Promise.resolve(name) }, new AbortController().signal),
    );
    expect(await Promise.all(known)).toEqual(["1", "2", "3"]);
    expect(started).toEqual(["book"]);
  });

  test.each([1, 3])(
    "a page that turns out to be of %p pieces while another document is read is read in them",
    async (count) => {
      const { queue, started, job, add, finish } = harness();
      void add(queue.admit(1), "letter");
      await settle();
      const document = queue.admit(1);
      const names = Array.from({ length: count }, (_, at) => `piece ${at}`);
      const ask = (name: string) => document.add(job(name), new AbortController().signal, "next");
      const join = async () => (await Promise.all(names.map(ask))).join(", ");
      const page = document.add({ ...job("page"), join }, new AbortController().signal);
      void add(document, "last");
      await settle();
      await finish("letter");
      for (const name of [...names].reverse()) await finish(name);
      expect(await Promise.race([page, Bun.sleep(100)])).toBe(names.join(", "));
      expect(started.at(-1)).toBe("last");
    },
  );

  test("a prepared page joins a reading that begins while it waits", async () => {
    const { queue, started, add, job, finish } = harness();
    void add(queue.admit(1), "book");
    await settle();
    void add(queue.admit(1), "letter");
    const joins = () => (started.includes("letter") ? Promise.resolve("joined") : undefined);
    const twin = queue.admit(1).add({ ...job("twin"), join: joins }, new AbortController().signal);
    await settle();
    await finish("book");
    expect(await twin).toBe("joined");
    expect(started).toEqual(["book", "letter"]);
  });

  test("a page whose caller leaves while it is prepared for its turn is not started", async () => {
    const { queue, started, add, job } = harness();
    const preparing = Promise.withResolvers<void>();
    const caller = new AbortController();
    const document = queue.admit(1);
    const left = document.add({ ...job("left"), prepare: () => preparing.promise }, caller.signal);
    void add(document, "next");
    await settle();
    caller.abort(new Error("gone"));
    preparing.resolve();
    await expect(left).rejects.toThrow("gone");
    await settle();
    expect(started).toEqual(["next"]);
  });

  test("the first page of every document is prepared ahead", async () => {
    const { queue, prepared, add } = harness();
    for (const name of ["a", "b", "c"]) {
      const document = queue.admit(1);
      void add(document, `${name}1`);
      void add(document, `${name}2`);
    }
    await settle();
    expect(prepared).toEqual(expect.arrayContaining(["a1", "b1", "c1"]));
    expect(prepared).not.toContain("c2");
  });

  test("an admission without a page is followed by idleness", () => {
    const { queue, idle } = harness();
    queue.admit(1).close(true);
    expect(idle).toEqual([true]);
  });

  test("an abandoned document leaves the queue at once", async () => {
    const { queue, started, add, finish } = harness();
    const gone = new AbortController();
    const [first, second] = [queue.admit(1), queue.admit(1)];
    void add(first, "running");
    const waiting = add(second, "waiting", gone.signal);
    await settle();
    const outcome = Promise.allSettled([waiting]);
    gone.abort(new SidecarError("client_gone", "The client has gone."));
    expect((await outcome)[0]).toMatchObject({ status: "rejected", reason: { code: "client_gone" } });
    expect(queue.status().waitingPages).toBe(0);
    await finish("running");
    expect(started).toEqual(["running"]);
  });

  test("a page that cannot be prepared fails alone", async () => {
    const { queue, add, finish } = harness();
    const document = queue.admit(1);
    const broken: PageJob<string> = {
      prepare: () => Promise.reject(new Error("broken")),
      join: () => undefined,
      start: () => {
        throw new Error("must not start");
      },
    };
    const first = document.add(broken, new AbortController().signal);
    const second = add(document, "2");
    expect((await Promise.allSettled([first]))[0]).toMatchObject({ reason: { message: "broken" } });
    await settle();
    await finish("2");
    expect(await second).toBe("2");
  });

  test("documents beyond the limit are refused with an estimate from recent page times", async () => {
    let nowMs = 0;
    const { queue, add, finish } = harness({ documentLimit: 2, now: () => nowMs });
    const document = queue.admit(1);
    void add(document, "1");
    await settle();
    nowMs = 10_000;
    await finish("1");
    for (const name of ["2", "3", "4"]) void add(document, name);
    queue.admit(1);
    await settle();
    const refused = () => queue.admit(1);
    expect(refused).toThrow(SidecarError);
    try {
      refused();
    } catch (error) {
      expect(error).toMatchObject({ code: "ocr_busy", retryAfterSeconds: 30 });
    }
  });

  test("the estimate rests on how long pages take, not on how long they wait", async () => {
    let nowMs = 0;
    const { queue, add, finish } = harness({ documentLimit: 1, now: () => nowMs });
    const document = queue.admit(1);
    for (const name of ["1", "2", "3"]) void add(document, name);
    await settle();
    for (const name of ["1", "2"]) {
      nowMs += 10_000;
      await finish(name);
    }
    expect(() => queue.admit(1)).toThrow(expect.objectContaining({ retryAfterSeconds: 10 }));
  });

  test("waiting and the estimate are the same although the clock is set back", async () => {
    const turns: number[] = [];
    const { queue, add, finish } = harness({ documentLimit: 1, onTurn: (waitedMs) => turns.push(waitedMs) });
    const document = queue.admit(1);
    for (const name of ["1", "2", "3"]) void add(document, name);
    await settle();
    using _clock = setClockBack(10_000);
    await finish("1");
    expect(turns.map((waitedMs) => Math.round(waitedMs / 1000))).toEqual([0, 10]);
    expect(() => queue.admit(1)).toThrow(expect.objectContaining({ retryAfterSeconds: 21 }));
    expect(queue.documents().map(({ heldMs }) => Math.round(heldMs / 1000))).toEqual([10]);
  });

  test("documents beyond the bytes are refused, but one alone is always taken", () => {
    const { queue } = harness({ maxBytes: 100 });
    const large = queue.admit(150);
    expect(() => queue.admit(1)).toThrow("queue is full");
    large.close(false);
    queue.admit(60);
    expect(() => queue.admit(41)).toThrow("queue is full");
    queue.admit(40);
    expect(queue.status()).toMatchObject({ documents: 2, heldBytes: 100 });
  });

  test("a document between its pages is not idleness", async () => {
    const { queue, idle, add, finish } = harness();
    const document = queue.admit(1);
    const first = add(document, "1");
    await settle();
    await finish("1");
    await first;
    expect(idle).toEqual([]);
    document.close(false);
    expect(idle).toEqual([false]);
  });

  test("idle is said once, when nothing waits and nothing runs, with whether the caller had gone", async () => {
    const { queue, idle, add, finish } = harness();
    const document = queue.admit(1);
    const gone = new AbortController();
    void add(document, "1");
    const second = add(document, "2", gone.signal);
    await settle();
    await finish("1");
    expect(idle).toEqual([]);
    const outcome = Promise.allSettled([second]);
    gone.abort(new Error("gone"));
    document.close(true);
    expect((await outcome)[0]).toMatchObject({ reason: { message: "gone" } });
    await finish("2");
    expect(idle).toEqual([true]);
    document.close(true);
    expect(idle).toEqual([true]);
  });

  test("tells of each idleness anew whether the caller had gone", () => {
    const { queue, idle } = harness();
    queue.admit(1).close(true);
    queue.admit(1).close(false);
    expect(idle).toEqual([true, false]);
  });

  test("takes no page of a caller who has gone already", async () => {
    const { queue, started, prepared, add } = harness();
    const reason = new Error("gone");
    const outcome = await Promise.allSettled([add(queue.admit(1), "1", AbortSignal.abort(reason))]);
    expect(outcome).toEqual([{ status: "rejected", reason }]);
    await settle();
    expect({ started, prepared, status: queue.status().waitingPages }).toEqual({
      started: [],
      prepared: [],
      status: 0,
    });
  });

  test("tells how long each page waited for its turn, and that a document came", async () => {
    let nowMs = 1000;
    const turns: number[] = [];
    let works = 0;
    const { queue, add, finish } = harness({
      now: () => nowMs,
      onTurn: (waitedMs) => turns.push(waitedMs),
      onWork: () => {
        works += 1;
      },
    });
    const document = queue.admit(1);
    expect(works).toBe(1);
    for (const name of ["1", "2"]) void add(document, name);
    await settle();
    nowMs = 4000;
    await finish("1");
    expect(turns).toEqual([0, 3000]);
    expect(works).toBe(1);
  });

  test("shows each document with what it holds and for how long, in the order of their turns", async () => {
    let nowMs = 10;
    const { queue, add, finish } = harness({ now: () => nowMs });
    const book = queue.admit(500);
    for (const name of ["b1", "b2", "b3"]) void add(book, name);
    await settle();
    nowMs = 20;
    const letter = queue.admit(40);
    void add(letter, "l1");
    await settle();
    expect(queue.documents()).toEqual([
      { waitingPages: 1, runningPages: 0, bytes: 40, heldMs: 0 },
      { waitingPages: 2, runningPages: 1, bytes: 500, heldMs: 10 },
    ]);
    expect(queue.status()).toEqual({ documents: 2, heldBytes: 540, waitingPages: 3, runningPages: 1 });
    nowMs = 25;
    await finish("b1");
    expect(queue.documents()).toEqual([
      { waitingPages: 2, runningPages: 0, bytes: 500, heldMs: 15 },
      { waitingPages: 0, runningPages: 1, bytes: 40, heldMs: 5 },
    ]);
    letter.close(false);
    letter.close(false);
    expect(queue.status()).toMatchObject({ documents: 1, heldBytes: 500, runningPages: 1 });
  });

  test("puts a part of the page whose turn has come before the document's other pages", async () => {
    const { queue, started, add, finish, job } = harness();
    const document = queue.admit(1);
    void add(document, "first");
    void add(document, "second");
    await settle();
    void document.add(job("part"), new AbortController().signal, "next");
    await finish("first");
    await finish("part");
    expect(started).toEqual(["first", "part", "second"]);
  });

  test("counts for the estimate what waits and what runs, shared by as many as run at once", async () => {
    const { queue, add } = harness({ documentLimit: 1, concurrency: 2 });
    const document = queue.admit(1);
    for (const name of ["1", "2", "3", "4", "5", "6"]) void add(document, name);
    await settle();
    expect(() => queue.admit(1)).toThrow(
      expect.objectContaining({
        retryAfterSeconds: 90,
        message: "The OCR queue is full (1 documents); send the document again in about 90 s.",
      }),
    );
  });

  test("names the bytes where these are the bound", () => {
    const { queue } = harness({ maxBytes: 100 });
    queue.admit(100);
    expect(() => queue.admit(1)).toThrow("The OCR queue is full (100 bytes)");
  });

  test("frees the slot of a page whose reading fails", async () => {
    const { queue, started, add, job } = harness();
    const document = queue.admit(1);
    const failing: PageJob<string> = {
      ...job("failing"),
      start: () => {
        const result = Promise.reject(new Error("it broke"));
        return { result, slot: result.then(undefined, () => undefined) };
      },
    };
    const outcome = Promise.allSettled([document.add(failing, new AbortController().signal)]);
    void add(document, "next");
    expect((await outcome)[0]).toMatchObject({ reason: { message: "it broke" } });
    await settle();
    expect(started).toEqual(["next"]);
  });

  test("frees the slot of a page that cannot even be started", async () => {
    const { queue, started, add, job } = harness();
    const document = queue.admit(1);
    const broken: PageJob<string> = {
      ...job("broken"),
      start: () => {
        throw new Error("no start");
      },
    };
    const outcome = Promise.allSettled([document.add(broken, new AbortController().signal)]);
    void add(document, "next");
    expect((await outcome)[0]).toMatchObject({ reason: { message: "no start" } });
    await settle();
    expect({ started, running: queue.status().runningPages }).toEqual({ started: ["next"], running: 1 });
  });

  test("closed with pages that wait lets none of them start", async () => {
    const { queue, started, add, finish, idle } = harness();
    const document = queue.admit(1);
    for (const name of ["1", "2"]) void add(document, name);
    await settle();
    document.close(true);
    expect(idle).toEqual([]);
    await finish("1");
    expect({ started, idle }).toEqual({ started: ["1"], idle: [true] });
  });
});
