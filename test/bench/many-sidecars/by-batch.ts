import { stat } from "node:fs/promises";
import { join } from "node:path";
import { createBatchWorld, finish } from "../../support/batch-world.ts";
import { startRedis } from "../../support/redis-server.ts";
import { milliseconds } from "../statistics.ts";
import type { Fleet } from "./fleet.ts";

/** What a batch took, a document. */
interface Cost {
  /** Commands that Redis carried out, those of scripts included, from the first document to the last. */
  redisCommands: number;
  redisCpuMs: number;
  /** Memory of Redis for a document that is finished and still listed. */
  heldBytes: number;
  /** The append-only file of Redis, adding included. */
  loggedBytes: number;
  /** Both texts. */
  writtenBytes: number;
}

/**
 * Reads the documents by one worker beside each sidecar.
 *
 * @param parallel documents at once of each worker
 * @returns milliseconds from the start of the workers to the end of the last one, and what it took
 */
export async function readByBatch(
  { sidecarUrls }: Pick<Fleet, "sidecarUrls">,
  documents: ReadonlyArray<Uint8Array>,
  parallel: number,
): Promise<{ ms: number; cost: Cost }> {
  await using redis = await startRedis();
  await using world = await createBatchWorld({ REDIS_URL: redis.url });
  const memoryBefore = await readMemory(redis.ask);
  for (const [index, file] of documents.entries()) await world.write(`scans/${index}.pdf`, file);
  const added = await world.run(["add", join(world.shared, "scans"), "--root", world.shared]);
  if (added.exitCode !== 0) throw new Error(added.err);
  await redis.ask("CONFIG", "RESETSTAT");
  const cpuBefore = await readCpuMs(redis.ask);
  const startedMs = performance.now();
  const workers = sidecarUrls.map((url) =>
    finish(
      world.start([
        ...["work", "--url", url, "--root", world.shared, "--out", world.out],
        ...["--parallel", String(parallel), "--until-done"],
      ]),
    ),
  );
  for (const { exitCode, err } of await Promise.all(workers)) if (exitCode !== 0) throw new Error(err);
  const ms = performance.now() - startedMs;
  const texts = await world.texts();
  if (texts.length !== 2 * documents.length)
    throw new Error(`${documents.length} documents have ${texts.length} texts.`);
  const stats = await redis.ask("INFO", "commandstats");
  const calls = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = "", count]) => ({
    name,
    count: Number(count),
  }));
  const persistence = await redis.ask("INFO", "persistence");
  const sizes = (await Promise.all(texts.map((name) => stat(join(world.out, name))))).map(({ size }) => size);
  const per = (sum: number) => sum / documents.length;
  return {
    ms,
    cost: {
      redisCommands: per(calls.reduce((sum, { count }) => sum + count, 0)),
      redisCpuMs: per((await readCpuMs(redis.ask)) - cpuBefore),
      heldBytes: per((await readMemory(redis.ask)) - memoryBefore),
      loggedBytes: per(Number(/aof_current_size:(\d+)/.exec(persistence)?.[1])),
      writtenBytes: per(sizes.reduce((sum, size) => sum + size, 0)),
    },
  };
}

/** What is said of the cost. */
export const describeCost = ({ redisCommands, redisCpuMs, heldBytes, loggedBytes, writtenBytes }: Cost) =>
  `a document: ${redisCommands.toFixed(1)} commands of Redis, ${milliseconds(redisCpuMs)} of its processor time, ` +
  `${heldBytes.toFixed(0)} bytes in its memory, ${loggedBytes.toFixed(0)} in its log, ${writtenBytes.toFixed(0)} bytes of texts`;

async function readMemory(ask: (...words: string[]) => Promise<string>): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await ask("INFO", "memory"))?.[1]);
}

async function readCpuMs(ask: (...words: string[]) => Promise<string>): Promise<number> {
  const cpu = await ask("INFO", "cpu");
  const seconds = [...cpu.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].map(([, value]) => Number(value));
  return 1000 * seconds.reduce((sum, value) => sum + value, 0);
}
