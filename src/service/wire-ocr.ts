import { availableParallelism } from "node:os";
import { getLogger } from "@logtape/logtape";
import { SidecarError } from "../errors.ts";
import type { EnginePipelines } from "../ocr/engines/admission.ts";
import { createEmbeddedEngine, createOrient } from "../ocr/engines/embedded-engine.ts";
import type { EnginePipeline } from "../ocr/engines/engine-pipeline.ts";
import { createPageCache } from "../ocr/engines/page-cache.ts";
import type { PageReading } from "../ocr/engines/page-engine.ts";
import { createSharedReadings } from "../ocr/engines/shared-readings.ts";
import { createPageQueue } from "../ocr/queue/page-queue.ts";
import type { OllamaClient } from "../ollama/chat.ts";
import { createTesseractEngine, type TesseractEngine } from "../tesseract/engine.ts";
import type { Metrics } from "../watch/counters.ts";
import type { Env } from "./env-schema.ts";
import { type SharedPipelineParts, wireModelPipeline } from "./wire-model-engine.ts";
import type { Residency } from "./wire-residency.ts";

const log = getLogger(["sidecar"]);
const mebibyte = 1024 * 1024;
const pageCacheTtlMs = 30 * 60 * 1000;

/** The contract gives a call whose caller has gone one second. */
const abandonedPageMs = 400;

/** The embedded engine reads a page in seconds; after this time it will not. */
const longestEmbeddedPageMs = 120_000;
const longestEmbeddedWaitMs = 300_000;
const embeddedIdleMs = 60_000;

/** The engines of the service, with whatever stands around them. */
export interface Ocr {
  pipelines: EnginePipelines;
  tesseract: TesseractEngine;
  /** Gives the card back and ends the processes; `signal` bounds the unload. */
  close(signal: AbortSignal): Promise<void>;
}

/**
 * Makes the engines: the model where Ollama is configured, else the embedded one, which is also the fallback where
 * the operator wants one. Processes of the embedded engine start when the first page needs them.
 *
 * @throws Error when the task prompt file cannot be read
 */
export async function wireOcr(
  env: Env,
  ollama: OllamaClient | undefined,
  residency: Residency,
  metrics: Metrics,
): Promise<Ocr> {
  const processes = env.TESSERACT_WORKERS || Math.max(1, Math.min(4, availableParallelism() - 1));
  const tesseract = createTesseractEngine({
    processes,
    queueLimit: 256,
    maxWaitMs: longestEmbeddedWaitMs,
    pageTimeoutMs: Math.min(env.OCR_TIMEOUT * 1000, longestEmbeddedPageMs),
    idleMs: embeddedIdleMs,
    recyclePages: 200,
    maxHeapBytes: 512 * mebibyte,
    maxMemoryBytes: 1024 * mebibyte,
    maxPixels: 4_000_000,
  });
  const shared: SharedPipelineParts = {
    cache: createPageCache<PageReading>({
      maxBytes: env.OCR_PAGE_CACHE_MB * mebibyte,
      ttlMs: pageCacheTtlMs,
      isWhole: ({ truncated }) => !truncated,
      bytesOf: ({ text, warnings }) => 2 * (text.length + warnings.join("").length) + 200,
    }),
    running: createSharedReadings(lingerMs),
    orient: env.OCR_AUTO_ROTATE ? createOrient(tesseract) : undefined,
  };
  const embedded: EnginePipeline = {
    ...shared,
    engine: createEmbeddedEngine(tesseract),
    queue: createPageQueue({
      concurrency: processes,
      documentLimit: env.OCR_QUEUE_LIMIT,
      maxBytes: env.OCR_QUEUE_MAX_MB * mebibyte,
      onTurn: (waitedMs) => metrics.turn(waitedMs),
    }),
  };
  if (ollama === undefined) {
    log.warning("OLLAMA_API_URL is not set: the embedded engine reads the pages, which is no match for the OCR model");
    return { pipelines: { primary: embedded, fallback: undefined }, tesseract, close: () => tesseract.close() };
  }
  const { pipeline, modelResidency } = await wireModelPipeline(env, ollama, residency, metrics, shared);
  return {
    pipelines: { primary: pipeline, fallback: env.OCR_FALLBACK_ENGINE === "tesseract" ? embedded : undefined },
    tesseract,
    close: async (signal) => {
      await modelResidency.close(signal);
      await tesseract.close();
    },
  };
}

const lingerMs = (reason: unknown) =>
  reason instanceof SidecarError && reason.code === "client_gone" ? abandonedPageMs : 0;
