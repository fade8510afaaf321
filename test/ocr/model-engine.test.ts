import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import { createModelEngine, type ModelEngineOptions } from "../../src/ocr/engines/model-engine.ts";
import type { ChatOptions, ChatResult, OllamaClient } from "../../src/ollama/chat.ts";
import { reset } from "../../src/ollama/faults.ts";

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
    const engine = engineOf(
      async () => {
        asked += 1;
        if (asked < 3) throw reset();
        return answer;
      },
      {},
      async () => "0.12.6",
    );
    await expect(engine.read(page, request, signal)).rejects.toMatchObject({ code: "ocr_failed" });
    expect(asked).toBe(2);
    expect(await engine.read(page, request, signal)).toMatchObject({ text: "# Page", attempts: 1 });
  });
});
