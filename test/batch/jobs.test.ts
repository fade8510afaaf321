import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker as QueueWorker, UnrecoverableError } from "bullmq";
import { type AddCounts, type AddOptions, addDocuments } from "../../src/batch/add-documents.ts";
import { readStatus } from "../../src/batch/batch-status.ts";
import { failedDocuments, retryFailed } from "../../src/batch/failed-jobs.ts";
import { codeOf } from "../../src/batch/failure.ts";
import { pathOf } from "../../src/batch/job-path.ts";
import { createProgressReporter } from "../../src/batch/progress-reporter.ts";
import { type BatchQueue, openQueue } from "../../src/batch/queue.ts";
import { connectRedis, type RedisConnection } from "../../src/batch/redis.ts";
import type { BatchProgress } from "../../src/client/batch-job.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis-server.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

// A real Redis on a busy machine of two cores.
setDefaultTimeout(30_000);

const never = new AbortController().signal;

describe("progress", () => {
  test("is told one report at a time, of those that came meanwhile the last, and goes on when one is not heard", async () => {
    const told: [BatchProgress, PromiseWithResolvers<void>][] = [];
    const { report } = createProgressReporter((progress) => {
      const answer = Promise.withResolvers<void>();
      told.push([progress, answer]);
      return answer.promise;
    });
    for (const pages of [0, 1, 2]) report({ pages });
    expect(told.map(([{ pages }]) => pages)).toEqual([0]);
    told[0]?.[1].reject(new Error("Redis is away"));
    await Bun.sleep(0);
    expect(told.map(([{ pages }]) => pages)).toEqual([0, 2]);
    told[1]?.[1].resolve();
    await Bun.sleep(0);
    report({ pages: 3 });
    expect(told.map(([{ pages }]) => pages)).toEqual([0, 2, 3]);
  });
});

test.each<[unknown, string]>([
  [{ path: "a/b.pdf", more: 1 }, "a/b.pdf"],
  [{ path: 7 }, "a job without a path"],
  [null, "a job without a path"],
])("the job %j is called %j", (data, name) => {
  expect(pathOf(data)).toBe(name);
});

test.each<[string, unknown, string]>([
  ["with a code", Object.assign(new Error("gone"), { code: "ESTALE" }), "ESTALE"],
  ["with a number", Object.assign(new Error("gone"), { code: 7 }), "no code"],
  ["without a code", new Error("gone"), "no code"],
  ["that is none", { code: "ESTALE" }, "no code"],
])("the system calls an error %s so", (_, cause, code) => {
  expect(codeOf(cause)).toBe(code);
});

describe.skipIf(redisServer === undefined)("the jobs of a batch", () => {
  let redis: TestRedis;
  let root: string;
  let connection: RedisConnection;
  let queue: BatchQueue;
  beforeAll(async () => {
    redis = await startRedis();
    root = await mkdtemp(join(tmpdir(), "jobs-"));
  });
  afterAll(async () => {
    await redis[Symbol.asyncDispose]();
    await rm(root, { recursive: true });
  });
  beforeEach(async () => {
    connection = await connectRedis(redis.url, () => undefined);
    queue = openQueue(connection.redis, { queue: crypto.randomUUID(), prefix: "bull" });
  });
  afterEach(async () => {
    await queue.close();
    connection.close();
  });

  const pathsOf = async (count: number, folder: string) => {
    await mkdir(join(root, folder), { recursive: true });
    const paths = Array.from({ length: count }, (_, at) => `${folder}/${String(at).padStart(4, "0")}.pdf`);
    await Promise.all(paths.map((path) => Bun.write(join(root, path), path)));
    return paths;
  };
  const add = (paths: Iterable<string>, more: Partial<AddOptions> = {}, signal = never) => {
    const options = { root, options: {}, again: false, onRefused: () => undefined, onProgress: () => undefined };
    return addDocuments(paths, queue, connection.redis, { ...options, ...more }, signal);
  };

  test("are added in the order of their paths, in parts that are told, and only once", async () => {
    const paths = await pathsOf(501, "many");
    const told: AddCounts[] = [];
    expect(await add(paths, { onProgress: (counts) => told.push({ ...counts }) })).toEqual({
      ...{ added: 501, known: 0, refused: 0 },
    });
    expect(told.map(({ added }) => added)).toEqual([500, 501]);
    // The first that was added is the first to be taken, and stands last.
    const waiting = await queue.getWaiting();
    expect(waiting.map(({ data }) => data.path)).toEqual(paths);
    expect(await add(paths.slice(0, 2))).toEqual({ added: 0, known: 2, refused: 0 });
  });

  test("are those of the documents that are there; the others are refused by name", async () => {
    const refused: [string, string][] = [];
    const paths = [...(await pathsOf(1, "some")), "some/missing.pdf", "../outside.pdf"];
    const counts = await add(paths, { onRefused: (path, sentence) => refused.push([path, sentence]) });
    expect(counts).toEqual({ added: 1, known: 0, refused: 2 });
    expect(refused.toSorted()).toEqual([
      ["../outside.pdf", "The path leads out of the shared folder."],
      ["some/missing.pdf", "There is no such file in the shared folder, or it cannot be read."],
    ]);
  });

  test("are not refused one by one where the whole folder is not there, and none is added for who leaves", async () => {
    const fault = await refusalOf(add(["a.pdf"], { root: "/nowhere" }));
    expect(fault).toMatchObject({ name: "WorkerFault" });
    const left = await refusalOf(add(await pathsOf(2, "left"), {}, AbortSignal.abort(new Error("left"))));
    expect(left).toHaveProperty("message", "left");
    expect(await queue.getWaitingCount()).toBe(0);
  });

  test("are counted by what became of them, with the pace of those that were read", async () => {
    await add(await pathsOf(5, "ends"));
    const running = Promise.withResolvers<void>();
    const worker = new QueueWorker(
      queue.name,
      async (job) => {
        const name = pathOf(job.data);
        const read = { engines: {}, warnings: 0, ms: 1 };
        if (name === "ends/0000.pdf") return { ...read, pages: 30, earlier: false };
        if (name === "ends/0001.pdf") return { ...read, pages: 1000, earlier: true };
        if (name === "ends/0002.pdf") throw new UnrecoverableError("document_damaged: It is damaged.");
        await job.updateProgress({ pages: 4, pageCount: 9 });
        await running.promise;
        throw new UnrecoverableError("ocr_failed: Later.");
      },
      { connection: connection.redis, concurrency: 1 },
    );
    const nowMs = () => Date.now() + 60_000;
    await until(async () => (await readStatus(queue, connection.redis, nowMs())).runningPages === 4);
    const status = await readStatus(queue, connection.redis, nowMs());
    expect(status).toMatchObject({ done: 2, running: 1, runningPages: 4, waiting: 1, delayed: 0, failed: 1 });
    expect(status.failedByCode).toEqual({ document_damaged: 1 });
    // One document of 30 pages in a minute, and two more to come.
    expect(Math.round(status.pagesPerMinute ?? 0)).toBe(30);
    expect(Math.round((status.documentsPerMinute ?? 0) * 10)).toBe(10);
    expect(Math.round((status.secondsLeft ?? 0) / 10)).toBe(12);

    running.resolve();
    await until(async () => (await queue.getFailedCount()) === 3);
    await worker.close();
    const failures = await Array.fromAsync(failedDocuments(queue, undefined));
    expect(failures.map(({ path, code, tries }) => [path, code, tries])).toEqual([
      ["ends/0004.pdf", "ocr_failed", 1],
      ["ends/0003.pdf", "ocr_failed", 1],
      ["ends/0002.pdf", "document_damaged", 1],
    ]);
    expect(Math.abs(Date.parse(failures[0]?.failedAt ?? "") - Date.now())).toBeLessThan(60_000);
    expect(await retryFailed(queue, "ocr_failed")).toBe(2);
    expect((await Array.fromAsync(failedDocuments(queue, "ocr_failed"))).length).toBe(0);
    expect((await Array.fromAsync(failedDocuments(queue, undefined))).length).toBe(1);
  });

  test("that failed are counted by code to the last, but for those that were removed meanwhile", async () => {
    const failed = connection.redis.pipeline();
    for (let at = 0; at < 1001; at += 1) {
      const failedReason = at % 2 === 0 ? "document_damaged: It is damaged." : "ocr_failed: It failed.";
      failed.hset(`bull:${queue.name}:job${at}`, { name: "document", data: "{}", failedReason });
      failed.zadd(`bull:${queue.name}:failed`, at, `job${at}`);
    }
    failed.zadd(`bull:${queue.name}:failed`, 400, "removed");
    await failed.exec();
    const { failedByCode } = await readStatus(queue, connection.redis, Date.now());
    expect(failedByCode).toEqual({ document_damaged: 501, ocr_failed: 500 });
  });

  test("that are failures are listed to the last, however many there are", async () => {
    const failed = connection.redis.pipeline();
    for (let at = 0; at < 501; at += 1) {
      failed.hset(`bull:${queue.name}:job${at}`, "name", "document", "data", "{}");
      failed.zadd(`bull:${queue.name}:failed`, at, `job${at}`);
    }
    await failed.exec();
    expect((await Array.fromAsync(failedDocuments(queue, "other"))).length).toBe(501);
  });
});

describe.skipIf(redisServer === undefined)("a Redis", () => {
  test("that goes and comes back is told of once each, and not when it is closed", async () => {
    await using redis = await startRedis();
    const notices: string[] = [];
    const { close, redis: connection } = await connectRedis(redis.url, (sentence) => notices.push(sentence));
    await redis.kill();
    await until(() => notices.length === 1);
    await redis.start();
    await until(() => notices.length === 2);
    expect(await connection.ping()).toBe("PONG");
    close();
    await until(() => connection.status === "end");
    expect(notices).toEqual(["Redis is not there; waiting for it.", "Redis is there again."]);
  });

  test("that lets a user in who may do nothing says so", async () => {
    await using redis = await startRedis();
    await redis.ask("ACL", "SETUSER", "weak", "on", ">secret", "~*", "-@all", "+info");
    const url = redis.url.replace("redis://", "redis://weak:secret@");
    expect(String(await refusalOf(connectRedis(url, () => undefined)))).toContain("the user may not do this");
  });
});
