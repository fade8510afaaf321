import { join } from "node:path";
import { type BatchWorld, createBatchWorld, finish, scan } from "../../test/support/batch-world.ts";
import { FakeOllama } from "../../test/support/fake-ollama.ts";
import { startRedis, type TestRedis } from "../../test/support/redis-server.ts";
import { type ServiceProcess, startServiceProcess } from "../../test/support/service-process.ts";
import { until } from "../../test/support/until.ts";

const parallel = 2;
const pageDelayMs = 1000;

interface Parts {
  redis: TestRedis;
  fakes: readonly FakeOllama[];
  services: ServiceProcess[];
  world: BatchWorld;
  /** Starts the worker of a service. */
  work(service: number): Bun.Subprocess<"ignore", "pipe", "pipe">;
}

/** What is killed at half; what must be started again for the rest to be read is started. */
const victims: Readonly<Record<string, (parts: Parts, workers: Bun.Subprocess[]) => Promise<void>>> = {
  "a worker": async (_, [first]) => {
    first?.kill("SIGKILL");
    await first?.exited;
  },
  "a sidecar": async ({ services }) => {
    const [first] = services;
    if (first === undefined) return;
    process.kill(first.pid, "SIGKILL");
    await first.exited;
  },
  Redis: async ({ redis }) => {
    await redis.kill();
    await Bun.sleep(3000);
    await redis.start();
  },
};

/** Kills each part once in the middle of as many one-page scans, and says what the output and the models saw. */
export async function tryKills(documents: number): Promise<string[]> {
  const lines: string[] = [];
  for (const [what, kill] of Object.entries(victims)) lines.push(`${what} killed: ${await tryOne(documents, kill)}`);
  return lines;
}

async function tryOne(documents: number, kill: (parts: Parts, workers: Bun.Subprocess[]) => Promise<void>) {
  await using resources = new AsyncDisposableStack();
  const redis = resources.use(await startRedis());
  const fakes = [
    resources.use(await FakeOllama.start({ pageDelayMs, parallel })),
    resources.use(await FakeOllama.start({ pageDelayMs, parallel })),
  ];
  const services: ServiceProcess[] = [];
  for (const { url } of fakes) {
    const variables = { OLLAMA_API_URL: url, OCR_CONCURRENCY: String(parallel), PDF_WORKERS: "1" };
    services.push(resources.use(await startServiceProcess(variables)));
  }
  const world = resources.use(await createBatchWorld({ REDIS_URL: redis.url }));
  const folders = ["--root", world.shared, "--out", world.out];
  const work = (service: number) =>
    world.start([
      ...["work", "--url", services[service]?.url ?? "", ...folders, "--parallel", String(parallel)],
      ...["--takeover-seconds", "8"],
    ]);
  for (let at = 0; at < documents; at += 1) await world.write(`${at % 5}/${at}.pdf`, scan(`Document number ${at}`));
  await world.run(["add", world.shared, "--root", world.shared]);
  const startedMs = performance.now();
  const workers = [work(0), work(1)];
  await until(async () => (await world.texts()).length >= documents, "half is written", 300_000);
  await kill({ redis, fakes, services, world, work }, workers);
  await until(async () => (await status(world)).left === 0, "nothing is left", 300_000);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  for (const worker of workers) worker.kill("SIGTERM");
  await Promise.all(workers.map(finish));
  const names = await world.texts();
  const missing = Array.from({ length: documents }, (_, at) => `${at % 5}/${at}.pdf`).filter(
    (name) => !names.includes(`${name}.md`) || !names.includes(`${name}.json`),
  );
  const read = fakes.reduce((sum, { pages }) => sum + pages.length, 0);
  const { failed } = await status(world);
  await expectOwnText(world, documents);
  return `${names.length} files of ${documents} documents, ${missing.length} missing, ${failed} failed; ${read} pages read in ${seconds} s`;
}

async function status(world: BatchWorld): Promise<{ left: number; failed: number }> {
  const { running, waiting, delayed, failed } = JSON.parse((await world.run(["status", "--json"])).out);
  return { left: running + waiting + delayed, failed };
}

/** Each record names its own document. */
async function expectOwnText(world: BatchWorld, documents: number): Promise<void> {
  for (let at = 0; at < documents; at += 1) {
    const name = `${at % 5}/${at}.pdf`;
    const { source, answer } = await Bun.file(join(world.out, `${name}.json`)).json();
    if (source.name !== name || answer.pageCount !== 1) throw new Error(`The record of ${name} is another one's.`);
  }
}
