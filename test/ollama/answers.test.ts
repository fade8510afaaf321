import { describe, expect, test } from "bun:test";
import { parseBaseUrl } from "../../src/ollama/base-url.ts";
import { readStart, StreamBrokenError } from "../../src/ollama/byte-stream.ts";
import type { ChatRequest } from "../../src/ollama/chat.ts";
import { readChatStream } from "../../src/ollama/chat-stream.ts";
import { createOllamaClient, type OllamaClientOptions } from "../../src/ollama/client.ts";
import {
  isConnectionLost,
  notOllama,
  type OllamaFaultKind,
  ollamaFaultOf,
  reset,
  silent,
  stillLoaded,
  unreachable,
} from "../../src/ollama/faults.ts";
import { refusal } from "../../src/ollama/refusals.ts";
import { meaningOf } from "../../src/ollama/said.ts";
import { refusalOf } from "../support/refusal-of.ts";

const { signal } = new AbortController();
const base = parseBaseUrl("http://user:pa%20ss@host:11434/ollama/");
const streamOf = (...lines: unknown[]) =>
  new Blob([lines.map((line) => `${JSON.stringify(line)}\n`).join("")]).stream();
const limits = { maxLineBytes: 1000, maxAnswerCharacters: 10 };

describe("the words of a server", () => {
  test.each([
    ["prompt is too long", "rejected", false, "num_ctx"],
    ["the request exceeds the available context size", "rejected", false, "num_ctx"],
    ["input length exceeds the context window", "rejected", false, "num_ctx"],
    ["failed to load image", "rejected", false, "could not decode the picture"],
    ["unknown image format", "rejected", false, "could not decode the picture"],
    ["illegal base64 data at input byte 4", "rejected", false, "could not decode the picture"],
    ["this model is missing data required for image input", "rejected", false, "cannot see pictures"],
    ["failed to load MMPROJ", "rejected", false, "cannot see pictures"],
    ['option "top_k" must be of type integer', "rejected", false, "runtimeParams"],
    ["json: cannot unmarshal string into Go value", "rejected", false, "runtimeParams"],
    ["the value does not match the expected peg-native format", "crashed", true, "TEMPLATE"],
    [
      "model requires more system memory (5.6 GiB) than is available (2.1 GiB)",
      "crashed",
      true,
      "main memory for the OCR model (5.6 GiB are needed, 2.1 GiB are free):",
    ],
    ["model requires more system memory than is available", "crashed", true, "main memory for the OCR model: free"],
    ["cudaMalloc failed: out of memory", "crashed", true, "The card has no memory"],
    ["unable to allocate CUDA0 buffer", "crashed", true, "The card has no memory"],
    ["llama runner process has terminated: exit status 2", "crashed", true, "runner ended"],
    ["unexpected EOF", "crashed", true, "runner ended"],
    ["signal: killed", "crashed", true, "runner ended"],
  ] as const)("%p mean what to do", (said, kind, retryable, sentence) => {
    expect(meaningOf(said)).toEqual({ kind, retryable, sentence: expect.stringContaining(sentence) });
  });

  test.each(["", "an unknown trouble", 'nobody knows that option "top_k" must be there', "geofence"])(
    "%p mean nothing that is known",
    (said) => {
      expect(meaningOf(said)).toBeUndefined();
    },
  );

  test("are found as deep as errors lie in errors, and no deeper", () => {
    const wrapped = (layers: number) => {
      let said = "out of memory";
      for (let layer = 0; layer < layers; layer += 1)
        said = JSON.stringify([{ error: said }, { error: { message: said } }, { message: said }][layer % 3]);
      return said;
    };
    for (const layers of [0, 1, 2, 3, 4])
      expect(meaningOf(wrapped(layers))?.sentence).toContain("The card has no memory");
    expect(meaningOf(JSON.stringify({ other: "out of memory" }))?.sentence).toContain("The card has no memory");
  });
});

describe("a refusal", () => {
  const of = (status: number, said?: string, model?: string) =>
    refusal(status, said === undefined ? "<html>" : JSON.stringify({ error: said }), model, base);

  test.each<[string, ReturnType<typeof of>, string, string, boolean]>([
    ["a model that is not there", of(404, "model not found", "m"), "model_not_installed", "not_installed", false],
    ["a path that is not there", of(404, "not found"), "ollama_unreachable", "not_ollama", false],
    ["wrong credentials", of(401, "no"), "ollama_unreachable", "not_ollama", false],
    ["no right", of(403), "ollama_unreachable", "not_ollama", false],
    ["a request that is wrong", of(400, "nobody knows", "m"), "ocr_failed", "rejected", false],
    ["a caller who has gone", of(499, "nobody knows"), "ocr_failed", "crashed", true],
    ["a server error", of(500, "nobody knows"), "ocr_failed", "crashed", true],
    ["a server error of its own kind", of(507, "nobody knows"), "ocr_failed", "crashed", true],
    ["another status", of(418, "nobody knows"), "ollama_unreachable", "not_ollama", false],
    ["a proxy's own", of(502), "ollama_unreachable", "not_ollama", true],
    ["a proxy's own, as HAProxy gives it", of(503), "ollama_unreachable", "not_ollama", true],
    ["a full queue", of(503, "server busy, please try again."), "ollama_busy", "busy", true],
  ])("for %s says so", (_, error, code, kind, retryable) => {
    expect({ code: error.code, kind: ollamaFaultOf(error)?.kind, retryable: error.retryable }).toMatchObject({
      code,
      kind,
      retryable,
    });
  });

  test("keeps the status, and shows the address without its credentials", () => {
    const shown = of(418).message;
    expect(ollamaFaultOf(of(418))?.status).toBe(418);
    expect(shown).toContain("http://***@host:11434/ollama gives status 418");
    expect(notOllama(base, undefined)).toMatchObject({
      retryable: false,
      message: expect.stringContaining("not Ollama's"),
    });
  });
});

test.each([
  ["a reset", reset(), true],
  ["a server that is not there", unreachable(base), true],
  ["a silent server", silent(base, 3000), true],
  ["a model that stays", stillLoaded("m", 15_000), false],
  ["a proxy whose server is not there", notOllama(base, 502), true],
  ["a proxy that has no server", refusal(503, "<html>", "m", base), true],
  ["another server", notOllama(base, 500), false],
  ["a full queue", refusal(503, '{"error":"server busy"}', "m", base), false],
  ["a 502 of Ollama's own", refusal(502, '{"error":"nobody knows"}', "m", base), false],
  ["anything else", new Error("reset"), false],
])("%s may be a connection that was lost", (_, error, isLost) => {
  expect(isConnectionLost(error)).toBe(isLost);
});

test("what took too long is told in seconds", () => {
  expect(silent(base, 3000).message).toContain("did not answer within 3 s");
  expect(stillLoaded("m", 15_000).message).toContain("still holds m 15 s after");
});

describe("an address", () => {
  test.each([
    ["http://host:11434", "http://host:11434", undefined],
    ["https://host/ollama//", "https://host/ollama", undefined],
    ["http://user@host?key=1#x", "http://host", "user:"],
    ["http://:pass@host", "http://host", ":pass"],
    ["http://u%40x:p%3Ay@host", "http://host", "u@x:p:y"],
    ["http://u%:p@host", "http://host", "u%:p"],
  ])("%s is taken apart", (address, url, credentials) => {
    const parsed = parseBaseUrl(address);
    expect(parsed.url).toBe(url);
    expect(parsed.authorization).toBe(
      credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`,
    );
  });

  test.each(["ftp://host", "host:11434", ""])("%p is none", (address) => {
    expect(() => parseBaseUrl(address)).toThrow(TypeError);
  });
});

describe("the answer of a chat", () => {
  const piece = (content: string) => ({ message: { content }, done: false });
  const end = {
    done: true,
    done_reason: "length",
    message: { content: "!" },
    total_duration: 5e9,
    load_duration: 1e9,
    prompt_eval_count: 3,
    eval_count: 4,
    eval_duration: 2e9,
  };

  test("is its pieces, the last line's own included, with its figures in milliseconds", async () => {
    const heard: string[] = [];
    const result = await readChatStream(
      streamOf(piece("a"), piece(""), { message: { content: "b" } }, end),
      limits,
      (said) => heard.push(said),
    );
    expect(result).toEqual({
      text: "ab!",
      doneReason: "length",
      totalMs: 5000,
      loadMs: 1000,
      promptTokens: 3,
      outputTokens: 4,
      outputMs: 2000,
    });
    expect(heard).toEqual(["a", "b", "!"]);
  });

  test("may have as many characters as it may, and not one more", async () => {
    const of = (characters: number) =>
      readChatStream(streamOf(piece("x".repeat(characters)), { done: true }), limits, () => undefined);
    expect((await of(10)).text).toHaveLength(10);
    expect(ollamaFaultOf(await refusalOf(of(11)))?.kind).toBe("runaway");
  });

  test.each<[string, unknown[], OllamaFaultKind]>([
    ["an error in mid-stream", [piece("a"), { error: "out of memory" }], "crashed"],
    ["no end", [piece("a")], "cut_short"],
    ["a line of something else", [piece("a"), { hello: 1 }], "garbage"],
    ["figures that are none", [{ done: true, eval_count: -1 }], "garbage"],
  ])("with %s is none", async (_, lines, kind) => {
    const fault = ollamaFaultOf(await refusalOf(readChatStream(streamOf(...lines), limits, () => undefined)));
    expect(fault?.kind).toBe(kind);
  });

  test("that nobody wants any more closes its stream", async () => {
    let isClosed = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(`${JSON.stringify(piece("a"))}\n`)),
      cancel: () => {
        isClosed = true;
      },
    });
    const enough = new Error("enough");
    const stop = () => {
      throw enough;
    };
    expect(await refusalOf(readChatStream(stream, limits, stop))).toBe(enough);
    expect(isClosed).toBe(true);
  });
});

describe("the beginning of a body", () => {
  test("is as much as is wanted, and the rest is not read", async () => {
    let [pulled, isClosed] = [0, false];
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          pulled += 1;
          controller.enqueue(new TextEncoder().encode("abcd"));
        },
        cancel: () => {
          isClosed = true;
        },
      },
      { highWaterMark: 0 },
    );
    expect(await readStart(body, 8)).toBe("abcdabcd");
    expect([pulled, isClosed]).toEqual([2, true]);
    expect(await readStart(null, 8)).toBe("");
    expect(await readStart(new Blob(["abc"]).stream(), 2)).toBe("ab");
  });

  test("that breaks off is said to", async () => {
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("cut")) });
    expect(await refusalOf(readStart(body, 8))).toBeInstanceOf(StreamBrokenError);
  });
});

describe("a call", () => {
  const request: ChatRequest = {
    model: "m",
    system: "[img] s",
    prompt: "p [IMG-3]",
    image: Uint8Array.of(1, 2, 3).subarray(1),
    options: { seed: 0 },
    keepAliveSeconds: 9,
  };

  /** A client before a server that answers each path like this, and what it was asked. */
  function clientOf(
    answer: (path: string) => Response | Promise<Response>,
    options: Partial<OllamaClientOptions> = {},
  ) {
    const asked: { path: string; init: BunFetchRequestInit }[] = [];
    const client = createOllamaClient({
      baseUrl: "http://user:pass@host:1/ollama",
      fetch: async (url, init) => {
        const path = url.replace("http://host:1/ollama", "");
        asked.push({ path, init });
        return await answer(path);
      },
      ...options,
    });
    return { client, asked };
  }
  const ps = (...models: [string, string][]) =>
    Response.json({ models: models.map(([name, digest]) => ({ name, digest, size: 10, size_vram: 4 })) });

  test("asks with credentials in a header, JSON, and its own words; the picture as base64", async () => {
    const { client, asked } = clientOf(() => new Response('{"done":true}\n'));
    await client.chat(request, signal);
    const [{ path, init } = { path: "", init: {} }] = asked;
    expect([path, init.method, init.signal]).toEqual(["/api/chat", "POST", signal]);
    expect(init.headers).toEqual({ "content-type": "application/json", authorization: `Basic ${btoa("user:pass")}` });
    expect(JSON.parse(String(init.body))).toEqual({
      model: "m",
      stream: true,
      think: false,
      keep_alive: 9,
      options: { seed: 0 },
      messages: [
        { role: "system", content: "[ img] s" },
        { role: "user", content: "p [ IMG-3]", images: [Buffer.from([2, 3]).toString("base64")] },
      ],
    });
  });

  test.each([
    ["loadedModels", "/api/ps", "GET", undefined],
    ["installedModels", "/api/tags", "GET", undefined],
    ["version", "/api/version", "GET", undefined],
  ] as const)("of %s goes to %s", async (method, path, verb, body) => {
    const { client, asked } = clientOf(() => Response.json({ models: null, version: "1" }));
    expect<unknown>(await client[method](signal)).toEqual(method === "version" ? "1" : []);
    expect(asked.map((one) => [one.path, one.init.method, one.init.body])).toEqual([[path, verb, body]]);
  });

  test("tells of models what the server says, and what it leaves out as unknown", async () => {
    const models = [
      { name: "a", digest: "d", size: 10, size_vram: 4, expires_at: "2026-01-01T00:00:00Z" },
      { name: "b", size: 1, size_vram: 0, expires_at: "never" },
    ];
    const { client } = clientOf((path) =>
      Response.json({ models: path === "/api/tags" ? [{ name: "a", digest: "d", size: 10 }, { name: "b" }] : models }),
    );
    expect(await client.loadedModels(signal)).toEqual([
      { name: "a", digest: "d", sizeBytes: 10, vramBytes: 4, expiresAt: new Date("2026-01-01T00:00:00Z") },
      { name: "b", digest: "", sizeBytes: 1, vramBytes: 0, expiresAt: undefined },
    ]);
    expect(await client.installedModels(signal)).toEqual([
      { name: "a", digest: "d", sizeBytes: 10 },
      { name: "b", digest: "", sizeBytes: 0 },
    ]);
  });

  test("that looks has its own short limit; one for a page has none", async () => {
    const { client } = clientOf(() => new Promise(() => undefined), {
      managementTimeoutMs: 20,
      fetch: (_url, init) =>
        new Promise((_, reject) => init.signal?.addEventListener("abort", () => reject(init.signal?.reason))),
    });
    expect(await refusalOf(client.version(signal))).toMatchObject({
      message: expect.stringContaining("within 0.02 s"),
    });
    const gone = new Error("gone");
    const caller = new AbortController();
    const looking = refusalOf(client.version(caller.signal));
    const reading = refusalOf(client.chat(request, caller.signal));
    await Bun.sleep(5);
    caller.abort(gone);
    expect([await looking, await reading]).toEqual([gone, gone]);
  });

  test.each<[Error, OllamaFaultKind]>([
    [Object.assign(new Error("x"), { code: "ECONNRESET" }), "reset"],
    [Object.assign(new Error("x"), { code: "ConnectionRefused" }), "unreachable"],
    [new TypeError("x"), "unreachable"],
  ])("that does not get through says what the network did: %#", async (error, kind) => {
    const { client } = clientOf(() => Promise.reject(error));
    expect(ollamaFaultOf(await refusalOf(client.version(signal)))?.kind).toBe(kind);
  });

  test("of a caller who has gone is not even sent", async () => {
    const gone = new Error("gone");
    const { client, asked } = clientOf(() => new Response());
    expect(await refusalOf(client.version(AbortSignal.abort(gone)))).toBe(gone);
    expect(asked).toEqual([]);
  });

  test("for an unload says only that, and waits until the installed one is gone, as long as it may", async () => {
    let looks = 0;
    const { client, asked } = clientOf(
      (path) => {
        if (path === "/api/tags") return Response.json({ models: [{ name: "m:latest", digest: "new" }] });
        if (path === "/api/chat") return Response.json({ anything: 1 });
        looks += 1;
        return looks < 3
          ? ps(["m:latest", "new"], ["m:latest", "old"], ["other", "new"])
          : ps(["m:latest", "old"], ["other", "new"]);
      },
      { unloadPollMs: 1 },
    );
    expect(await client.unload("m", signal)).toEqual({ olderCopies: 1 });
    expect(JSON.parse(String(asked[0]?.init.body))).toEqual({ model: "m", stream: false, keep_alive: 0, messages: [] });
    expect(asked.map(({ path }) => path)).toEqual(["/api/chat", "/api/ps", "/api/tags", "/api/ps", "/api/ps"]);
    const stuck = clientOf(
      (path) => (path === "/api/ps" ? ps(["m", "new"]) : Response.json({ models: [{ name: "m", digest: "new" }] })),
      { unloadPollMs: 1, unloadTimeoutMs: 20 },
    );
    expect(await refusalOf(stuck.client.unload("m", signal))).toMatchObject({
      code: "ollama_busy",
      message: expect.stringContaining("still holds m 0.02 s"),
    });
  });

  test("for an unload has succeeded where nothing of it is loaded, whatever becomes of the list of models", async () => {
    const { client, asked } = clientOf((path) => {
      if (path === "/api/tags") return new Response("", { status: 500 });
      return path === "/api/ps" ? ps(["other", "new"]) : Response.json({});
    });
    expect(await client.unload("m", signal)).toEqual({ olderCopies: 0 });
    expect(asked.map(({ path }) => path)).toEqual(["/api/chat", "/api/ps"]);
  });

  test("for an unload of a model that is not installed looks whether it is loaded; another refusal is told", async () => {
    const gone = clientOf((path) =>
      path === "/api/chat" ? Response.json({ error: "model not found" }, { status: 404 }) : ps(),
    );
    expect(await gone.client.unload("m", signal)).toEqual({ olderCopies: 0 });
    const busy = clientOf(() => Response.json({ error: "server busy" }, { status: 503 }));
    expect(await refusalOf(busy.client.unload("m", signal))).toMatchObject({ code: "ollama_busy" });
    expect(busy.asked).toHaveLength(1);
  });
});
