import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { findOptionalProgram } from "./optional-program.ts";
import { until } from "./until.ts";

/** Where redis-server is; undefined where the tests that need it do not run. */
export const redisServer = findOptionalProgram("redis-server", "batches over a queue");

export interface TestRedis extends AsyncDisposable {
  url: string;
  /** Sends one command, as redis-cli does. */
  ask(...words: string[]): Promise<string>;
  /** As the power goes; what was acknowledged stands in the append-only file. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Starts a Redis of its own with an append-only file, on loopback. @param more options of redis-server */
export async function startRedis(more: readonly string[] = [], password?: string): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  const command = [
    ...[redisServer ?? "redis-server", "--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""],
    ...["--appendonly", "yes", "--appendfsync", "always", "--loglevel", "warning"],
    ...(password === undefined ? [] : ["--requirepass", password]),
    ...more,
  ];
  const url = `redis://${password === undefined ? "" : `:${password}@`}127.0.0.1:${port}`;
  let child: Bun.Subprocess | undefined;
  const ask = async (...words: string[]) => {
    using client = new Disposable(url);
    return String(await client.redis.send(words[0] ?? "PING", words.slice(1)));
  };
  const start = async () => {
    child = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    await until(
      () =>
        ask("PING").then(
          (answer) => answer === "PONG",
          () => false,
        ),
      "Redis answers",
    );
  };
  await start();
  return {
    url,
    ask,
    start,
    kill: async () => {
      child?.kill("SIGKILL");
      await child?.exited;
    },
    [Symbol.asyncDispose]: async () => {
      child?.kill("SIGKILL");
      await child?.exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

class Disposable {
  readonly redis: Bun.RedisClient;
  constructor(url: string) {
    this.redis = new Bun.RedisClient(url, { autoReconnect: false, maxRetries: 0, connectionTimeout: 1000 });
  }
  [Symbol.dispose](): void {
    this.redis.close();
  }
}
