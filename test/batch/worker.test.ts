import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job } from "bullmq";
import type { FailureReason } from "../../src/batch/failure.ts";
import { type BatchQueue, openQueue } from "../../src/batch/queue.ts";
import { connectRedis, type RedisConnection } from "../../src/batch/redis.ts";
import { type WorkOptions, work } from "../../src/batch/work.ts";
import { type BatchWorker, type JobOutcome, startWorker, type WorkerOptions } from "../../src/batch/worker.ts";
import type { BatchJob, BatchResult } from "../../src/client/batch-job.ts";
import { SidecarClientError } from "../../src/client/client-error.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis-server.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

// A real Redis on a busy machine of two cores.
setDefaultTimeout(30_000);

/** Another than BullMQ's own. */
const prefix = "test";

type Upload = WorkerOptions["client"]["ocrUpload"];

const answer = { text: "text", ocrUsed: true, pageCount: 1, charCount: 4, engineUsed: "tesseract", warnings: [] };
const health = { status: "ok", engine: "np-dms-ocr", ocrModel: "model", ollamaUrl: "", version: "0", uptimeSeconds: 0 };
const read: Upload = () => Promise.resolve(answer);
const refuse =
  (code: string, status?: number, retryAfterSeconds?: number): Upload =>
  () =>
    Promise.reject(new SidecarClientError(code, "Sentence.", { status, retryAfterSeconds }));
const goneService = new SidecarClientError("connection_failed", "Sentence.", { retryAfterSeconds: 20 });
/** Goes on until it is aborted. */
const lasting: Upload = (_, call) =>
  new Promise((_resolve, reject) => {
    call?.signal?.addEventListener("abort", () => reject(call.signal?.reason));
  });

describe.skipIf(redisServer === undefined)("a worker of a queue", () => {
  let redis: TestRedis;
  let folder: string;
  let connection: RedisConnection;
  let queue: BatchQueue;
  let handBack: AbortController;
  let started: BatchWorker[];
  let outcomes: JobOutcome[];
  let notices: string[];
  let stops: FailureReason[];
  let waits: number[];
  let added = 0;

  beforeAll(async () => {
    redis = await startRedis();
    folder = await mkdtemp(join(tmpdir(), "worker-"));
    await mkdir(join(folder, "shared"));
    await Bun.write(join(folder, "shared/a.pdf"), "content");
  });
  afterAll(async () => {
    await redis[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    connection = await connectRedis(redis.url, () => undefined);
    queue = openQueue(connection.redis, { queue: crypto.randomUUID(), prefix });
    handBack = new AbortController();
    started = [];
    [outcomes, notices, stops, waits] = [[], [], [], []];
  });
  afterEach(async () => {
    handBack.abort();
    await Promise.all(started.map((worker) => worker.close()));
    await queue.close();
    connection.close();
    await rm(join(folder, "out"), { recursive: true, force: true });
  });

  const optionsFor = (ocrUpload: Upload) => ({
    client: { ocrUpload, health: () => Promise.reject(new Error("no answer")) },
    root: join(folder, "shared"),
    out: join(folder, "out"),
    parallel: 1,
    takeoverMs: 30_000,
    onOutcome: (outcome: JobOutcome) => outcomes.push(outcome),
    onNotice: (sentence: string) => notices.push(sentence),
    // The first wait is told, and its end never comes.
    sleep: (ms: number, signal: AbortSignal) => {
      waits.push(ms);
      return new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  });

  function start(ocrUpload: Upload, more: Partial<WorkerOptions> = {}): BatchWorker {
    const worker = startWorker({
      ...optionsFor(ocrUpload),
      connection: connection.redis,
      address: { queue: queue.name, prefix },
      handBack: handBack.signal,
      onStop: (reason) => {
        stops.push(reason);
        void worker.pause(true);
      },
      ...more,
    });
    started.push(worker);
    void worker.run();
    return worker;
  }

  /** @param starts as many as it has had already */
  async function add(opts: { attempts?: number } = {}, starts = 0): Promise<Job<BatchJob, BatchResult>> {
    const sha256 = new Bun.CryptoHasher("sha256").update("content").digest("hex");
    const jobId = crypto.randomUUID();
    added += 1;
    const job = await queue.add(
      "document",
      // Of options of its own, so that none has its texts already.
      { path: "a.pdf", sha256, options: { maxPages: added } },
      { jobId, attempts: 5, backoff: { type: "custom" }, ...opts },
    );
    if (starts > 0) await redis.ask("HSET", `${prefix}:${queue.name}:${jobId}`, "ats", String(starts));
    return job;
  }
  const ended = () => until(() => outcomes.length > 0, "the document came to something");
  const stateOf = async ({ id = "" }: Job) => await queue.getJobState(id);
  const lockOf = ({ id }: Job) => `${prefix}:${queue.name}:${id}:lock`;

  test("writes the texts of a document, and the queue keeps what became of it", async () => {
    const job = await add();
    start((_, call) => {
      call?.onProgress?.({ type: "plan", pageCount: 1, pages: [] });
      return read(_, call);
    });
    await until(async () => (await stateOf(job)) === "completed", "it is read");
    expect(outcomes).toMatchObject([{ kind: "read", path: "a.pdf", result: { pages: 1, earlier: false } }]);
    expect(await readdir(join(folder, "out"))).toEqual(["a.pdf.json", "a.pdf.md"]);
    expect(await queue.getJob(job.id ?? "")).toMatchObject({
      progress: { pages: 0, pageCount: 1 },
      returnvalue: { pages: 1 },
    });
  });

  test.each<[string, Upload, { attempts?: number }, number, JobOutcome["kind"], string]>([
    ["that may be read at another try", refuse("ocr_failed", 502), { attempts: 2 }, 0, "again", "delayed"],
    ["that was tried for the last time", refuse("ocr_failed", 502), { attempts: 1 }, 0, "failed", "failed"],
    ["that cannot be read", refuse("document_damaged", 422), {}, 0, "failed", "failed"],
    ["that the service does not take now", refuse("ocr_busy", 503), {}, 0, "handed-back", "waiting"],
    ["that it did not take twice before", refuse("ocr_busy", 503), {}, 2, "handed-back", "waiting"],
    ["that it did not take three times before", refuse("ocr_busy", 503), {}, 3, "handed-back", "delayed"],
    ["after which the service is gone again and again", refuse("connection_failed"), {}, 20, "again", "delayed"],
    ["with which the worker cannot go on", refuse("unauthorized", 401), {}, 0, "handed-back", "waiting"],
  ])("brings a document %s where it belongs", async (_, upload, opts, starts, kind, state) => {
    const job = await add(opts, starts);
    const worker = start(upload);
    await ended();
    await worker.close();
    expect(outcomes).toMatchObject([{ kind, path: "a.pdf" }]);
    if (kind !== "handed-back") expect(outcomes).toMatchObject([{ reason: { sentence: "Sentence." } }]);
    expect(String(await stateOf(job))).toBe(state);
  });

  test.each<[string, Upload, number]>([
    ["that takes nothing now", refuse("ocr_busy", 503, 20), 0],
    ["that is gone again and again", () => Promise.reject(goneService), 20],
  ])("waits for a service %s, as long as it asks for", async (_, upload, starts) => {
    await add({}, starts);
    start(upload);
    await ended();
    expect([notices, waits]).toEqual([["waiting: Sentence."], [20_000]]);
  });

  test("says with which document it cannot go on, and takes no other", async () => {
    await add();
    start(refuse("unauthorized", 401));
    await ended();
    expect(stops).toEqual([{ code: "unauthorized", sentence: "Sentence." }]);
  });

  test("tries again after the time that the service asks for, and puts a document behind the others for a minute", async () => {
    const again = await add();
    const behind = await add({}, 3);
    const uploads = [refuse("ocr_failed", 502, 90), refuse("ocr_busy", 503)];
    start((request, call) => (uploads.shift() ?? read)(request, call));
    await until(() => outcomes.length === 2);
    const waitOf = async ({ id = "" }: Job) => {
      const score = await redis.ask("ZSCORE", `${prefix}:${queue.name}:delayed`, id);
      // BullMQ keeps the time in the upper bits of the score.
      return Math.round((Number(score) / 4096 - Date.now()) / 1000);
    };
    expect(await Promise.all([waitOf(again), waitOf(behind)])).toEqual([90, 60]);
  });

  test("begins with the shortest wait again when it has read a document", async () => {
    await add();
    await add();
    const uploads = [refuse("ocr_busy", 503), read, refuse("ocr_busy", 503)];
    const ocrUpload: Upload = (request, call) => (uploads.shift() ?? read)(request, call);
    start(read, {
      client: { ocrUpload, health: () => Promise.resolve(health) },
      sleep: async (ms) => {
        waits.push(ms);
        await until(() => outcomes.filter(({ kind }) => kind === "handed-back").length === waits.length);
      },
    });
    await until(() => outcomes.length === 4);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["handed-back", "read", "handed-back", "read"]);
    expect(waits).toEqual([1000, 1000]);
  });

  test("writes nothing and says nothing of a document that was given to another worker", async () => {
    const job = await add();
    const asked = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const worker = start(async (request, call) => {
      asked.resolve();
      await go.promise;
      return read(request, call);
    });
    await asked.promise;
    await redis.ask("SET", lockOf(job), "another worker");
    go.resolve();
    await worker.close();
    expect(outcomes).toEqual([]);
    expect(await readdir(join(folder, "out")).catch(() => "nothing")).toEqual("nothing");
  });

  test("gives up a document as soon as it hears that another worker has it", async () => {
    const job = await add();
    const asked = Promise.withResolvers<AbortSignal | undefined>();
    const worker = start(
      (request, call) => {
        asked.resolve(call?.signal);
        return lasting(request, call);
      },
      { takeoverMs: 400 },
    );
    const given = await asked.promise;
    expect(Number(await redis.ask("PTTL", lockOf(job)))).toBeWithin(1, 401);
    await redis.ask("SET", lockOf(job), "another worker");
    await until(() => given?.aborted === true);
    await worker.close();
    expect(outcomes).toEqual([]);
  });

  test("hands back what runs when it is told to, whatever the call then says", async () => {
    const job = await add();
    const asked = Promise.withResolvers<void>();
    const worker = start((request, call) => {
      asked.resolve();
      return lasting(request, call);
    });
    await asked.promise;
    const closed = worker.close();
    handBack.abort();
    await closed;
    expect(outcomes).toEqual([{ kind: "handed-back", path: "a.pdf" }]);
    expect(await stateOf(job)).toBe("waiting");
  });

  describe("that works until it is done or stopped", () => {
    const workWith = (ocrUpload: Upload, signal: AbortSignal, more: Partial<WorkOptions> = {}) => {
      const address = { redisUrl: redis.url, queue: queue.name, prefix };
      return work({ ...optionsFor(ocrUpload), address, stopGraceMs: 20_000, untilDone: false, ...more }, signal);
    };
    const never = new AbortController().signal;
    const connections = async () => (await redis.ask("CLIENT", "LIST")).trim().split("\n").length;

    test("has read all when it is done, and leaves no connection", async () => {
      for (let count = 0; count < 3; count += 1) await add();
      const before = await connections();
      expect(await workWith(read, never, { untilDone: true })).toBeUndefined();
      expect(outcomes.map(({ kind }) => kind)).toEqual(["read", "read", "read"]);
      await until(async () => (await connections()) === before);
    });

    test("lets what runs end when it is stopped, within its time, and takes nothing more", async () => {
      await add();
      await add();
      const stop = new AbortController();
      const working = workWith(async (request, call) => {
        stop.abort();
        await Bun.sleep(50);
        return read(request, call);
      }, stop.signal);
      expect(await working).toBeUndefined();
      expect(outcomes.map(({ kind }) => kind)).toEqual(["read"]);
      expect(await queue.getWaitingCount()).toBe(1);
    });

    test("hands back what has not ended in its time", async () => {
      const job = await add();
      const stop = new AbortController();
      const working = workWith(
        (request, call) => {
          stop.abort();
          return lasting(request, call);
        },
        stop.signal,
        { stopGraceMs: 20 },
      );
      expect(await working).toBeUndefined();
      expect(outcomes).toEqual([{ kind: "handed-back", path: "a.pdf" }]);
      expect(await stateOf(job)).toBe("waiting");
    });

    test("takes nothing when it was stopped before it began", async () => {
      await add();
      expect(await workWith(lasting, AbortSignal.abort(), { stopGraceMs: 20 })).toBeUndefined();
    });

    test("says why it cannot go on, and hands back what else runs", async () => {
      await add();
      await add();
      let asked = 0;
      const both = Promise.withResolvers<void>();
      const upload: Upload = async (request, call) => {
        asked += 1;
        if (asked === 1) return lasting(request, call);
        both.resolve();
        return refuse("unauthorized", 401)(request, call);
      };
      const reason = await workWith(upload, never, { parallel: 2 });
      expect(reason).toEqual({ code: "unauthorized", sentence: "Sentence." });
      expect(outcomes.map(({ kind }) => kind)).toEqual(["handed-back", "handed-back"]);
      expect(asked).toBe(2);
    });

    test("reads so many documents at a time", async () => {
      for (let count = 0; count < 4; count += 1) await add();
      const stop = new AbortController();
      let asked = 0;
      const upload: Upload = (request, call) => {
        asked += 1;
        if (asked === 3) stop.abort();
        return lasting(request, call);
      };
      await workWith(upload, stop.signal, { parallel: 3, stopGraceMs: 50 });
      expect(asked).toBe(3);
    });

    test.each([
      ["the shared folder is not mounted", { root: "/nowhere" }, "is it mounted?"],
      [
        "the output folder cannot be made",
        { out: "/sys/nothing" },
        "The output folder /sys/nothing cannot be written to.",
      ],
    ])("does not begin where %s", async (_, more, sentence) => {
      expect(await refusalOf(workWith(read, never, more))).toMatchObject({
        name: "WorkerFault",
        message: expect.stringContaining(sentence),
      });
    });
  });
});
