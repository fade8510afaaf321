import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type BatchWorld, createBatchWorld, finish, letter, scan } from "../support/batch-world.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { freePort } from "../support/free-port.ts";
import { findOptionalProgram } from "../support/optional-program.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis-server.ts";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";

// Each test starts programs.
setDefaultTimeout(30_000);

const password = crypto.randomUUID();

describe.skipIf(redisServer === undefined)("a batch over a queue", () => {
  let redis: TestRedis;
  let fake: FakeOllama;
  let sidecar: TestSidecar;
  let world: BatchWorld;
  beforeAll(async () => {
    redis = await startRedis([], password);
    fake = await FakeOllama.start();
    sidecar = await startSidecar({ OLLAMA_API_URL: fake.url });
    world = await createBatchWorld({
      REDIS_URL: redis.url,
      OCR_SIDECAR_URL: sidecar.url,
      OCR_SIDECAR_API_KEY: testKey,
    });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await sidecar[Symbol.asyncDispose]();
    await fake.close();
    await redis[Symbol.asyncDispose]();
  });

  const add = (folder: string, ...more: string[]) =>
    world.run(["add", join(world.shared, folder), "--root", world.shared, "--queue", folder, ...more]);
  const work = (queue: string, ...more: string[]) =>
    world.run(["work", "--root", world.shared, "--out", world.out, "--queue", queue, "--until-done", ...more]);
  const ask = async (queue: string, ...words: string[]) => (await world.run([...words, "--queue", queue])).out;
  const status = async (queue: string): Promise<unknown> => JSON.parse(await ask(queue, "status", "--json"));
  const textOf = (path: string) => Bun.file(join(world.out, `${path}.md`)).text();

  test("reads each document once, with the same options one time, and keeps no text and no secret", async () => {
    await world.write("plain/a.pdf", letter("First"));
    await world.write("plain/deep/b.pdf", letter("Second"));
    await world.write("plain/copy.pdf", letter("First"));
    await world.write("plain/scan.pdf", scan("Seen"));
    expect(await add("plain", "--option", "temperature=0")).toMatchObject({ exitCode: 0 });
    expect((await add("plain", "--option", "temperature=0.0")).out).toContain(
      "0 documents added to plain, 4 were there",
    );
    expect(await status("plain")).toMatchObject({ done: 0, waiting: 4 });

    expect(await work("plain")).toMatchObject({ exitCode: 0, out: expect.stringContaining("4 documents, 4 pages in") });
    const names = ["a.pdf", "copy.pdf", "deep/b.pdf", "scan.pdf"].map((name) => `plain/${name}`);
    expect(await world.texts()).toEqual(names.flatMap((name) => [`${name}.json`, `${name}.md`]));
    expect(await textOf("plain/copy.pdf")).toStartWith("First");
    expect(await Bun.file(join(world.out, "plain/scan.pdf.json")).json()).toMatchObject({
      source: { name: "plain/scan.pdf" },
      parameters: { runtimeParams: { temperature: 0 } },
      answer: { pageCount: 1, engineUsed: "np-dms-ocr" },
    });
    expect(await status("plain")).toMatchObject({ done: 4, waiting: 0, running: 0, failed: 0, secondsLeft: 0 });

    const held = await everythingIn(redis);
    expect(held).toContain('"engines":{"np-dms-ocr":1}');
    for (const secret of [password, testKey, "enough characters", sidecar.url]) expect(held).not.toContain(secret);
  });

  test("a job that runs again after its end got lost is not read again", async () => {
    await world.write("lost/scan.pdf", scan("Read once"));
    await add("lost");
    await work("lost");
    const read = fake.pages.length;
    const [id] = (await redis.ask("ZRANGE", "bull:lost:completed", "0", "0")).split(",");
    await redis.ask("ZREM", "bull:lost:completed", `${id}`);
    await redis.ask("DEL", `bull:lost:${id}`);
    expect((await add("lost")).out).toContain("1 document added");
    expect((await work("lost")).err).toContain("finished lost/scan.pdf (earlier)");
    expect(fake.pages).toHaveLength(read);
  });

  test("what cannot be read is given up with its reason, listed by code, and tried again when asked for", async () => {
    await world.write("bad/damaged.pdf", "%PDF-1.7 nothing of use");
    await world.write("bad/changed.pdf", letter("Old"));
    await add("bad");
    await world.write("bad/changed.pdf", letter("New"));
    expect(await work("bad")).toMatchObject({ exitCode: 1, out: expect.stringContaining("2 failed.") });
    expect(await status("bad")).toMatchObject({
      failed: 2,
      failedByCode: { document_damaged: 1, document_changed: 1 },
    });
    expect(await ask("bad", "failures", "--code", "document_changed")).toBe(
      "bad/changed.pdf: The file has changed since it was added; add it again. (document_changed, 1 try)\n",
    );
    expect(await ask("bad", "failures")).toMatch(
      /damaged\.pdf: The document is damaged.*\(request \S+\) \(document_damaged/,
    );

    await world.write("bad/changed.pdf", letter("Old"));
    expect(await ask("bad", "retry", "--code", "document_changed")).toBe("1 document will be tried again.\n");
    expect(await work("bad")).toMatchObject({ exitCode: 0 });
    expect(await textOf("bad/changed.pdf")).toStartWith("Old");
    expect(await status("bad")).toMatchObject({ done: 1, failed: 1 });
  });

  test("what the queue holds as read or given up is added again when asked for, and what waits is left", async () => {
    await world.write("again/a.pdf", letter("Lost"));
    await world.write("again/b.pdf", "%PDF-1.7 nothing of use");
    await add("again");
    await work("again");
    await rm(join(world.out, "again"), { recursive: true });
    await world.write("again/c.pdf", letter("Waits"));
    await add("again");
    expect((await add("again")).out).toContain("0 documents added to again, 3 were there");
    expect((await add("again", "--again")).out).toContain("2 documents added to again, 1 were there");
    await work("again");
    expect(await textOf("again/a.pdf")).toStartWith("Lost");
    expect(await status("again")).toMatchObject({ done: 2, waiting: 0, failed: 1 });
  });

  test("a Redis that takes no more is told of, and not counted as done by somebody else", async () => {
    await world.write("full/damaged.pdf", "%PDF-1.7 nothing of use");
    await add("full");
    await work("full");
    await redis.ask("REPLICAOF", "127.0.0.1", "1");
    try {
      const refused = await world.run(["retry", "--queue", "full"]);
      expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining("READONLY") });
    } finally {
      await redis.ask("REPLICAOF", "NO", "ONE");
    }
    expect(await ask("full", "retry")).toBe("1 document will be tried again.\n");
  });

  test("nothing outside of the shared folder is added or read, whoever names it", async () => {
    await world.write("links/a.pdf", letter("Inside"));
    await Bun.write(join(world.out, "../secret.pdf"), letter("Outside"));
    await symlink("../../secret.pdf", join(world.shared, "links/out.pdf"));
    const added = await add("links");
    expect(added.exitCode).toBe(1);
    expect(added.err).toContain("refused  links/out.pdf: The path leads out of the shared folder.");
    const elsewhere = await world.run(["add", join(world.out, ".."), "--root", world.shared]);
    expect(elsewhere).toMatchObject({ exitCode: 2, err: expect.stringContaining("is not below") });

    // What a backend adds by itself is not trusted either.
    const sha256 = new Bun.CryptoHasher("sha256").update(letter("Outside")).digest("hex");
    for (const [id, path] of [
      ["x", "links/out.pdf"],
      ["y", "../secret.pdf"],
      ["z", "/etc/passwd"],
    ] as const)
      await addByHand(redis, "links", id, { path, sha256, options: {} });
    await work("links");
    expect(await status("links")).toMatchObject({ done: 1, failedByCode: { path_outside_base: 1, invalid_job: 2 } });
    expect((await world.texts()).filter((name) => name.startsWith("links"))).toHaveLength(2);
  });

  test("the folder that one stands in is added as any other", async () => {
    await world.write("here/a.pdf", letter("Here"));
    const cwd = join(world.shared, "here");
    const added = await finish(world.start(["add", ".", "--root", ".", "--queue", "here"], {}, cwd));
    expect(added).toMatchObject({ exitCode: 0, out: expect.stringContaining("1 document added") });
  });

  test("a worker that may not ask its service ends, and its documents wait", async () => {
    await world.write("key/a.pdf", letter("A"));
    await add("key");
    const ended = await world.run(["work", "--root", world.shared, "--out", world.out, "--queue", "key"], {
      OCR_SIDECAR_API_KEY: "wrong",
    });
    expect(ended).toMatchObject({ exitCode: 1, err: expect.stringContaining("(unauthorized)") });
    expect(await status("key")).toMatchObject({ waiting: 1, running: 0, failed: 0 });
  });

  test.each([
    ["without REDIS_URL", "", 2, "REDIS_URL is not set"],
    ["with another kind of address", `http://:${password}@127.0.0.1`, 2, "REDIS_URL should hold"],
    ["with a wrong password", "WRONG", 1, "it does not accept the user and password"],
    ["where nothing listens", `redis://:${password}@127.0.0.1:1`, 1, "nothing listens there (ECONNREFUSED)"],
  ])("%s a command says so and shows no password", async (_, url, exitCode, sentence) => {
    const wrong = redis.url.replace(password, `not-${password}`);
    const ended = await world.run(["status"], { REDIS_URL: url === "WRONG" ? wrong : url });
    expect(ended).toMatchObject({ exitCode, err: expect.stringContaining(sentence) });
    expect(ended.err + ended.out).not.toContain(password);
  });
});

const openssl = findOptionalProgram("openssl", "a queue over TLS");

describe.skipIf(redisServer === undefined || openssl === undefined)("a Redis with TLS", () => {
  test("is used when its certificate is trusted, and only then", async () => {
    await using resources = new AsyncDisposableStack();
    const world = resources.use(await createBatchWorld({}));
    const [key, certificate] = [join(world.out, "key.pem"), join(world.out, "certificate.pem")];
    const made = Bun.spawn([
      ...[openssl ?? "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
      ...["-keyout", key, "-out", certificate, "-days", "1"],
      ...["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
    ]);
    expect(await made.exited).toBe(0);
    const port = await freePort();
    const files = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate];
    const tls = ["--tls-port", String(port), "--tls-auth-clients", "no", ...files];
    resources.use(await startRedis(tls, password));
    const REDIS_URL = `rediss://:${password}@127.0.0.1:${port}`;
    const trusted = await world.run(["status"], { REDIS_URL, NODE_EXTRA_CA_CERTS: certificate });
    expect(trusted).toMatchObject({ exitCode: 0, out: expect.stringContaining("0 waiting") });
    const strange = await world.run(["status"], { REDIS_URL });
    expect(strange).toMatchObject({ exitCode: 1, err: expect.stringContaining("its certificate is not trusted") });
  });
});

/** As a backend does without the client: only the job itself and its place in the queue. */
async function addByHand(redis: TestRedis, queue: string, id: string, data: unknown): Promise<void> {
  const fields = ["name", "document", "data", JSON.stringify(data), "opts", "{}", "timestamp", String(Date.now())];
  await redis.ask("HSET", `bull:${queue}:${id}`, ...fields, "delay", "0", "priority", "0");
  await redis.ask("LPUSH", `bull:${queue}:wait`, id);
}

async function everythingIn(redis: TestRedis): Promise<string> {
  const script =
    'local all = {} for _, key in ipairs(redis.call("KEYS", "*")) do all[#all + 1] = key ' +
    'if redis.call("TYPE", key).ok == "hash" then for _, part in ipairs(redis.call("HGETALL", key)) do all[#all + 1] = part end end ' +
    'if redis.call("TYPE", key).ok == "stream" then all[#all + 1] = cjson.encode(redis.call("XRANGE", key, "-", "+")) end end ' +
    'return table.concat(all, " ")';
  return await redis.ask("EVAL", script, "0");
}
