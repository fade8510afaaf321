import { readFile } from "node:fs/promises";
import { createBatchWorld, finish, letter } from "../../test/support/batch-world.ts";
import { startRedis, type TestRedis } from "../../test/support/redis-server.ts";
import { startInstantService } from "./instant-service.ts";

const lookEveryMs = 5_000;

/**
 * Adds so many small text documents and lets one worker take them to a service that answers at once, so that what is seen
 * is the worker's own and the queue's: how fast they are, and what memory they take.
 */
export async function tryManyJobs(jobs: number): Promise<string[]> {
  await using resources = new AsyncDisposableStack();
  const redis = resources.use(await startRedis());
  const service = resources.adopt(startInstantService(), (server) => server.stop(true));
  const world = resources.use(await createBatchWorld({ REDIS_URL: redis.url }));
  const document = letter("A letter");
  for (let at = 0; at < jobs; at += 1) {
    // What stands behind a PDF's end makes other bytes of it and no other document.
    await world.write(`part-${at % 100}/letter-${at}.pdf`, Buffer.concat([document, Buffer.from(`\n%${at}\n`)]));
  }

  const addedMs = await timed(() => world.run(["add", world.shared, "--root", world.shared]));
  const redisAfterAdding = await usedMemory(redis);
  const worker = world.start([
    ...[
      "work",
      "--url",
      service.url.origin,
      "--root",
      world.shared,
      "--out",
      world.out,
      "--parallel",
      "4",
      "--until-done",
    ],
  ]);
  const worked = finish(worker);
  const memory: number[] = [];
  let redisPeak = redisAfterAdding;
  const look = async () => {
    memory.push(await residentMegabytes(worker.pid));
    redisPeak = Math.max(redisPeak, await usedMemory(redis));
  };
  const startedMs = performance.now();
  while (worker.exitCode === null) {
    await Promise.race([Bun.sleep(lookEveryMs), worked]);
    if (worker.exitCode === null) await look();
  }
  const minutes = (performance.now() - startedMs) / 60_000;
  const { exitCode, out } = await worked;
  const after = memory.slice(Math.floor(memory.length / 4));
  return [
    `added ${jobs} with their hashes: ${Math.round(jobs / (addedMs / 1000))} a second, start of the program included`,
    `worked: exit code ${exitCode}, ${out.trim()} ${Math.round(jobs / minutes)} a minute`,
    `memory of the worker: ${memory[0]} MB first, then ${Math.min(...after)} to ${Math.max(...after)} MB, ${memory.at(-1)} MB last`,
    `used_memory of Redis: ${megabytes(redisAfterAdding)} MB after adding, ${megabytes(redisPeak)} MB at most`,
    `files written: ${(await world.texts()).length}`,
  ];
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return performance.now() - startedMs;
}

const usedMemory = async (redis: TestRedis) =>
  Number(/used_memory:(\d+)/.exec(await redis.ask("INFO", "memory"))?.[1] ?? Number.NaN);

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
}

const megabytes = (bytes: number) => Math.round(bytes / 1_000_000);
