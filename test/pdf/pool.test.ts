import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../src/errors.ts";
import type { OpenDocument, PdfPool } from "../../src/pdf/document.ts";
import { createPdfPool, type PdfPoolOptions } from "../../src/pdf/pool.ts";
import { childrenOf } from "../support/child-processes.ts";
import { documentFile } from "../support/document-file.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(30_000);

const { signal } = new AbortController();
const upright = { longestSidePx: 100, turnDegrees: 0 };
const pools: PdfPool[] = [];

afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

function startPool(options: Partial<PdfPoolOptions> = {}): PdfPool {
  const pool = createPdfPool({ ...poolOptions, ...options });
  pools.push(pool);
  return pool;
}

/** A pool whose processes do what the "document" says. */
const hostilePool = (options: Partial<PdfPoolOptions> = {}) =>
  startPool({
    processes: 1,
    pageTimeoutMs: 300,
    program: new URL("../support/hostile-pdf-program.ts", import.meta.url),
    ...options,
  });

/** The commands, and one byte more in which the process counts its tasks. */
const script = (text: string) => documentFile(new TextEncoder().encode(`${text}\0`));

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const openScript = (pool: PdfPool, text: string) => pool.open(script(text), "pdf", signal);

async function expectHealthy(pool: PdfPool): Promise<void> {
  const document = await openScript(pool, "ok");
  expect(await document.readPages([1, 2], signal)).toHaveLength(2);
}

describe("the pool", () => {
  test("serves documents that are posted before any process is ready", async () => {
    const pool = startPool();
    expect(pool.status().ready).toBe(0);
    const pdf = buildPdf([{ kind: "text", lines: ["early"] }]);
    const documents = await Promise.all(Array.from({ length: 8 }, () => pool.open(documentFile(pdf), "pdf", signal)));
    const pages = await Promise.all(documents.map((document) => document.readPages([1], signal)));
    expect(pages.flat().map(({ text }) => text)).toEqual(Array(8).fill("early"));
    // One process may have done it all before the other was there.
    await until(() => pool.status().ready === 2);
    expect(pool.status()).toEqual({
      processes: 2,
      ready: 2,
      busy: 0,
      queued: 0,
      replaced: 0,
      recycled: 0,
      abandoned: 0,
    });
  });

  test("refuses what is more than may wait", async () => {
    const pool = hostilePool({ pageTimeoutMs: 5000, maxQueuedTasks: 1 });
    const documents = [];
    for (let count = 0; count < 3; count += 1) documents.push(await openScript(pool, "slow 100"));
    const [first, ...others] = documents;
    const running = first?.readPages([1], signal);
    await until(() => pool.status().busy === 1);
    const waiting = others.map((document) => document.readPages([1], signal));
    expect(await Promise.allSettled([running, ...waiting])).toMatchObject([
      { status: "fulfilled" },
      { status: "fulfilled" },
      { status: "rejected", reason: { code: "ocr_busy", retryAfterSeconds: 2 } },
    ]);
  });

  test("spreads the pages of a long document over the free processes", async () => {
    const pool = hostilePool({ processes: 2, pageTimeoutMs: 5000 });
    await until(() => pool.status().ready === 2);
    const document = await openScript(pool, "slow 50");
    const reading = document.readPages(range(20), signal);
    await until(() => pool.status().busy === 2);
    expect((await reading).map(({ page }) => page)).toEqual(range(20));
  });

  test("parts the pages of a long document no further than there are free processes", async () => {
    const pool = hostilePool({ processes: 2, pageTimeoutMs: 5000 });
    await until(() => pool.status().ready === 2);
    const [other, long] = [await openScript(pool, "slow 300"), await openScript(pool, "slow 60")];
    const running = other.render(1, upright, signal);
    await until(() => pool.status().busy === 1);
    const reading = long.readPages(range(20), signal);
    await until(() => pool.status().busy === 2);
    expect(pool.status().queued).toBe(0);
    await Promise.all([running, reading]);
  });

  test("leaves one process to the others when documents have taken half a second and want more", async () => {
    const pool = hostilePool({ processes: 2, pageTimeoutMs: 5000 });
    const gone = new AbortController();
    const documents = await Promise.all([openScript(pool, "slow 400"), openScript(pool, "slow 401")]);
    const reading = documents.map((document) => document.readPages(range(100), gone.signal).catch(() => undefined));
    await until(() => pool.status().busy === 2);
    await until(() => pool.status().busy === 1, "one process is free", 15_000);
    await expectHealthy(pool);
    gone.abort(new Error("gone"));
    await Promise.all(reading);
  });

  test("gives other documents their turn between the slow pages of one", async () => {
    const pool = hostilePool({ pageTimeoutMs: 5000 });
    const slow = await openScript(pool, "slow 100");
    const reading = slow.readPages(range(10), signal);
    let isRead = false;
    const noteEnd = reading.then(() => {
      isRead = true;
    });
    await expectHealthy(pool);
    expect(isRead).toBe(false);
    await noteEnd;
  });

  test("gives a waiting task to whichever process is idle", async () => {
    const pool = hostilePool({ processes: 2, pageTimeoutMs: 5000 });
    await until(() => pool.status().ready === 2);
    const document = await openScript(pool, "slow 100");
    const work = [document.render(1, upright, signal), document.render(2, upright, signal)];
    await until(() => pool.status().busy === 2);
    expect(pool.status()).toMatchObject({ queued: 0 });
    await Promise.all(work);
  });

  test.each(["throw", "exit", "poison", "garbage"])("repeats a task on a fresh process after %s", async (command) => {
    const pool = hostilePool();
    const document = await openScript(pool, `once:${command}`);
    expect(await document.readPages([7], signal)).toMatchObject([{ page: 7 }]);
    expect(pool.status()).toMatchObject({ replaced: 1, processes: 1 });
  });

  test.each(["throw", "exit", "poison", "garbage"])(
    "repeats a task after %s before those that wait",
    async (command) => {
      const pool = hostilePool();
      const [lost, other] = [await openScript(pool, `once:${command}`), await openScript(pool, "ok")];
      const ends: string[] = [];
      const work = [
        lost.render(1, upright, signal).then(() => ends.push("repeated")),
        other.render(1, upright, signal).then(() => ends.push("waited")),
      ];
      await Promise.all(work);
      expect(ends).toEqual(["repeated", "waited"]);
    },
  );

  test.each(["throw", "exit", "poison", "garbage"])("fails a task alone that kills twice by %s", async (command) => {
    const pool = hostilePool();
    const document = await openScript(pool, command);
    expect(await refusalOf(document.readPages([1], signal))).toMatchObject({
      code: "document_too_complex",
      status: 422,
    });
    await until(() => pool.status().replaced === 2);
    await expectHealthy(pool);
  });

  test.each(["spin", "wasm", "stop"])(
    "ends a process at its time limit that does %s, once, and goes on",
    async (verb) => {
      const pool = hostilePool();
      const document = await openScript(pool, verb);
      const reading = refusalOf(document.render(1, upright, signal));
      const waiting = openScript(pool, "ok");
      expect(await reading).toMatchObject({ code: "document_too_complex" });
      await waiting;
      expect(pool.status().replaced).toBe(1);
      await expectHealthy(pool);
    },
  );

  test("the time limit is for a page, not for a task of many", async () => {
    const pool = hostilePool({ pageTimeoutMs: 400 });
    const document = await openScript(pool, "slow 150");
    expect(await document.readPages(range(6), signal)).toHaveLength(6);
    expect(pool.status().replaced).toBe(0);
  });

  test("refuses a page that two processes have died of, and no other", async () => {
    const pool = hostilePool();
    await refusalOf((await openScript(pool, "poison")).readPages([1], signal));
    const again = await openScript(pool, "poison");
    const replaced = pool.status().replaced;
    const refusal = { code: "document_refused", status: 422, retryAfterSeconds: 600 };
    expect(await refusalOf(again.readPages([1], signal))).toMatchObject(refusal);
    expect(await refusalOf(again.render(1, { longestSidePx: 9, turnDegrees: 0 }, signal))).toMatchObject(refusal);
    expect(pool.status().replaced).toBe(replaced);
    expect(await refusalOf(again.readPages([2], signal))).toMatchObject({ code: "document_too_complex" });
    await expectHealthy(pool);
  });

  test("refuses a document that two processes have died of when they opened it", async () => {
    const pool = hostilePool();
    for (const [code, message] of [
      ["document_too_complex", "The document breaks the PDF engine"],
      ["document_refused", "This very document has broken"],
    ] as const) {
      expect(await refusalOf(openScript(pool, "opening:exit"))).toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    }
    expect(pool.status().replaced).toBe(2);
  });

  test("blames no page where several were read at once", async () => {
    const pool = hostilePool();
    const document = await openScript(pool, "at 2:exit");
    expect(await refusalOf(document.readPages([1, 2], signal))).toMatchObject({
      code: "document_too_complex",
      message: expect.stringContaining("The document breaks"),
    });
    expect(await document.readPages([1], signal)).toHaveLength(1);
    expect(await refusalOf(document.readPages([2], signal))).toMatchObject({
      code: "document_too_complex",
      message: expect.stringContaining("Page 2 of the document breaks"),
    });
  });

  test("a page that ran out of time once may come again", async () => {
    const pool = hostilePool();
    for (const [code, message] of [
      ["document_too_complex", "Page 1 of the document takes longer than 0.3 s"],
      ["document_too_complex", "Page 1 of the document takes longer than 0.3 s"],
      ["document_refused", "Page 1 of this very document has broken"],
    ] as const) {
      const document = await openScript(pool, "spin");
      expect(await refusalOf(document.readPages([1], signal))).toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    }
  });

  test("tasks of other documents survive the death of a process", async () => {
    const pool = hostilePool();
    const documents = await Promise.all(["ok", "exit", "ok", "poison", "ok"].map((text) => openScript(pool, text)));
    const results = await Promise.allSettled(documents.map((document) => document.readPages([1], signal)));
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
  });

  test("a process is replaced after its number of tasks", async () => {
    const pool = hostilePool({ recycleAfterTasks: 3 });
    // A document is opened and read: six tasks.
    for (let round = 0; round < 3; round += 1) await expectHealthy(pool);
    await until(() => pool.status().recycled === 2);
    expect(pool.status()).toMatchObject({ replaced: 0 });
  });

  test("a process that has grown beyond its memory is replaced, and its result counts", async () => {
    const pool = hostilePool();
    const document = await openScript(pool, "grow");
    expect(await document.readPages([1], signal)).toHaveLength(1);
    await until(() => pool.status().recycled === 1);
    await expectHealthy(pool);
  });

  test("a process that takes far more memory than its engine may have is ended before its time", async () => {
    const pool = hostilePool({ pageTimeoutMs: 60_000, maxProcessMemoryBytes: 64 * 1024 * 1024 });
    const document = await openScript(pool, "once:swell");
    expect(await document.readPages([1], signal)).toHaveLength(1);
    expect(pool.status()).toMatchObject({ replaced: 1 });
  });

  test("a page that takes up to twice the memory of a process is drawn, and one that takes more is not", async () => {
    const pool = startPool({ processes: 1, maxProcessMemoryBytes: 24 * 1024 * 1024 });
    const square = { kind: "blank", widthPt: 100, heightPt: 100 } as const;
    const document = await pool.open(documentFile(buildPdf([square])), "pdf", signal);
    expect(await document.render(1, { ...upright, longestSidePx: 2000 }, signal)).toMatchObject({ widthPx: 2000 });
    const larger = document.render(1, { ...upright, longestSidePx: 5000 }, signal);
    expect(await refusalOf(larger)).toMatchObject({ code: "document_too_complex" });
    expect(pool.status().recycled).toBe(1);
  });

  test("a real process reports its memory", async () => {
    const pool = startPool({ processes: 1, maxProcessMemoryBytes: 1 });
    const document = await pool.open(documentFile(buildPdf([{ kind: "text", lines: ["large"] }])), "pdf", signal);
    expect((await document.readPages([1], signal))[0]?.text).toBe("large");
    await until(() => pool.status().recycled === 2);
  });

  test("a process that does not start is tried again until it does", async () => {
    const pool = startPool({ processes: 1, program: new URL("../support/nothing.ts", import.meta.url) });
    await until(() => pool.status().replaced >= 2);
    expect(pool.status()).toMatchObject({ ready: 0, busy: 0 });
  });
});

describe("a caller that goes away", () => {
  test("leaves the queue at once", async () => {
    const pool = hostilePool({ pageTimeoutMs: 5000 });
    const document = await openScript(pool, "slow 200");
    const running = document.render(1, upright, signal);
    const caller = new AbortController();
    const queued = document.render(2, upright, caller.signal);
    await until(() => pool.status().busy === 1 && pool.status().queued === 1);
    caller.abort(new Error("gone"));
    expect(pool.status().queued).toBe(0);
    expect(await refusalOf(queued)).toHaveProperty("message", "gone");
    await running;
  });

  test("leaves the queue of the documents that take long at once", async () => {
    const pool = hostilePool({ processes: 2, pageTimeoutMs: 10_000 });
    const [running, waiting] = [await openScript(pool, "slow 800"), await openScript(pool, "slow 801")];
    await Promise.all([running, waiting].map((document) => document.render(1, upright, signal)));
    const ends: string[] = [];
    const read = running.render(2, upright, signal).then(() => ends.push("read"));
    const caller = new AbortController();
    const left = refusalOf(waiting.render(2, upright, caller.signal)).then((error) => ends.push(messageOf(error)));
    caller.abort(new Error("gone"));
    await Promise.all([read, left]);
    expect(ends).toEqual(["gone", "read"]);
  });

  test("gets its answer at once, and a process that finishes by itself is not ended", async () => {
    const pool = hostilePool({ pageTimeoutMs: 5000 });
    const document = await openScript(pool, "slow 200");
    const caller = new AbortController();
    const running = document.render(1, upright, caller.signal);
    await until(() => pool.status().busy === 1);
    caller.abort(new Error("gone"));
    expect(await refusalOf(running)).toHaveProperty("message", "gone");
    expect(pool.status().busy).toBe(1);
    await expectHealthy(pool);
    expect(pool.status().replaced).toBe(0);
  });

  test("ends a process that works on for nobody, and has no task repeated", async () => {
    const pool = hostilePool({ pageTimeoutMs: 60_000 });
    const document = await openScript(pool, "spin");
    const caller = new AbortController();
    const running = document.render(1, upright, caller.signal);
    await until(() => pool.status().busy === 1);
    caller.abort(new Error("gone"));
    expect(await refusalOf(running)).toHaveProperty("message", "gone");
    await expectHealthy(pool);
    expect(pool.status()).toMatchObject({ abandoned: 1, replaced: 0 });
  });

  test("stops the rest of a long document", async () => {
    const pool = hostilePool({ pageTimeoutMs: 5000 });
    const file = script("slow 20");
    const document = await pool.open(file, "pdf", signal);
    const caller = new AbortController();
    const reading = document.readPages(range(100), caller.signal);
    await until(() => pool.status().busy === 1);
    caller.abort(new Error("gone"));
    expect(await refusalOf(reading)).toHaveProperty("message", "gone");
    await expectHealthy(pool);
    // Opened, and the first turn of pages begun.
    expect(readFileSync(file.path).at(-1)).toBe(2);
  });

  test("costs no process, however soon it leaves and its document is closed", async () => {
    const pool = startPool({ processes: 1 });
    await until(() => pool.status().ready === 1);
    const pdf = buildPdf([{ kind: "text", lines: ["gone"] }]);
    for (let round = 0; round < 60; round += 1) {
      const caller = new AbortController();
      const opening = pool.open(documentFile(pdf), "pdf", caller.signal).then((opened) => opened.close());
      if (round % 3 > 0) await Bun.sleep(round % 3 === 1 ? 0 : 1);
      caller.abort(new Error("gone"));
      await opening.catch(() => undefined);
    }
    const document = await pool.open(documentFile(pdf), "pdf", signal);
    expect(await document.readPages([1], signal)).toMatchObject([{ text: "gone" }]);
    expect(pool.status()).toMatchObject({ replaced: 0 });
  });

  test("and took its document along before the process came to it costs no process", async () => {
    const pool = startPool({ processes: 1 });
    const gone = { ...documentFile(buildPdf([{ kind: "blank" }])), path: `/proc/${process.pid}/fd/1000000` };
    expect(await refusalOf(pool.open(gone, "pdf", signal))).toMatchObject({ code: "document_damaged" });
    expect(pool.status()).toMatchObject({ replaced: 0 });
  });

  test("before it has come opens nothing", async () => {
    const pool = hostilePool();
    expect(await refusalOf(pool.open(script("ok"), "pdf", AbortSignal.abort(new Error("gone"))))).toHaveProperty(
      "message",
      "gone",
    );
  });
});

describe("the queue", () => {
  test("is bounded", async () => {
    const pool = hostilePool({ maxQueuedTasks: 2, pageTimeoutMs: 5000 });
    const document = await openScript(pool, "slow 100");
    const running = document.render(1, upright, signal);
    await until(() => pool.status().busy === 1);
    const work = [running, ...[2, 3].map((page) => document.render(page, upright, signal))];
    const refused = document.render(4, upright, signal);
    expect(await refusalOf(refused)).toMatchObject({ code: "ocr_busy", retryable: true });
    await Promise.all(work);
  });

  test("is waited in for so long and no longer", async () => {
    const pool = hostilePool({ maxWaitMs: 100, pageTimeoutMs: 5000 });
    await until(() => pool.status().ready === 1);
    const document = await openScript(pool, "slow 400");
    const running = document.render(1, upright, signal);
    expect(await refusalOf(document.render(2, upright, signal))).toMatchObject({ code: "ocr_busy", status: 503 });
    expect(pool.status()).toMatchObject({ busy: 1, queued: 0 });
    await running;
    await expectHealthy(pool);
  });

  test("holds few tasks of one document, however long that is", async () => {
    const pool = hostilePool({ pageTimeoutMs: 5000 });
    const long: OpenDocument = await openScript(pool, "slow 2");
    const reading = long.readPages(range(100), signal);
    await until(() => pool.status().busy === 1);
    expect(pool.status()).toMatchObject({ queued: 0 });
    await reading;
  });
});

describe("a document that is closed", () => {
  const openFiles = () => readdirSync("/proc/self/fd").length;

  test("gives its file back, however often it is closed", async () => {
    const pool = hostilePool();
    await until(() => pool.status().ready === 1);
    const before = openFiles();
    const document = await openScript(pool, "ok");
    await document.readPages([1], signal);
    expect(openFiles()).toBe(before + 1);
    document.close();
    document.close();
    expect(openFiles()).toBe(before);
  });

  test("and one that cannot be opened give their files back", async () => {
    const pool = startPool({ processes: 1 });
    await until(() => pool.status().ready === 1);
    const before = openFiles();
    const broken = () => documentFile(new TextEncoder().encode("%PDF-1.7 and nothing else"));
    expect(await refusalOf(pool.open(broken(), "pdf", signal))).toMatchObject({ code: "document_damaged" });
    expect(await refusalOf(pool.open(broken(), "pdf", AbortSignal.abort(new Error("gone"))))).toMatchObject({
      message: "gone",
    });
    expect(openFiles()).toBe(before);
  });

  test("is closed by the one process that has read it, too, whichever that was", async () => {
    const pool = startPool();
    await until(() => pool.status().ready === 2);
    const pdf = buildPdf([{ kind: "text", lines: ["closed"] }]);
    const documents = await Promise.all([1, 2].map(() => pool.open(documentFile(pdf), "pdf", signal)));
    for (const document of documents) await document.readPages([1], signal);
    expect(await documentsOpenInChildren()).toBe(2);
    for (const document of documents) document.close();
    await until(async () => (await documentsOpenInChildren()) === 0, "they are closed");
  });

  /** How many documents the processes that this one has started have open. */
  async function documentsOpenInChildren(): Promise<number> {
    const folders = (await childrenOf(process.pid)).map(({ pid }) => `/proc/${pid}/fd`);
    const targets = folders.flatMap((folder) =>
      readdirSync(folder).map((descriptor) => readlinkSync(join(folder, descriptor))),
    );
    return targets.filter((target) => target.startsWith(join(tmpdir(), "document-"))).length;
  }

  test("has nothing read for it that still waited", async () => {
    const pool = hostilePool({ pageTimeoutMs: 5000 });
    const other = await openScript(pool, "slow 200");
    const document = await openScript(pool, "ok");
    const running = other.render(1, upright, signal);
    const waiting = refusalOf(document.render(1, upright, signal));
    document.close();
    expect(await waiting).toMatchObject({ message: "the document is closed" });
    expect(pool.status()).toMatchObject({ busy: 1, queued: 0 });
    await running;
    expect(await refusalOf(document.render(1, upright, signal))).toMatchObject({ message: "the document is closed" });
  });
});

describe("closing", () => {
  test("answers whoever waits, and starts nothing again", async () => {
    const pool = hostilePool({ pageTimeoutMs: 5000 });
    const document = await openScript(pool, "spin");
    const work = [document.render(1, upright, signal), document.render(2, upright, signal)];
    const settled = Promise.allSettled(work);
    await pool.close();
    for (const result of await settled) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "shutting_down" } });
    }
    expect(await refusalOf(document.render(3, upright, signal))).toMatchObject({ code: "shutting_down" });
    expect(pool.status()).toMatchObject({ ready: 0, busy: 0, queued: 0 });
  });

  test("leaves no process behind, so that a program with a pool can end", async () => {
    const program = `
      import { createPdfPool } from "./src/pdf/pool.ts";
      import { poolOptions } from "./test/support/pdf-pool.ts";
      for (let round = 0; round < 3; round += 1) {
        const pool = createPdfPool(poolOptions);
        await new Promise((resolve) => setTimeout(resolve, round * 100));
        await pool.close();
      }
      console.log("closed");
    `;
    const child = Bun.spawn([process.execPath, "-e", program], { cwd: `${import.meta.dir}/../..`, stdout: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("closed\n");
    expect(await child.exited).toBe(0);
  });
});
