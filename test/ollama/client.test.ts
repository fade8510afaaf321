import { afterEach, describe, expect, test } from "bun:test";
import type { ErrorCode } from "../../src/errors.ts";
import { SidecarError } from "../../src/errors.ts";
import { createOllamaClient, type OllamaClientOptions } from "../../src/ollama/client.ts";
import { isRunnerPoisoned, type OllamaFaultKind, ollamaFaultOf } from "../../src/ollama/faults.ts";
import type { FaultKind } from "../support/fake-ollama/faults.ts";
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

const failureOf = async (promise: Promise<unknown>): Promise<SidecarError> => {
  const error = await refusalOf(promise);
  if (error instanceof SidecarError) return error;
  throw new Error(`Not a SidecarError: ${Bun.inspect(error)}`);
};

describe("a page", () => {
  test("is asked for with these fields and no others, and answered piece by piece", async () => {
    const client = await start({ answer: () => "# อาคาร\n", pieceCount: 3 });
    const pieces: string[] = [];
    const result = await client.chat(page, never, (piece) => pieces.push(piece));
    expect(pieces.length).toBe(3);
    expect(result).toMatchObject({ text: "# อาคาร\n", doneReason: "stop" });
    expect(result.promptTokens).toBeGreaterThan(0);
    expect(result.outputTokens).toBeGreaterThan(0);
    expect(fake.pages[0]).toMatchObject({
      fields: ["model", "stream", "think", "keep_alive", "options", "messages"],
      keepAlive: 120,
      options: {},
      system: undefined,
      prompt: page.prompt,
      images: [{ sha256: new Bun.CryptoHasher("sha256").update(page.image).digest("hex"), format: "png" }],
    });
  });

  test("carries the caller's options as they are, zero included, and the system prompt", async () => {
    const client = await start();
    const options = {
      temperature: 0,
      top_p: 1,
      top_k: 40,
      repeat_penalty: 1.1,
      num_predict: 99,
      num_ctx: 8192,
      seed: 0,
    };
    await client.chat({ ...page, system: "You read drawings. {{ocr_text}}", options, keepAliveSeconds: 0 }, never);
    expect(fake.pages[0]).toMatchObject({ options, system: "You read drawings. {{ocr_text}}", keepAlive: 0 });
  });

  test("keeps the picture in its place whatever markers the caller's text holds", async () => {
    const client = await start();
    await client.chat({ ...page, system: "[img-0] [IMG]", prompt: "see [img], [[img-12]] and [imgx]" }, never);
    expect(fake.pages[0]?.system).toBe("[ img-0] [ IMG]");
    expect(fake.pages[0]?.prompt).toBe("see [ img], [[ img-12]] and [imgx]");
  });

  test("is marked as cut when num_predict ends it", async () => {
    const client = await start({ answer: () => "x".repeat(1000) });
    const result = await client.chat({ ...page, options: { num_predict: 10 } }, never);
    expect(result).toMatchObject({ doneReason: "length", outputTokens: 10 });
  });

  test("says how long the model took to load, the first time only", async () => {
    const client = await start({ loadDelayMs: 40 });
    expect((await client.chat(page, never)).loadMs).toBeGreaterThan(30);
    expect((await client.chat(page, never)).loadMs).toBe(0);
    expect(fake.coldLoads).toBe(1);
  });

  test("may be empty", async () => {
    const client = await start();
    fake.fail("empty");
    expect(await client.chat(page, never)).toMatchObject({ text: "", doneReason: "stop", outputTokens: 0 });
  });

  test("arrives whole when it drips", async () => {
    const client = await start({ answer: () => "slow but sure", dripMs: 2 });
    fake.fail("drip");
    expect((await client.chat(page, never)).text).toBe("slow but sure");
  });
});

describe("a fault of Ollama ends in its code, its kind and a sentence that says what to do", () => {
  const cases: Array<[FaultKind, ErrorCode, OllamaFaultKind, boolean, RegExp]> = [
    ["busy", "ollama_busy", "busy", true, /queue is full.*OLLAMA_MAX_QUEUE/],
    ["not-installed", "model_not_installed", "not_installed", false, /np-dms-ocr:latest is not installed.*ollama pull/],
    ["crash", "ocr_failed", "crashed", true, /runner ended.*log/],
    ["out-of-memory", "ocr_failed", "crashed", true, /5\.6 GiB are needed, 2\.1 GiB are free.*smaller model/],
    ["card-out-of-memory", "ocr_failed", "crashed", true, /The card has no memory/],
    ["template", "ocr_failed", "crashed", true, /did not fit the template/],
    ["bad-request", "ocr_failed", "rejected", false, /could not decode the picture/],
    ["context-too-small", "ocr_failed", "rejected", false, /do not fit.*num_ctx/],
    ["no-vision", "ocr_failed", "rejected", false, /cannot see pictures.*OCR_MODEL/],
    ["reset-before", "ocr_failed", "reset", true, /connection to Ollama broke/],
    ["reset", "ocr_failed", "reset", true, /connection to Ollama broke/],
    ["error-line", "ocr_failed", "crashed", true, /failed while it read the page.*log/],
    ["no-end", "ocr_failed", "cut_short", true, /repeats itself: ask again/],
    ["one-glyph", "ocr_failed", "cut_short", true, /repeats itself: ask again/],
    ["garbage", "ocr_failed", "garbage", true, /does not speak its protocol/],
    ["html", "ocr_failed", "garbage", true, /does not speak its protocol/],
  ];

  test.each(cases)("%s → %s, %s, retryable %p", async (fault, code, kind, retryable, sentence) => {
    const client = await start();
    fake.fail(fault);
    const error = await failureOf(client.chat(page, never));
    expect(error.code).toBe(code);
    expect(error.retryable).toBe(retryable);
    expect(error.message).toMatch(sentence);
    expect(ollamaFaultOf(error)?.kind).toBe(kind);
    expect(isRunnerPoisoned(error)).toBe(kind === "cut_short");
    // What a runner says of itself is for the log.
    expect(error.message).not.toMatch(/llama-|llama runner|map\[|exit status|cuda|mmproj|[{}]/i);
  });

  test("a loop is seen piece by piece and ended by the caller's own exception", async () => {
    const client = await start();
    fake.fail("loop");
    const mine = new Error("enough");
    let pieces = 0;
    const reading = client.chat(page, never, () => {
      pieces += 1;
      if (pieces === 20) throw mine;
    });
    expect(await reading.catch((error: unknown) => error)).toBe(mine);
    await until(() => fake.pages[0]?.outcome === "aborted", "the connection is closed");
  });

  test("text without end is cut off by its bound", async () => {
    const client = await start({}, { maxAnswerCharacters: 500 });
    fake.fail("loop");
    expect(ollamaFaultOf(await failureOf(client.chat(page, never)))?.kind).toBe("runaway");
  });

  test.each([
    ["in one piece", 1],
    ["in pieces", 7],
  ])("text of exactly its bound, %s, is whole, and one character more is cut off", async (_, pieceCount) => {
    let length = 500;
    const client = await start({ answer: () => "ก".repeat(length), pieceCount }, { maxAnswerCharacters: 500 });
    expect((await client.chat(page, never)).text).toHaveLength(500);
    length += 1;
    expect(ollamaFaultOf(await failureOf(client.chat(page, never)))?.kind).toBe("runaway");
  });

  test("nobody listens", async () => {
    const client = await start();
    await fake.stop();
    const error = await failureOf(client.chat(page, never));
    expect(error.code).toBe("ollama_unreachable");
    expect(error.message).toBe(`Ollama cannot be reached at ${fake.url}: start it or correct OLLAMA_API_URL.`);
    await fake.restart();
    expect((await client.chat(page, never)).text).not.toBe("");
  });

  test("no such host", async () => {
    const client = await start({}, { baseUrl: "http://no-such-host.invalid:11434" });
    expect((await failureOf(client.version(never))).code).toBe("ollama_unreachable");
  });
});

describe("an answer that is not Ollama's own", () => {
  const answered = async (response: Response) => {
    fake = await FakeOllama.start();
    return await failureOf(createOllamaClient({ baseUrl: fake.url, fetch: async () => response }).chat(page, never));
  };

  test.each<[string, number, string, ErrorCode, OllamaFaultKind, boolean]>([
    ["a redirect", 302, "", "ollama_unreachable", "not_ollama", false],
    ["a page that is not there", 404, "404 page not found", "ollama_unreachable", "not_ollama", false],
    ["a method that is not known", 405, "", "ollama_unreachable", "not_ollama", false],
    ["a proxy without its server", 502, "<h1>Bad Gateway</h1>", "ollama_unreachable", "not_ollama", true],
    ["a proxy that gave up", 504, "", "ollama_unreachable", "not_ollama", true],
    ["a proxy that finds no server", 503, "<h1>Unavailable</h1>", "ollama_unreachable", "not_ollama", true],
    ["a full queue", 503, '{"error":"server busy, please try again."}', "ollama_busy", "busy", true],
    ["too many requests", 429, "", "ollama_busy", "busy", true],
    ["a server error without a word", 500, "", "ocr_failed", "crashed", true],
    ["a client that has gone", 499, '{"error":"context canceled"}', "ocr_failed", "crashed", true],
    [
      "a type it refuses",
      500,
      '{"error":"option \\"top_k\\" must be of type integer"}',
      "ocr_failed",
      "rejected",
      false,
    ],
    ["half a line", 200, '{"message":{"content":"a"},"done":false}\n{"message":{"cont', "ocr_failed", "reset", true],
    ["an empty stream", 200, "", "ocr_failed", "cut_short", true],
    ["another JSON", 200, '{"hello":"world"}', "ocr_failed", "garbage", true],
    ["an unknown end", 200, '{"done":true,"done_reason":"load"}', "ocr_failed", "garbage", true],
    ["a line without end", 200, "x".repeat(1_048_577), "ocr_failed", "garbage", true],
  ])("%s", async (_case, status, body, code, kind, retryable) => {
    const error = await answered(new Response(body, { status }));
    expect<unknown>([error.code, ollamaFaultOf(error)?.kind, error.retryable]).toEqual([code, kind, retryable]);
  });

  test("durations that are left out are zero", async () => {
    fake = await FakeOllama.start();
    const body = '{"message":{"content":"a"},"done":false}\n{"done":true}\n';
    const client = createOllamaClient({ baseUrl: fake.url, fetch: async () => new Response(body) });
    expect(await client.chat(page, never)).toEqual({
      text: "a",
      doneReason: "stop",
      totalMs: 0,
      loadMs: 0,
      promptTokens: 0,
      outputTokens: 0,
      outputMs: 0,
    });
  });
});

test("nothing but the signal bounds a call, and no connection is kept or led elsewhere", async () => {
  fake = await FakeOllama.start();
  const inits: BunFetchRequestInit[] = [];
  const spy: OllamaClientOptions["fetch"] = (url, init) => {
    inits.push(init);
    return fetch(url, init);
  };
  await createOllamaClient({ baseUrl: `${fake.url}/`, fetch: spy }).chat(page, never);
  expect(inits[0]).toMatchObject({ timeout: false, keepalive: false, redirect: "manual" });
});
