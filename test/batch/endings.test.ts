import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { type BatchWorld, createBatchWorld, finish, letter, scan } from "../support/batch-world.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis-server.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Each test starts programs.
setDefaultTimeout(60_000);

const scans = 6;

describe.skipIf(redisServer === undefined)("when a part of a batch ends", () => {
  let redis: TestRedis;
  let fake: FakeOllama;
  let sidecar: TestSidecar;
  let world: BatchWorld;
  beforeAll(async () => {
    redis = await startRedis();
    fake = await FakeOllama.start({ pageDelayMs: 120 });
    sidecar = await startSidecar({ OLLAMA_API_URL: fake.url });
    world = await createBatchWorld({ REDIS_URL: redis.url, OCR_SIDECAR_API_KEY: testKey });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await sidecar[Symbol.asyncDispose]();
    await fake.close();
    await redis[Symbol.asyncDispose]();
  });

  const addScans = async (queue: string) => {
    for (let at = 0; at < scans; at += 1) await world.write(`${queue}/${at}.pdf`, scan(`Scan ${at} of ${queue}`));
    await world.run(["add", join(world.shared, queue), "--root", world.shared, "--queue", queue]);
    return fake.pages.length;
  };
  const worker = (queue: string, url = sidecar.url, ...more: string[]) =>
    world.start([
      ...["work", "--url", url, "--root", world.shared, "--out", world.out, "--queue", queue],
      ...["--takeover-seconds", "2", "--stop-seconds", "0", ...more],
    ]);
  const finished = async (queue: string) => (await world.texts()).filter((name) => name.startsWith(`${queue}/`));
  const half = (queue: string) => until(async () => (await finished(queue)).length >= scans, "half is finished");
  const expectEachOnce = async (queue: string, before: number, running: number) => {
    expect(await finished(queue)).toHaveLength(2 * scans);
    for (let at = 0; at < scans; at += 1) {
      const record: unknown = await Bun.file(join(world.out, queue, `${at}.pdf.json`)).json();
      expect(record).toMatchObject({ source: { name: `${queue}/${at}.pdf` }, answer: { pageCount: 1 } });
    }
    const read = fake.pages.length - before;
    expect(read).toBeGreaterThanOrEqual(scans);
    expect(read).toBeLessThanOrEqual(scans + running);
  };

  test("of a worker that is killed another takes over, and only what ran is read again", async () => {
    const before = await addScans("killed");
    const killed = worker("killed");
    await half("killed");
    killed.kill("SIGKILL");
    await killed.exited;
    expect(await worker("killed", sidecar.url, "--until-done").exited).toBe(0);
    await expectEachOnce("killed", before, 2);
  });

  test("of a sidecar that is killed the documents go to another, and its worker waits for it", async () => {
    await using killed = await startServiceProcess({ OLLAMA_API_URL: fake.url, PDF_WORKERS: "1" });
    const before = await addScans("sidecar");
    const waiting = worker("sidecar", killed.url);
    await half("sidecar");
    process.kill(killed.pid, "SIGKILL");
    expect(await worker("sidecar", sidecar.url, "--until-done").exited).toBe(0);
    waiting.kill("SIGTERM");
    expect(await finish(waiting)).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining("waiting: No answer from"),
    });
    await expectEachOnce("sidecar", before, 2);
  });

  test("a worker that is stopped hands back what runs, and its end is a success", async () => {
    const before = await addScans("stopped");
    const stopped = worker("stopped");
    await half("stopped");
    stopped.kill("SIGTERM");
    const end = await finish(stopped);
    expect(end).toMatchObject({ exitCode: 0, err: expect.stringContaining("back     stopped/") });
    const { out } = await world.run(["status", "--json", "--queue", "stopped"]);
    expect(JSON.parse(out)).toMatchObject({ running: 0, failed: 0 });
    expect(await worker("stopped", sidecar.url, "--until-done").exited).toBe(0);
    await expectEachOnce("stopped", before, 2);
  });

  test("a document that five workers ended with is given up; one that four ended with is read", async () => {
    for (const name of ["five", "four"]) {
      await world.write(`lost/${name}.pdf`, letter(name));
      await world.run(["add", join(world.shared, `lost/${name}.pdf`), "--root", world.shared, "--queue", "lost"]);
    }
    // As two workers leave them that ended a moment ago.
    for (const earlier of ["4", "3"]) {
      const id = await redis.ask("LMOVE", "bull:lost:wait", "bull:lost:active", "RIGHT", "LEFT");
      await redis.ask("HSET", `bull:lost:${id}`, "stc", earlier);
    }
    await worker("lost", sidecar.url, "--until-done").exited;
    expect(await finished("lost")).toEqual(["lost/four.pdf.json", "lost/four.pdf.md"]);
    const { out } = await world.run(["status", "--json", "--queue", "lost"]);
    expect(JSON.parse(out)).toMatchObject({ done: 1, failedByCode: { worker_lost: 1 } });
  });

  test("while Redis is away nothing is lost and nothing read twice", async () => {
    const before = await addScans("redis");
    const going = worker("redis", sidecar.url, "--until-done");
    await half("redis");
    await redis.kill();
    await redis.start();
    const end = await finish(going);
    expect(end).toMatchObject({ exitCode: 0, err: expect.stringContaining("Redis is there again.") });
    await expectEachOnce("redis", before, 2);
  });
});

describe.skipIf(redisServer === undefined)("a service that takes nothing now", () => {
  test("is waited for, and the document goes to another worker meanwhile", async () => {
    await using resources = new AsyncDisposableStack();
    const redis = resources.use(await startRedis());
    const sidecar = resources.use(await startSidecar());
    const world = resources.use(await createBatchWorld({ REDIS_URL: redis.url, OCR_SIDECAR_API_KEY: testKey }));
    const busy = resources.adopt(startBusyService(), (server) => server.stop(true));
    await world.write("a.pdf", letter("A"));
    await world.run(["add", world.shared, "--root", world.shared]);
    const work = ["work", "--root", world.shared, "--out", world.out, "--parallel", "1"];
    const refused = world.start([...work, "--url", busy.url.origin]);
    await until(() => busy.asked.length > 0, "the busy service was asked");
    expect(await world.start([...work, "--url", sidecar.url, "--until-done"]).exited).toBe(0);
    expect(await world.texts()).toEqual(["a.pdf.json", "a.pdf.md"]);
    refused.kill("SIGTERM");
    const { exitCode, err } = await finish(refused);
    expect(exitCode).toBe(0);
    expect(err).toContain("waiting: The queue is full.");
    expect(busy.asked.filter((path) => path === "/ocr-upload")).toHaveLength(1);
  });
});

function startBusyService() {
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      asked.push(new URL(request.url).pathname);
      const problem = { code: "ocr_busy", detail: "The queue is full." };
      return Response.json(problem, { status: 503, headers: { "Retry-After": "30" } });
    },
  });
  return Object.assign(server, { asked });
}
