import { afterEach, describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import { maskUrl } from "../../src/ollama/base-url.ts";
import type { OllamaClient } from "../../src/ollama/chat.ts";
import { createOllamaClient, type OllamaClientOptions } from "../../src/ollama/client.ts";
import { ollamaFaultOf } from "../../src/ollama/faults.ts";
import { isSameModel } from "../../src/ollama/model-name.ts";
import { captureLog } from "../support/captured-log.ts";
import { faultKinds } from "../support/fake-ollama/faults.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { chatRequest as page, startOllama } from "../support/ollama-client.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

const never = new AbortController().signal;

let fake: FakeOllama;
afterEach(() => fake.close());

async function start(...options: Parameters<typeof startOllama>) {
  const started = await startOllama(...options);
  fake = started.fake;
  return started.client;
}

describe("an abort closes the connection at once and rejects with its reason", () => {
  const reason = new Error("the caller has gone");

  test("while the model reads", async () => {
    const client = await start({ pageDelayMs: 60_000, pieceCount: 10_000, answer: () => "x".repeat(100_000) });
    const caller = new AbortController();
    const reading = refusalOf(client.chat(page, caller.signal, () => caller.abort(reason)));
    expect(await reading).toBe(reason);
    await until(() => fake.pages[0]?.outcome === "aborted", "the fake sees it");
  });

  test("before the first byte", async () => {
    const client = await start();
    fake.fail("hang");
    const caller = new AbortController();
    const reading = refusalOf(client.chat(page, caller.signal));
    await until(() => fake.pages[0]?.startedAt !== undefined, "the page is at the model");
    caller.abort(reason);
    expect(await reading).toBe(reason);
    await until(() => fake.pages[0]?.outcome === "aborted", "the fake sees it");
  });

  test("while the model loads, which abandons the load", async () => {
    const client = await start({ loadDelayMs: 60_000 });
    const caller = new AbortController();
    const reading = refusalOf(client.chat(page, caller.signal));
    await until(() => fake.coldLoads === 1, "the load has begun");
    caller.abort(reason);
    expect(await reading).toBe(reason);
    await until(() => fake.loads[0]?.outcome === "abandoned", "the load is abandoned");
    expect(fake.isLoaded("np-dms-ocr")).toBe(false);
  });

  test("before anything was sent", async () => {
    const client = await start();
    expect(await refusalOf(client.chat(page, AbortSignal.abort(reason)))).toBe(reason);
    expect(await refusalOf(client.version(AbortSignal.abort(reason)))).toBe(reason);
    expect(fake.calls).toEqual([]);
  });

  test("in the middle of an unload", async () => {
    const client = await start({ preloaded: [{ name: "np-dms-ocr" }], unloadLagMs: 60_000 }, { unloadPollMs: 60_000 });
    const caller = new AbortController();
    const unloading = refusalOf(client.unload("np-dms-ocr", caller.signal));
    await until(() => fake.calls.some((call) => call.path === "/api/ps"), "it looks");
    caller.abort(reason);
    expect(await unloading).toBe(reason);
  });
});

describe("looking", () => {
  test("tells what is loaded, installed, seen by the model, and running", async () => {
    const client = await start({ preloaded: [{ name: "llm" }, { name: "np-dms-ocr", keepAliveSeconds: 120 }] });
    const loaded = await client.loadedModels(never);
    expect(loaded.map(({ name, vramBytes }) => [name, vramBytes / 1_048_576])).toEqual([
      ["llm:latest", 9000],
      ["np-dms-ocr:latest", 4200],
    ]);
    expect(loaded[0]?.expiresAt?.getUTCFullYear()).toBe(2318);
    expect((await client.installedModels(never)).map(({ name }) => name)).toEqual(["np-dms-ocr:latest", "llm:latest"]);
    expect((await client.installedModels(never))[0]?.digest).toBe(loaded[1]?.digest ?? "");
    expect(await client.capabilities("np-dms-ocr", never)).toContain("vision");
    expect(await client.version(never)).toMatch(/^\d+\.\d+\.\d+$/);
    expect(fake.coldLoads).toBe(0);
  });

  test("asks for a model that is not there", async () => {
    const client = await start();
    expect(await refusalOf(client.capabilities("gone", never))).toMatchObject({ code: "model_not_installed" });
  });

  test("gives up a server that is silent after its own short limit", async () => {
    const client = await start({}, { managementTimeoutMs: 50 });
    fake.fail("hang", { path: "/api/ps" });
    expect(await refusalOf(client.loadedModels(never))).toMatchObject({
      code: "ollama_unreachable",
      message: expect.stringContaining("did not answer within 0.05 s"),
      retryable: true,
    });
  });

  test.each([["html"], ["garbage"]] as const)("takes %s for something other than Ollama", async (fault) => {
    const client = await start();
    fake.fail(fault, { path: "/api/ps" });
    expect(await refusalOf(client.loadedModels(never))).toMatchObject({
      code: "ollama_unreachable",
      message: expect.stringMatching(/not Ollama's: correct OLLAMA_API_URL/),
      retryable: false,
    });
  });

  test("takes a page that is not there for something other than Ollama", async () => {
    await start();
    const elsewhere = createOllamaClient({ baseUrl: `${fake.url}/else`, fetch });
    expect(ollamaFaultOf(await refusalOf(elsewhere.chat(page, never)))).toMatchObject({
      kind: "not_ollama",
      status: 404,
    });
    expect(fake.takeViolations()).toHaveLength(1);
  });

  test("refuses an address that is none, without repeating it", async () => {
    const failure = await refusalOf(start({}, { baseUrl: "user:secret at host" }));
    expect(failure).toEqual(new TypeError("The address of Ollama is not a valid URL."));
  });

  test("stays a SidecarError under every fault", async () => {
    const client = await start({}, { managementTimeoutMs: 50 });
    for (const kind of faultKinds) {
      fake.fail(kind, { path: "/api/ps" });
      const error = await refusalOf(client.loadedModels(never));
      expect(error).toBeInstanceOf(SidecarError);
      expect(ollamaFaultOf(error)).toBeDefined();
    }
  });
});

describe("unloading", () => {
  test("ends when the model has truly gone, not when the server says so", async () => {
    const client = await start({ preloaded: [{ name: "np-dms-ocr" }], unloadLagMs: 60 }, { unloadPollMs: 5 });
    await client.unload("NP-DMS-OCR", never);
    expect(fake.isLoaded("np-dms-ocr")).toBe(false);
    expect(fake.calls.filter((call) => call.path === "/api/ps").length).toBeGreaterThan(1);
  });

  test("of a model that was created again while it was loaded waits for the new one only, and tells of the old", async () => {
    const client = await start({ preloaded: [{ name: "np-dms-ocr" }], unloadLagMs: 60 }, { unloadPollMs: 5 });
    expect((await client.loadedModels(never)).map(({ name }) => name)).toEqual(["np-dms-ocr:latest"]);
    fake.recreate("np-dms-ocr");
    expect(await client.unload("np-dms-ocr", never)).toEqual({ olderCopies: 1 });
    await client.chat(page, never);
    expect(new Set((await client.loadedModels(never)).map(({ digest }) => digest)).size).toBe(2);
    expect(await client.unload("np-dms-ocr", never)).toEqual({ olderCopies: 1 });
    expect(await client.loadedModels(never)).toHaveLength(1);
  });

  test("of a model that was deleted while it was loaded does not wait for what no name reaches", async () => {
    fake = await FakeOllama.start({ preloaded: [{ name: "np-dms-ocr" }] });
    const deleted: OllamaClientOptions["fetch"] = (url, init) => {
      if (url.endsWith("/api/tags")) return Promise.resolve(Response.json({ models: [] }));
      if (url.endsWith("/api/chat"))
        return Promise.resolve(Response.json({ error: "model not found" }, { status: 404 }));
      return fetch(url, init);
    };
    const client = createOllamaClient({ baseUrl: fake.url, fetch: deleted, unloadTimeoutMs: 1000, unloadPollMs: 5 });
    expect(await client.unload("np-dms-ocr", never)).toEqual({ olderCopies: 1 });
  });

  test("of a model that is not loaded, or not installed, is done at once", async () => {
    const client = await start();
    await client.unload("np-dms-ocr:latest", never);
    await client.unload("unknown", never);
    expect(fake.coldLoads).toBe(0);
  });

  test("fails, to be tried again, when somebody keeps the model in use", async () => {
    const options = { unloadPollMs: 5, unloadTimeoutMs: 30 };
    const client = await start({ preloaded: [{ name: "np-dms-ocr", pinned: true }] }, options);
    const error = await refusalOf(client.unload("np-dms-ocr", never));
    expect(error).toMatchObject({ code: "ollama_busy", retryable: true });
    expect(ollamaFaultOf(error)?.kind).toBe("still_loaded");
  });
});

describe("credentials in the address", () => {
  const credentials = { user: "dms user", password: "s3cr:t/ก" };
  const userInfo = `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}`;
  const withCredentials = (url: string, info = userInfo) => url.replace("http://", `http://${info}@`);
  const spellings = [credentials.password, encodeURIComponent(credentials.password), credentials.user, "dms%20user"];

  test("travel as Basic auth and nowhere else", async () => {
    fake = await FakeOllama.start({ basicAuth: credentials });
    const client = createOllamaClient({ baseUrl: withCredentials(fake.url), fetch });
    expect((await client.chat(page, never)).text).not.toBe("");
  });

  test("that are wrong are answered with what to do", async () => {
    fake = await FakeOllama.start({ basicAuth: credentials });
    const client = createOllamaClient({ baseUrl: withCredentials(fake.url, "dms:wrong"), fetch });
    expect(await refusalOf(client.chat(page, never))).toMatchObject({
      code: "ollama_unreachable",
      message: expect.stringMatching(/refuses the credentials of OLLAMA_API_URL/),
      retryable: false,
    });
  });

  test("are never in an error, even if the server repeats them", async () => {
    fake = await FakeOllama.start();
    const token = Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64");
    const echo: OllamaClientOptions["fetch"] = async (_url, init) =>
      Response.json(
        { error: `${Bun.inspect(init.headers)} ${spellings.join(" ")} http://${userInfo}@x/y` },
        { status: 500 },
      );
    const clients: OllamaClient[] = [
      createOllamaClient({ baseUrl: withCredentials(fake.url), fetch: echo }),
      createOllamaClient({
        baseUrl: withCredentials(fake.url),
        fetch,
        managementTimeoutMs: 50,
        maxAnswerCharacters: 500,
      }),
    ];
    const errors = [await refusalOf(clients[0]?.chat(page, never) ?? Promise.resolve())];
    for (const kind of faultKinds) {
      if (kind === "hang" || kind === "drip" || kind === "empty") continue;
      fake.fail(kind);
      fake.fail(kind, { path: "/api/version" });
      errors.push(await refusalOf(clients[1]?.chat(page, never) ?? Promise.resolve()));
      errors.push(await refusalOf(clients[1]?.version(never) ?? Promise.resolve()));
      await clients[1]?.unload(page.model, never);
    }
    await fake.stop();
    errors.push(await refusalOf(clients[1]?.version(never) ?? Promise.resolve()));
    for (const error of errors) {
      expect(error).toBeInstanceOf(SidecarError);
      const shown = Bun.inspect(error, { depth: 10 });
      for (const secret of [...spellings, token]) expect(shown).not.toContain(secret);
    }
  });

  test.each([
    ["http://user:pass@host:11434/", "http://***@host:11434"],
    ["http://user@host:11434/ollama/", "http://***@host:11434/ollama"],
    ["https://host/?token=secret#secret", "https://host"],
    ["http://host.docker.internal:11434", "http://host.docker.internal:11434"],
    ["no address", ""],
  ])("%s is shown as %p", (address, shown) => expect(maskUrl(address)).toBe(shown));
});

test("what Ollama says and nobody knows is neither answered nor logged", async () => {
  await using log = await captureLog();
  fake = await FakeOllama.start();
  const client = createOllamaClient({
    baseUrl: fake.url,
    fetch: async () => Response.json({ error: "failed to open /root/.ollama/models/blobs/sha256-12" }, { status: 500 }),
  });
  expect(await refusalOf(client.chat(page, never))).toMatchObject({
    message: "Ollama failed while it read the page: ask again; if it stays so, look at Ollama's log.",
  });
  expect(log.records).toEqual([]);
});

test.each([
  ["np-dms-ocr", "np-dms-ocr:latest", true],
  ["NP-DMS-OCR:Latest", "np-dms-ocr", true],
  ["scb10x/typhoon-ocr1.5-3b", "registry.ollama.ai/scb10x/typhoon-ocr1.5-3b:latest", true],
  ["library/llm", "llm:latest", true],
  [" llm ", "llm", true],
  ["one/library/llm", "two/library/llm", false],
  ["one/registry.ollama.ai/llm", "two/registry.ollama.ai/llm", false],
  ["host:5000/llm", "host:5000/llm:v2", false],
  ["host:5000/team/model", "host:5000/team/model:latest", true],
  ["np-dms-ocr:v2", "np-dms-ocr", false],
  ["np-dms-ocr", "np-dms-ocr2", false],
])("%s and %s are the same model: %p", (one, other, same) => expect(isSameModel(one, other)).toBe(same));
