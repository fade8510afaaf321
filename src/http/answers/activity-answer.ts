import { z } from "@hono/zod-openapi";
import { errorCodes } from "../../errors.ts";

const atMs = z.int().openapi({ description: "milliseconds since 1970", example: 1795780800000 });
const megabytes = z.int().openapi({ description: "MB of 1,048,576 bytes" });
const count = z.int();

const vram = z.discriminatedUnion("known", [
  z.object({
    known: z.literal(true),
    totalMb: megabytes,
    freeMb: megabytes,
    llmMb: megabytes.openapi({ description: "Ollama's models other than the OCR model" }),
    ocrModelMb: megabytes,
    retrievalMb: megabytes.openapi({ description: "the service's own processes on the card" }),
    otherMb: megabytes.nullable().openapi({
      description: "other processes, and what drivers and runners take beside models; null without nvidia-smi",
    }),
  }),
  z.object({ known: z.literal(false), why: z.string() }),
]);

const state = z.enum(["ready", "loading", "failed"]);

/** What the service did lately, and what it is doing. */
export const activityAnswer = z
  .object({
    nowMs: atMs,
    sampleSeconds: z.number(),
    keepSeconds: z.number(),
    samples: z.array(
      z.object({ atMs, vram, queue: z.object({ documents: count, waitingPages: count, runningPages: count }) }),
    ),
    decisions: z.array(
      z.object({
        atMs,
        subject: z.enum(["ocr-model", "embedder", "reranker"]),
        action: z.enum(["loaded", "kept", "unloaded", "unload-failed", "gpu-starting", "gpu-ready", "gpu-left"]),
        reason: z.string(),
        ms: count.optional().openapi({ description: "how long a load took" }),
      }),
    ),
    requests: z.array(
      z.object({
        atMs,
        method: z.string(),
        route: z.string(),
        status: z.int(),
        code: z.enum(errorCodes).optional(),
        ms: count,
        pages: z.record(z.string(), count).optional().openapi({ description: "finished pages by their source" }),
        queueMs: count.optional().openapi({ description: "how long its first page waited for its turn" }),
      }),
    ),
    wholeSinceMs: z.object({ decisions: atMs, requests: atMs }).openapi({
      description: "from when on each list is whole: older entries were too many, or the service was not there",
    }),
    queue: z.object({
      documentLimit: count,
      maxBytes: count,
      heldBytes: count,
      waitingPages: count,
      runningPages: count,
      documents: z.array(z.object({ waitingPages: count, runningPages: count, bytes: count, sinceMs: atMs })),
    }),
    processes: z.object({
      pdf: z.object({
        processes: count,
        ready: count,
        busy: count,
        queued: count,
        replaced: count,
        recycled: count,
        abandoned: count,
      }),
      embedder: z.string(),
      reranker: z.string(),
    }),
    models: z.array(
      z.object({
        role: z.enum(["ocr", "embedder", "reranker", "other"]),
        name: z.string(),
        state,
        device: z.enum(["cpu", "cuda"]).optional(),
        loaded: z.boolean().optional().openapi({ description: "at Ollama; absent while that is unknown" }),
        sizeMb: megabytes.optional(),
        vramMb: megabytes.optional(),
        reason: z.string().optional(),
      }),
    ),
    ready: z
      .object({ ocr: z.boolean().nullable(), retrieval: z.boolean().nullable() })
      .openapi({ description: "what /ready would say; null while that is unknown" }),
    components: z
      .record(z.string(), z.object({ state, reason: z.string().optional(), version: z.string().optional() }))
      .openapi({ description: "the table of /ready: reason says what is wrong and what to do" }),
  })
  .openapi("Activity");

export type ActivityAnswer = z.infer<typeof activityAnswer>;

const exampleMs = 1795780800000;

export const activityExample: ActivityAnswer = {
  nowMs: exampleMs,
  sampleSeconds: 5,
  keepSeconds: 900,
  samples: [
    {
      atMs: exampleMs - 1000,
      vram: {
        known: true,
        totalMb: 16384,
        freeMb: 5900,
        llmMb: 6400,
        ocrModelMb: 3600,
        retrievalMb: 0,
        otherMb: 484,
      },
      queue: { documents: 1, waitingPages: 4, runningPages: 1 },
    },
  ],
  decisions: [
    { atMs: exampleMs - 240_000, subject: "ocr-model", action: "unloaded", reason: "high-pressure" },
    { atMs: exampleMs - 60_000, subject: "ocr-model", action: "loaded", reason: "a page needed it", ms: 5200 },
  ],
  requests: [
    {
      atMs: exampleMs - 240_000,
      method: "POST",
      route: "/ocr-upload",
      status: 200,
      ms: 41_200,
      pages: { "text-layer": 3, "np-dms-ocr": 1 },
      queueMs: 12,
    },
  ],
  wholeSinceMs: { decisions: exampleMs - 900_000, requests: exampleMs - 900_000 },
  queue: {
    documentLimit: 64,
    maxBytes: 536_870_912,
    heldBytes: 1_048_576,
    waitingPages: 4,
    runningPages: 1,
    documents: [{ waitingPages: 4, runningPages: 1, bytes: 1_048_576, sinceMs: exampleMs - 60_000 }],
  },
  processes: {
    pdf: { processes: 2, ready: 2, busy: 1, queued: 0, replaced: 0, recycled: 0, abandoned: 0 },
    embedder: "ready",
    reranker: "missing",
  },
  models: [
    { role: "ocr", name: "np-dms-ocr:latest", state: "ready", loaded: true, sizeMb: 3600, vramMb: 3600 },
    { role: "other", name: "qwen3:8b", state: "ready", loaded: true, sizeMb: 6400, vramMb: 6400 },
  ],
  ready: { ocr: true, retrieval: false },
  components: { service: { state: "ready" }, ollama: { state: "ready", version: "0.12.6" } },
};
