import { expect, setDefaultTimeout, test } from "bun:test";
import { createBatchWorld } from "../support/batch-world.ts";
import { redisServer, startRedis } from "../support/redis-server.ts";
import { until } from "../support/until.ts";

// Starts programs.
setDefaultTimeout(30_000);

test.skipIf(redisServer === undefined)("a worker can be stopped while Redis is away", async () => {
  await using resources = new AsyncDisposableStack();
  const redis = resources.use(await startRedis());
  const world = resources.use(await createBatchWorld({ REDIS_URL: redis.url }));
  await world.write("a.pdf", "nobody reads it");
  const worker = world.start([
    ...["work", "--url", "http://127.0.0.1:1", "--root", world.shared, "--out", world.out, "--stop-seconds", "0"],
  ]);
  await until(async () => (await redis.ask("CLIENT", "LIST")).split("\n").length > 3, "the worker is there");
  const errors = worker.stderr.getReader();
  await redis.kill();
  const told = new TextDecoder().decode((await errors.read()).value);
  expect(told).toContain("Redis is not there; waiting for it.");
  errors.releaseLock();
  worker.kill("SIGTERM");
  expect(await worker.exited).toBe(0);
});
