import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SidecarError } from "../../src/errors.ts";
import { createPageCache } from "../../src/ocr/engines/page-cache.ts";
import type { PageReading } from "../../src/ocr/engines/page-engine.ts";
import { builtInTaskPrompt } from "../../src/ocr/engines/prompt.ts";
import { createSharedReadings } from "../../src/ocr/engines/shared-readings.ts";
import type { ChatRequest, ChatResult, OllamaClient } from "../../src/ollama/chat.ts";
import { parseEnv } from "../../src/service/env.ts";
import { limitsOf } from "../../src/service/limits.ts";
import { wireModelPipeline } from "../../src/service/wire-model-engine.ts";
import { wireOcr } from "../../src/service/wire-ocr.ts";
import { wireResidency } from "../../src/service/wire-residency.ts";
import { createActivityLog } from "../../src/watch/activity-log.ts";
import { Metrics } from "../../src/watch/counters.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

const { signal } = new AbortController();
const request = { systemPrompt: undefined, dmsTags: undefined, options: {} };
const page = { png: Uint8Array.of(1), widthPx: 1273, heightPx: 1800, ink: 0.05 };
const answer: ChatResult = {
  text: "# Page",
  doneReason: "stop",
  totalMs: 9000,
  loadMs: 0,
  promptTokens: 10,
  outputTokens: 20,
  outputMs: 1000,
};
const gibibyte = 1024 ** 3;

/** The model's pipeline before an Ollama that answers as it is told to, on a card of 10,000 MB. */
async function wired(
  chat: (asked: ChatRequest, within: AbortSignal) => Promise<ChatResult>,
  variables: Record<string, string> = {},
  llmMb = 0,
) {
  const parsed = parseEnv({
    OCR_SIDECAR_API_KEY: "k",
    OCR_MODEL: "np-dms-ocr",
    GPU_TOTAL_VRAM_MB: "10000",
    OCR_PAGE_ATTEMPTS: "2",
    ...variables,
  });
  if (!parsed.ok) throw new Error(parsed.problems.join(", "));
  const { env } = parsed;
  const asked: ChatRequest[] = [];
  const unloaded: string[] = [];
  const unloadSignals: AbortSignal[] = [];
  const card = { llmMb, held: Promise.resolve() };
  const ollama: OllamaClient = {
    chat: async (given, within) => {
      asked.push(given);
      return await chat(given, within);
    },
    loadedModels: async () => {
      await card.held;
      return card.llmMb === 0
        ? []
        : [
            {
              name: "llm:latest",
              digest: "1",
              sizeBytes: card.llmMb * 1_048_576,
              vramBytes: card.llmMb * 1_048_576,
              expiresAt: undefined,
            },
          ];
    },
    installedModels: async () => [
      { name: "llm:latest", digest: "1", sizeBytes: 1 },
      { name: "np-dms-ocr:latest", digest: "sha256:ocr", sizeBytes: 2000 * 1_048_576 },
    ],
    capabilities: () => Promise.reject(new Error("nobody should ask this")),
    version: async () => "0.12.6",
    unload: async (model, within) => {
      unloaded.push(model);
      unloadSignals.push(within);
      return { olderCopies: 0 };
    },
  };
  const metrics = new Metrics();
  const activity = createActivityLog({ keepMs: 60_000, maxDecisions: 99, maxRequests: 9 });
  const limits = limitsOf(env, { cpus: 2, memoryBytes: 4 * gibibyte, fileThreads: 7 });
  const shared = {
    cache: createPageCache<PageReading>({ maxBytes: 0, ttlMs: 0, bytesOf: () => 0 }),
    running: createSharedReadings<PageReading>(),
    orient: undefined,
    maxTiles: 16,
  };
  const residency = wireResidency(env, ollama, () => []);
  const { pipeline, modelResidency } = await wireModelPipeline(
    env,
    limits,
    ollama,
    residency,
    { metrics, activity },
    shared,
  );
  const told = async () => (await metrics.text()).body;
  return {
    pipeline,
    modelResidency,
    asked,
    unloaded,
    unloadSignals,
    activity,
    told,
    card,
    shared,
    env,
    limits,
    ollama,
    residency,
  };
}

describe("the model's pipeline", () => {
  test("asks the configured model, under its version, with the built-in instruction, to stay for the window", async () => {
    const { pipeline, asked, shared } = await wired(async () => answer, { OCR_RESIDENCY_WINDOW_SECONDS: "33" });
    await pipeline.engine.read(page, request, signal);
    expect(asked).toMatchObject([{ model: "np-dms-ocr", keepAliveSeconds: 33 }]);
    expect(asked[0]?.prompt).toStartWith(builtInTaskPrompt);
    expect(await pipeline.engine.version(signal)).toBe("sha256:ocr");
    expect(pipeline).toMatchObject(shared);
  });

  test("takes the operator's instruction where there is one, and does not begin with an empty one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "prompts-"));
    const file = join(folder, "task.txt");
    await Bun.write(file, "Read slowly.\n");
    const { pipeline, asked } = await wired(async () => answer, { OCR_TASK_PROMPT_FILE: file });
    await pipeline.engine.read(page, request, signal);
    expect(asked[0]?.prompt).toStartWith("Read slowly.\n\nDocument Fields:");
    for (const wrong of [join(folder, "nowhere.txt"), file]) {
      await Bun.write(file, " \n");
      const refusal = refusalOf(wired(async () => answer, { OCR_TASK_PROMPT_FILE: wrong }));
      expect(await refusal).toMatchObject({ message: expect.stringContaining("OCR_TASK_PROMPT_FILE holds") });
    }
    await rm(folder, { recursive: true });
  });

  test("asks as often as the operator lets it, and counts why", async () => {
    const { pipeline, asked, told } = await wired(async () => ({ ...answer, text: "" }), { OCR_PAGE_ATTEMPTS: "3" });
    expect((await pipeline.engine.read(page, request, signal)).warnings.join()).toContain("asked 3 times");
    expect(asked).toHaveLength(3);
    expect(await told()).toContain('sidecar_page_retries_total{cause="empty"} 2\n');
  });

  test("gives a page the operator's time", async () => {
    const silent = (_asked: ChatRequest, within: AbortSignal) =>
      new Promise<ChatResult>((_, reject) => within.addEventListener("abort", () => reject(within.reason)));
    const { pipeline } = await wired(silent, { OCR_TIMEOUT: "0.1" });
    expect(await refusalOf(pipeline.engine.read(page, request, signal))).toMatchObject({
      code: "page_timeout",
      message: expect.stringContaining("within 0.1 s"),
    });
  });

  test("tells of answers, and of a load that was cold, when it had begun", async () => {
    const { pipeline, told, activity } = await wired(async () => ({ ...answer, loadMs: 1000 }));
    await pipeline.engine.read(page, request, signal);
    const nowMs = Date.now();
    expect(await told()).toContain("sidecar_model_cold_loads_total 1\n");
    const [decision] = activity.decisions();
    expect(decision).toMatchObject({ subject: "ocr-model", action: "loaded", reason: "a page needed it", ms: 1000 });
    // The load was over 8 s before the answer was.
    expect(Math.abs(nowMs - 8000 - (decision?.atMs ?? 0))).toBeLessThan(2000);
    const warm = await wired(async () => ({ ...answer, loadMs: 999 }));
    await warm.pipeline.engine.read(page, request, signal);
    expect(warm.activity.decisions()).toEqual([]);
  });

  test("tells that a runner was unloaded because it answered garbage", async () => {
    const { pipeline, unloaded, activity } = await wired(async () => ({ ...answer, text: "@".repeat(60) }), {
      OCR_PAGE_ATTEMPTS: "1",
    });
    await refusalOf(pipeline.engine.read(page, request, signal));
    expect(unloaded).toEqual(["np-dms-ocr"]);
    expect(activity.decisions()).toMatchObject([{ action: "unloaded", reason: "its runner answered garbage" }]);
  });

  test.each([
    ["sufficient", 0, [], "kept", "headroom-sufficient"],
    ["not", 8000, ["np-dms-ocr"], "unloaded", "high-pressure"],
  ] as const)("unloads the model or lets it stay when its queue has run empty, as room is %s", async (...row) => {
    const [, llmMb, unloadedModels, action, reason] = row;
    const { pipeline, unloaded, activity, told } = await wired(async () => answer, {}, llmMb);
    const document = pipeline.queue.admit(1);
    await pipeline.engine.read(page, request, signal);
    document.close(false);
    await until(() => activity.decisions().length === 1);
    expect(unloaded).toEqual([...unloadedModels]);
    expect(activity.decisions()).toMatchObject([{ subject: "ocr-model", action, reason }]);
    expect(await told()).toContain(`sidecar_residency_decisions_total{reason="${reason}",moment="idle"} 1\n`);
  });

  test("does not decide under a document that came meanwhile, and waits for a caller who gave up", async () => {
    const { pipeline, activity, unloaded } = await wired(async () => answer, {}, 8000);
    const first = pipeline.queue.admit(1);
    await pipeline.engine.read(page, request, signal);
    first.close(true);
    await Bun.sleep(30);
    expect(activity.decisions()).toEqual([]);
    pipeline.queue.admit(1).close(false);
    await until(() => unloaded.length === 1);
  });

  test("lets the model stay for a document that comes while the decision is made", async () => {
    const { pipeline, unloaded, card } = await wired(async () => answer, {}, 8000);
    const reading = Promise.withResolvers<void>();
    const first = pipeline.queue.admit(1);
    await pipeline.engine.read(page, request, signal);
    card.held = reading.promise;
    first.close(false);
    const next = pipeline.queue.admit(1);
    reading.resolve();
    await Bun.sleep(20);
    expect(unloaded).toEqual([]);
    next.close(false);
    await until(() => unloaded.length === 1);
  });

  test("defers a cold load that would push the LLM out for as long as the operator wants, and says so", async () => {
    const { pipeline } = await wired(async () => answer, { OCR_DEFER_SECONDS: "0.05" }, 7000);
    // 7,000 MB and 1.6 times 2,000 MB are more than the card has.
    expect((await pipeline.engine.read(page, request, signal)).notes).toEqual([
      expect.stringMatching(/^deferred \d\.\d s for room beside the LLM, in vain$/),
    ]);
    const fits = await wired(async () => answer, { OCR_DEFER_SECONDS: "5" }, 6700);
    expect(await fits.pipeline.engine.read(page, request, signal)).not.toHaveProperty("notes");
    const never = await wired(async () => answer, {}, 7000);
    expect(await never.pipeline.engine.read(page, request, signal)).not.toHaveProperty("notes");
  });

  test("lets in as much as the operator says, and tells how long a page waited", async () => {
    const { pipeline, told } = await wired(async () => answer, {
      OCR_QUEUE_LIMIT: "2",
      OCR_QUEUE_MAX_MB: "1",
      OCR_CONCURRENCY: "3",
    });
    const { queue } = pipeline;
    const first = queue.admit(1_048_576);
    expect(() => queue.admit(1)).toThrow("1048576 bytes");
    first.close(false);
    const [one, two] = [queue.admit(1), queue.admit(1)];
    expect(() => queue.admit(1)).toThrow("2 documents");
    const never = new Promise<void>(() => undefined);
    const job = {
      prepare: async () => undefined,
      join: () => undefined,
      start: () => ({ result: never, slot: never }),
    };
    for (let count = 0; count < 4; count += 1) void one.add(job, signal);
    await until(() => queue.status().runningPages === 3);
    expect(await told()).toContain("sidecar_queue_wait_seconds_count 3\n");
    two.close(false);
  });
});

describe("the engines of the service", () => {
  const ocrOf = async (variables: Record<string, string> = {}) => {
    const parts = await wired(async () => answer, variables);
    const watching = { metrics: new Metrics(), activity: parts.activity };
    const ocr = await wireOcr(parts.env, parts.limits, parts.ollama, parts.residency, watching);
    return { ...parts, ocr, watching };
  };

  test("are the model and the embedded one, which share what was read and take the other's place where that is wanted", async () => {
    const { ocr } = await ocrOf({ OCR_MAX_TILES: "7", OCR_AUTO_ROTATE: "false" });
    const { primary, embedded, fallback } = ocr.pipelines;
    expect([primary.engine.name, embedded.engine.name, fallback]).toEqual(["np-dms-ocr", "tesseract", undefined]);
    expect(primary.cache).toBe(embedded.cache);
    expect(primary.running).toBe(embedded.running);
    expect([primary.maxTiles, embedded.maxTiles, primary.orient, embedded.orient]).toEqual([
      7,
      7,
      undefined,
      undefined,
    ]);
    await ocr.close(signal);
    const other = await ocrOf({ OCR_FALLBACK_ENGINE: "tesseract" });
    expect(other.ocr.pipelines.fallback).toBe(other.ocr.pipelines.embedded);
    expect(other.ocr.pipelines.primary.orient).toBeFunction();
    await other.ocr.close(signal);
  });

  test("keep finished pages by what their text and warnings take, and who gives no instructions gets no cut one", async () => {
    const { ocr } = await ocrOf({ OCR_PAGE_CACHE_MB: "1" });
    const { cache } = ocr.pipelines.primary;
    const key = (page: string) => ({ page, instructions: "q", bare: false, caller: "me" });
    const reading = {
      text: "x".repeat(100),
      attempts: 1,
      truncated: true,
      warnings: ["a".repeat(30), "b"],
      readEmpty: false,
    };
    cache.keep(key("a"), reading, ["me"]);
    expect(cache.status()).toEqual({ pages: 1, bytes: 2 * 131 + 200 + "a|q".length });
    expect(cache.find({ ...key("a"), instructions: "bare", bare: true })).toBeUndefined();
    cache.keep(key("b"), { ...reading, truncated: false }, ["me"]);
    expect(cache.find({ ...key("b"), instructions: "bare", bare: true })?.otherInstructions).toBe(true);
    cache.keep(key("c"), { ...reading, text: "x".repeat(524_288) }, ["me"]);
    expect(cache.find(key("c"))).toBeUndefined();
    await ocr.close(signal);
  });

  test.each([
    ["client_gone", true],
    ["document_timeout", false],
  ] as const)("let a reading of a caller who left with %s go on for a moment: %p", async (code, lingers) => {
    const { ocr } = await ocrOf();
    const caller = new AbortController();
    let given: AbortSignal | undefined;
    const reading = ocr.pipelines.primary.running.begin(
      { page: "a", instructions: "", bare: true, caller: "me" },
      (work) => {
        given = work;
        return new Promise((_, reject) => work.addEventListener("abort", () => reject(work.reason)));
      },
      caller.signal,
    );
    const outcome = Promise.allSettled([reading.result]);
    caller.abort(new SidecarError(code, "It is over."));
    await outcome;
    expect(given?.aborted).toBe(!lingers);
    await reading.settled;
    expect(given?.aborted).toBe(true);
    await ocr.close(signal);
  });

  test("give the card back when the service stops, within the time that is left", async () => {
    const { ocr, unloaded, unloadSignals } = await ocrOf();
    await ocr.pipelines.primary.engine.read(page, request, signal);
    const limit = new AbortController();
    await ocr.close(limit.signal);
    expect(unloaded).toEqual(["np-dms-ocr"]);
    expect(unloadSignals[0]?.aborted).toBe(false);
    limit.abort();
    expect(unloadSignals[0]?.aborted).toBe(true);
  });
});
