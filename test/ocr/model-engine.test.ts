import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import { createModelEngine, type ModelEngineOptions } from "../../src/ocr/engines/model-engine.ts";
import { buildPrompt } from "../../src/ocr/engines/prompt.ts";
import type { ChatOptions, ChatRequest, ChatResult, OllamaClient } from "../../src/ollama/chat.ts";
import { reset } from "../../src/ollama/faults.ts";
import { refusalOf } from "../support/refusal-of.ts";

const { signal } = new AbortController();
const request = { systemPrompt: undefined, dmsTags: undefined, options: {} };
const page = { png: Uint8Array.of(1), widthPx: 1273, heightPx: 1800, ink: 0.05 };
const answer: ChatResult = {
  text: "# Page",
  doneReason: "stop",
  totalMs: 1,
  loadMs: 0,
  promptTokens: 1,
  outputTokens: 1,
  outputMs: 1,
};

const unexpected = () => Promise.reject(new Error("nobody should ask this"));

function engineOf(
  chat: OllamaClient["chat"],
  options: Partial<ModelEngineOptions> = {},
  version: OllamaClient["version"] = unexpected,
) {
  const ollama: OllamaClient = {
    chat,
    loadedModels: unexpected,
    installedModels: unexpected,
    unload: unexpected,
    capabilities: unexpected,
    version,
  };
  return createModelEngine({
    ollama,
    model: "np-dms-ocr:latest",
    taskPrompt: "Read the page.",
    maxAttempts: 2,
    pageTimeoutMs: 60_000,
    keepAliveSeconds: 120,
    onUse: () => undefined,
    ...options,
  });
}

describe("the model as an engine", () => {
  test("has the same instructions for the same parameters in whatever order, and others for others", () => {
    const engine = engineOf(unexpected);
    const instructions = (options: ChatOptions) => engine.instructions({ ...request, options });
    const wanted = instructions({ temperature: 0, top_p: 0.5 });
    expect(instructions({ top_p: 0.5, temperature: 0 })).toBe(wanted);
    expect(instructions({ top_p: 0, temperature: 0.5 })).not.toBe(wanted);
    expect(instructions({ top_p: 0.5 })).not.toBe(wanted);
  });

  test("reads a page that waited for room longer than a page may take", async () => {
    const engine = engineOf(
      async (_, within) => {
        within.throwIfAborted();
        return answer;
      },
      {
        pageTimeoutMs: 50,
        awaitRoom: async () => {
          await Bun.sleep(100);
          return "deferred";
        },
      },
    );
    expect(await engine.read(page, request, signal)).toMatchObject({ text: "# Page", notes: ["deferred"] });
  });

  test("gives a page its whole time behind a picture that is still encoded for a caller who has gone", async () => {
    const engine = engineOf(
      async (_, within) => {
        await Bun.sleep(100);
        within.throwIfAborted();
        return answer;
      },
      { pageTimeoutMs: 50 },
    );
    await expect(engine.read(page, request, signal)).rejects.toMatchObject({ code: "page_timeout" });
    expect(engine.lingeringMs?.()).toBeGreaterThan(1000);
    expect(await engine.read(page, request, signal)).toMatchObject({ text: "# Page" });
  });

  test("knows that nothing is encoded for nobody once an answer has begun, and how long it takes at most by what it saw", async () => {
    const caller = new AbortController();
    const writing = engineOf(async (_, within, onPiece) => {
      onPiece?.("# P");
      caller.abort(new Error("gone"));
      throw within.reason;
    });
    await refusalOf(writing.read(page, request, caller.signal));
    expect(writing.lingeringMs?.()).toBe(0);

    const leaving = new AbortController();
    let asked = 0;
    const seen = engineOf(async (_, within, onPiece) => {
      asked += 1;
      if (asked === 2) {
        leaving.abort(new Error("gone"));
        throw within.reason;
      }
      onPiece?.("# Page");
      return answer;
    });
    await seen.read(page, request, signal);
    await refusalOf(seen.read(page, request, leaving.signal));
    // Eight seconds where no answer has shown it.
    expect(seen.lingeringMs?.()).toBeLessThan(4000);
  });

  test("asks nothing again for a document that another page has ended", async () => {
    const stop = new AbortController();
    const retries: string[] = [];
    const reason = new SidecarError("ocr_failed", "Page 1 could not be read.", { retryable: true });
    const engine = engineOf(
      async (_, within) => {
        stop.abort(reason);
        throw within.reason;
      },
      { onRetry: (cause) => retries.push(cause) },
    );
    expect(await refusalOf(engine.read(page, request, stop.signal))).toBe(reason);
    expect(retries).toEqual([]);
  });

  test("asks a busy server again no sooner than a second later", async () => {
    const askedAtMs: number[] = [];
    const engine = engineOf(async () => {
      askedAtMs.push(performance.now());
      if (askedAtMs.length === 1) throw new SidecarError("ollama_busy", "Ollama is busy.");
      return answer;
    });
    expect(await engine.read(page, request, signal)).toMatchObject({ text: "# Page", attempts: 2 });
    const [first = 0, second = 0] = askedAtMs;
    // A timer may be early by the fraction of a millisecond.
    expect(second - first).toBeGreaterThan(999);
  });

  test("asks again where a connection broke though the server stayed, as often as a page may be asked for", async () => {
    let asked = 0;
    const retries: string[] = [];
    const engine = engineOf(
      async () => {
        asked += 1;
        if (asked < 3) throw reset();
        return answer;
      },
      { onRetry: (cause) => retries.push(cause) },
      async () => "0.12.6",
    );
    await expect(engine.read(page, request, signal)).rejects.toMatchObject({ code: "ocr_failed" });
    expect(asked).toBe(2);
    // The second broken connection was the end of the page.
    expect(retries).toEqual(["error"]);
    expect(await engine.read(page, request, signal)).toMatchObject({ text: "# Page", attempts: 1 });
  });
});

/** An answer, or a fault, for each call in turn; the last one for all that follow. */
function answering(...answers: readonly (Partial<ChatResult> | Error)[]) {
  const calls: { asked: ChatRequest; signal: AbortSignal }[] = [];
  const chat: OllamaClient["chat"] = async (asked, given, onPiece) => {
    const next = answers[Math.min(calls.length, answers.length - 1)];
    calls.push({ asked, signal: given });
    if (next instanceof Error) throw next;
    const result = { ...answer, ...next };
    for (const piece of result.text.match(/[\s\S]{1,40}/g) ?? []) onPiece?.(piece);
    return result;
  };
  return { chat, calls };
}

/** The engine, and whatever it tells those around it. */
function watched(
  chat: OllamaClient["chat"],
  options: Partial<ModelEngineOptions> = {},
  unload?: OllamaClient["unload"],
) {
  const told: string[] = [];
  const ollama: OllamaClient = {
    chat,
    loadedModels: unexpected,
    installedModels: async () => [
      { name: "llm:latest", digest: "sha256:llm", sizeBytes: 1 },
      { name: "np-dms-ocr:latest", digest: "sha256:ocr", sizeBytes: 2 },
    ],
    unload:
      unload ??
      (async (model) => {
        told.push(`unload ${model}`);
        return { olderCopies: 0 };
      }),
    capabilities: unexpected,
    version: unexpected,
  };
  const engine = createModelEngine({
    ollama,
    model: "NP-DMS-OCR",
    taskPrompt: "Read the page.",
    maxAttempts: 2,
    pageTimeoutMs: 60_000,
    keepAliveSeconds: 77,
    onUse: () => told.push("use"),
    onAnswer: ({ text }) => told.push(`answer ${text.slice(0, 10)}`),
    onRetry: (cause) => told.push(`retry ${cause}`),
    onRunnerUnloaded: () => told.push("runner unloaded"),
    ...options,
  });
  return { engine, told };
}

describe("what the model is asked", () => {
  test("is the picture, the caller's own words and parameters, and to stay loaded", async () => {
    const { chat, calls } = answering({});
    const { engine } = watched(chat);
    const asked = { systemPrompt: "Be exact.", dmsTags: ["subject"], options: { temperature: 0.2, num_ctx: 9000 } };
    await engine.read(page, asked, signal);
    expect(calls.map((call) => call.asked)).toEqual([
      {
        model: "NP-DMS-OCR",
        system: "Be exact.",
        prompt: buildPrompt("Read the page.", asked),
        image: page.png,
        options: asked.options,
        keepAliveSeconds: 77,
      },
    ]);
  });

  test("decides what instructions are the same: the prompt, the tags, the system prompt", () => {
    const { engine } = watched(unexpected);
    const all = [
      request,
      { ...request, systemPrompt: "Be exact." },
      { ...request, dmsTags: ["subject"] },
      { ...request, options: { seed: 1 } },
      { ...request, withoutTags: true },
    ].map((asked) => engine.instructions(asked));
    expect(new Set(all).size).toBe(all.length);
    expect(createModelEngineWith("Another prompt.").instructions(request)).not.toBe(all[0]);
  });

  test("is the version that is installed under the name, in whatever spelling", async () => {
    expect(await watched(unexpected).engine.version(signal)).toBe("sha256:ocr");
    expect(await refusalOf(watched(unexpected, { model: "other" }).engine.version(signal))).toMatchObject({
      code: "model_not_installed",
      message: expect.stringContaining("other"),
    });
  });
});

const createModelEngineWith = (taskPrompt: string) => watched(unexpected, { taskPrompt }).engine;

describe("what becomes of an answer", () => {
  test("is told to those around, and to who listens, attempt by attempt", async () => {
    const { chat } = answering({ text: "" }, { text: "# Page" });
    const { engine, told } = watched(chat);
    const heard: string[] = [];
    const reading = await engine.read(page, request, signal, {
      onAttempt: () => heard.push("attempt"),
      onPiece: (attempt, piece) => heard.push(`${attempt} ${piece}`),
    });
    expect(reading).toEqual({ text: "# Page", attempts: 2, truncated: false, warnings: [], readEmpty: false });
    expect(told).toEqual(["use", "answer ", "retry empty", "use", "answer # Page"]);
    expect(heard).toEqual(["attempt", "attempt", "2 # Page"]);
  });

  test("is cleaned and unwrapped, and what was taken off is said", async () => {
    const { engine } = watched(answering({ text: '{"natural_text": "# Page \\n\\n\\n\\n\\nText"}' }).chat);
    expect(await engine.read(page, request, signal)).toMatchObject({
      text: "# Page\n\nText",
      warnings: ["the model answered in JSON; its natural_text was taken"],
    });
    const fenced = watched(answering({ text: "```markdown\n# Page\n```" }).chat);
    expect(await fenced.engine.read(page, request, signal)).toMatchObject({
      text: "# Page",
      warnings: ["the model wrapped the page in a code fence; it was taken off"],
    });
  });

  test("that was cut is kept and marked", async () => {
    const { engine } = watched(answering({ doneReason: "length" }).chat);
    expect(await engine.read(page, request, signal)).toMatchObject({ text: "# Page", truncated: true });
  });

  test("of one glyph behind many blanks, which only its end shows, has the model loaded anew", async () => {
    const { chat } = answering({ text: `${"\n".repeat(30)}${"@".repeat(24)}` }, {});
    const { engine, told } = watched(chat);
    expect(await engine.read(page, request, signal)).toMatchObject({ text: "# Page", attempts: 2 });
    expect(told).toEqual([
      "use",
      `answer ${"\n".repeat(10)}`,
      "unload NP-DMS-OCR",
      "runner unloaded",
      "retry repetition",
      "use",
      "answer # Page",
    ]);
  });

  test("that goes round and round is broken off, and neither told nor kept", async () => {
    const { chat, calls } = answering({ text: "The contractor shall provide. ".repeat(200) });
    const { engine, told } = watched(chat);
    let heard = "";
    const refusal = refusalOf(
      engine.read(page, request, signal, {
        onPiece: (_attempt, piece) => {
          heard += piece;
        },
      }),
    );
    expect(await refusal).toMatchObject({ code: "ocr_failed", message: expect.stringContaining("asked 2 times") });
    expect(calls).toHaveLength(2);
    expect(told).toEqual(["use", "retry repetition", "use"]);
    expect(heard.length).toBeLessThan(2 * 3000);
  });

  test("of a runner that stays poisoned has it unloaded for the next page, and fails with its own fault", async () => {
    const { chat } = answering({ text: "@".repeat(60) });
    const { engine, told } = watched(chat, { maxAttempts: 1 });
    expect(await refusalOf(engine.read(page, request, signal))).toMatchObject({
      message: expect.stringContaining("is loaded anew for the next page"),
    });
    expect(told).toEqual(["use", "unload NP-DMS-OCR", "runner unloaded"]);
    const stuck = watched(chat, { maxAttempts: 1 }, () => Promise.reject(new Error("still loaded")));
    expect(await refusalOf(stuck.engine.read(page, request, signal))).toMatchObject({ code: "ocr_failed" });
    expect(stuck.told).toEqual(["use"]);
  });

  test("of a runner that cannot be unloaded is that fault, where the page was to be asked for again", async () => {
    const fault = new SidecarError("ollama_busy", "Ollama still holds the model.");
    const { engine, told } = watched(answering({ text: "@".repeat(60) }).chat, {}, () => Promise.reject(fault));
    expect(await refusalOf(engine.read(page, request, signal))).toBe(fault);
    expect(told).not.toContain("runner unloaded");
  });

  test("that is no fault of the server's is not taken for one", async () => {
    const surprise = new TypeError("a mistake in the program");
    const { engine, told } = watched(answering(surprise).chat);
    expect(await refusalOf(engine.read(page, request, signal))).toBe(surprise);
    expect(told).toEqual(["use"]);
  });
});

describe("the time of a page", () => {
  const silent: OllamaClient["chat"] = (_, given) =>
    new Promise((_resolve, reject) => given.addEventListener("abort", () => reject(given.reason)));

  test("ends the call, and says in seconds what it was", async () => {
    const { engine } = watched(silent, { pageTimeoutMs: 30 });
    expect(await refusalOf(engine.read(page, request, signal))).toMatchObject({
      code: "page_timeout",
      message: expect.stringContaining("within 0.03 s"),
    });
  });

  test("is over for the caller who leaves, with his reason, and the server is then known to encode for nobody", async () => {
    const caller = new AbortController();
    const { engine } = watched(silent);
    const reason = new SidecarError("client_gone", "Gone.");
    const refusal = refusalOf(engine.read(page, request, caller.signal));
    await Bun.sleep(1);
    caller.abort(reason);
    expect(await refusal).toBe(reason);
    expect(engine.lingeringMs?.()).toBeGreaterThan(0);
  });

  test("leaves no timer behind a page that is read", async () => {
    const given: AbortSignal[] = [];
    const { chat } = answering({});
    const { engine } = watched(
      (asked, within, onPiece) => {
        given.push(within);
        return chat(asked, within, onPiece);
      },
      { pageTimeoutMs: 20 },
    );
    await engine.read(page, request, signal);
    await Bun.sleep(40);
    expect(given.map(({ aborted }) => aborted)).toEqual([false]);
  });

  test("is not begun for a caller who leaves while room is waited for", async () => {
    const caller = new AbortController();
    const reason = new Error("gone");
    const { engine, told } = watched(unexpected, {
      awaitRoom: (given) => new Promise((_, reject) => given.addEventListener("abort", () => reject(given.reason))),
    });
    const refusal = refusalOf(engine.read(page, request, caller.signal));
    caller.abort(reason);
    expect(await refusal).toBe(reason);
    expect(told).toEqual([]);
  });

  test.each(["unload", "version"] as const)("bounds what comes before another attempt too: %s", async (what) => {
    const waiting = (given: AbortSignal) =>
      new Promise<never>((_, reject) => given.addEventListener("abort", () => reject(given.reason)));
    const { chat } = what === "unload" ? answering({ text: "@".repeat(60) }) : answering(reset());
    const engine =
      what === "unload"
        ? watched(chat, { pageTimeoutMs: 30 }, (_model, given) => waiting(given)).engine
        : engineOf(chat, { pageTimeoutMs: 400 }, waiting);
    expect(await refusalOf(engine.read(page, request, signal))).toMatchObject({ code: "page_timeout" });
  });

  test("bounds the pause before a busy server too", async () => {
    const busy = new SidecarError("ollama_busy", "Ollama is busy.");
    const { engine } = watched(answering(busy).chat, { pageTimeoutMs: 30 });
    expect(await refusalOf(engine.read(page, request, signal))).toMatchObject({ code: "page_timeout" });
  });
});
