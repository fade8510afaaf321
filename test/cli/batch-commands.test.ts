import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runBatchAdd } from "../../src/cli/batch-add-command.ts";
import { runBatchStatus } from "../../src/cli/batch-status-command.ts";
import { runBatchWork } from "../../src/cli/batch-work-command.ts";
import { SidecarClientError } from "../../src/client/client-error.ts";
import type { SidecarClient } from "../../src/client/client-types.ts";
import { createSidecarClient } from "../../src/client.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis-server.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

// A real Redis on a busy machine of two cores.
setDefaultTimeout(30_000);

const never = new AbortController().signal;
const answer = { text: "text", ocrUsed: true, pageCount: 2, charCount: 4, engineUsed: "tesseract", warnings: [] };

describe.skipIf(redisServer === undefined)("the commands of a batch", () => {
  let redis: TestRedis;
  let folder: string;
  let queue: string;
  let printed: string[];
  let reported: string[];
  const terminal = {
    hasStatusLine: false,
    print: async (line: string) => void printed.push(line),
    report: (line: string) => void reported.push(line),
    showStatus: () => undefined,
    clearStatus: () => undefined,
  };
  beforeAll(async () => {
    redis = await startRedis();
    folder = await mkdtemp(join(tmpdir(), "batch-commands-"));
    for (const name of ["b.pdf", "a.pdf", "..c.pdf"]) await Bun.write(join(folder, "shared/in", name), name);
    await symlink(join(folder, "shared"), join(folder, "link"));
  });
  afterAll(async () => {
    await redis[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    queue = crypto.randomUUID();
    [printed, reported] = [[], []];
  });

  const address = () => ({ redisUrl: redis.url, queue, prefix: "bull" });
  const add = (inputs: string[], root = join(folder, "shared")) =>
    runBatchAdd(
      {
        name: "batch-add",
        ...{ inputs, root, options: {}, again: false, systemPromptFile: undefined, queue, prefix: "bull" },
      },
      address(),
      terminal,
      never,
    );
  const work = (ocrUpload: SidecarClient["ocrUpload"], more: object = {}, signal = never) =>
    runBatchWork(
      {
        name: "batch-work",
        ...{ url: undefined, root: join(folder, "shared"), out: join(folder, "out", queue), parallel: 1 },
        ...{ takeoverSeconds: 30, stopSeconds: 20, untilDone: true, queue, prefix: "bull", ...more },
      },
      address(),
      { ...createSidecarClient({ baseUrl: "http://never-called.invalid" }), ocrUpload },
      terminal,
      signal,
    );

  test("add documents sorted and each once, by whatever way to the folder they are named", async () => {
    const inputs = [join(folder, "shared/in/b.pdf"), join(folder, "shared/in"), join(folder, "shared/in/..c.pdf")];
    expect(await add(inputs)).toBe(0);
    const ids = (await redis.ask("LRANGE", `bull:${queue}:wait`, "0", "-1")).split(",").reverse();
    const paths = await Promise.all(ids.map(async (id) => await redis.ask("HGET", `bull:${queue}:${id}`, "data")));
    expect(paths.map((data) => JSON.parse(data).path)).toEqual(["in/..c.pdf", "in/a.pdf", "in/b.pdf"]);
    expect(await add([join(folder, "shared/in")], join(folder, "link"))).toBe(0);
    expect(printed.map((line) => line.replace(/;.*/, ""))).toEqual([
      `3 documents added to ${queue}`,
      `0 documents added to ${queue}, 2 were there already`,
    ]);
  });

  test("fail where a document could not be added, and where one lies outside", async () => {
    await symlink("/etc/hostname", join(folder, "shared/in/out.pdf"));
    expect(await add([join(folder, "shared/in")])).toBe(1);
    expect(reported).toEqual(["refused  in/out.pdf: The path leads out of the shared folder."]);
    expect(printed[0]).toContain(`2 documents added to ${queue}, 1 were refused;`);
    await rm(join(folder, "shared/in/out.pdf"));
    await mkdir(join(folder, "other"), { recursive: true });
    for (const outside of [folder, join(folder, "other")])
      expect(String(await refusalOf(add([outside])))).toContain("is not below");
  });

  test("read all that waits, count pages once, and are a failure where something could not be read", async () => {
    await add([join(folder, "shared/in")]);
    expect(await work(async () => answer)).toBe(0);
    expect(printed.at(-1)).toMatch(/^2 documents, 4 pages in /);
    for (const id of (await redis.ask("ZRANGE", `bull:${queue}:completed`, "0", "-1")).split(","))
      await redis.ask("DEL", `bull:${queue}:${id}`);
    await redis.ask("DEL", `bull:${queue}:completed`);
    await add([join(folder, "shared/in")]);
    expect(await work(async () => expect.unreachable())).toBe(0);
    expect(printed.at(-1)).toMatch(/^2 documents, 0 pages in /);
    expect(reported.slice(-2).toSorted()).toEqual(["finished in/a.pdf (earlier)", "finished in/b.pdf (earlier)"]);
  });

  test.each([
    ["that works until it is done, a failure", true, 1],
    ["that is stopped, none", false, 0],
  ])("make of a document that could not be read, in a worker %s", async (_, untilDone, exitCode) => {
    await add([join(folder, "shared/in/a.pdf")]);
    const stop = new AbortController();
    const refused = () => Promise.reject(new SidecarClientError("document_damaged", "It is damaged.", { status: 422 }));
    const working = work(refused, { untilDone }, stop.signal);
    if (!untilDone) {
      await until(() => reported.length > 0);
      stop.abort();
    }
    expect(await working).toBe(exitCode);
    expect(reported).toEqual(["failed   in/a.pdf: It is damaged. (document_damaged)"]);
    expect(printed.at(-1)).toMatch(/^0 documents, 0 pages in .*\. 1 failed\.$/);
  });

  test("give a document its time when the worker is stopped", async () => {
    await add([join(folder, "shared/in/a.pdf")]);
    const stop = new AbortController();
    const slow = async () => {
      stop.abort();
      await Bun.sleep(100);
      return answer;
    };
    expect(await work(slow, { untilDone: false, stopSeconds: 20 }, stop.signal)).toBe(0);
    expect(reported).toEqual([expect.stringMatching(/^read {5}in\/a\.pdf \(2 pages, /)]);
  });

  test("tell where the batch stands, and watch it until nothing is left", async () => {
    await add([join(folder, "shared/in/a.pdf")]);
    expect(await runBatchStatus({ watch: false, json: true }, address(), terminal, never)).toBe(0);
    expect(JSON.parse(printed.at(-1) ?? "")).toMatchObject({ waiting: 1, running: 0 });
    const reading = Promise.withResolvers<typeof answer>();
    const asked = Promise.withResolvers<void>();
    const working = work(() => {
      asked.resolve();
      return reading.promise;
    });
    await asked.promise;
    const watcher = new AbortController();
    const watching = refusalOf(runBatchStatus({ watch: true, json: false }, address(), terminal, watcher.signal));
    await until(() => printed.at(-1) === "0 done, 1 running, 0 waiting, 0 delayed, 0 failed");
    watcher.abort(new Error("enough"));
    expect(await watching).toMatchObject({ name: "AbortError" });
    reading.resolve(answer);
    await working;
    expect(await runBatchStatus({ watch: true, json: false }, address(), terminal, never)).toBe(0);
    expect(printed.at(-1)).toStartWith("1 done, 0 running, 0 waiting");
    expect(printed.at(-1)).not.toContain("left");
  });

  test("go on watching while a document waits for its next try", async () => {
    await add([join(folder, "shared/in/a.pdf")]);
    const stop = new AbortController();
    const failed = () => Promise.reject(new SidecarClientError("ocr_failed", "It failed.", { status: 502 }));
    const working = work(failed, { untilDone: false }, stop.signal);
    await until(() => reported.length > 0);
    stop.abort();
    await working;
    const watcher = new AbortController();
    const watching = refusalOf(runBatchStatus({ watch: true, json: false }, address(), terminal, watcher.signal));
    await until(() => printed.at(-1) === "0 done, 0 running, 0 waiting, 1 delayed, 0 failed");
    watcher.abort(new Error("enough"));
    expect(await watching).toMatchObject({ name: "AbortError" });
  });
});
