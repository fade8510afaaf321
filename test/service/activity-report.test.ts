import { expect, test } from "bun:test";
import type { VramPicture } from "../../src/gpu/headroom-reader.ts";
import { createPageQueue } from "../../src/ocr/queue/page-queue.ts";
import type { ModelStatus } from "../../src/retrieval/models/served-model.ts";
import { type ActivityReportParts, createActivityReport } from "../../src/service/activity-report.ts";
import { createActivityLog } from "../../src/watch/activity-log.ts";

const model = (name: string, changes: Partial<ModelStatus> = {}): ModelStatus => ({
  model: name,
  dtype: "fp32",
  cpu: { state: "ready", facts: { dimension: 4, maxTokens: 8 } },
  pid: 1,
  gpu: { state: "off", reason: "nothing has asked for it", process: undefined },
  device: "cpu",
  requests: 0,
  texts: 0,
  crashes: 0,
  replacements: 0,
  gpuFailures: 0,
  ...changes,
});

const picture = (ollama: VramPicture["sources"]["ollama"]): VramPicture => ({
  headroom: { known: false, why: "not asked" },
  sources: { ollama, nvidiaSmi: { state: "unknown", why: "not asked" }, ownGpuMb: 0 },
});

const pool = { processes: 2, ready: 1, busy: 1, queued: 3, replaced: 4, recycled: 5, abandoned: 6 };
const sample = {
  atMs: 1,
  vram: { known: false as const, why: "not asked" },
  queue: { documents: 1, waitingPages: 2, runningPages: 3 },
};

/** A clock that is looked at every second. */
function secondsApart(): () => number {
  let nowMs = 0;
  return () => {
    nowMs += 1000.4;
    return nowMs;
  };
}

function parts(changes: Partial<ActivityReportParts> = {}): ActivityReportParts {
  return {
    log: createActivityLog({ keepMs: 1e9, maxDecisions: 9, maxRequests: 9 }),
    sampler: { samples: async () => [sample] },
    limits: {
      activity: { keepMs: 900_000, everyMs: 5000, idleEveryMs: 60_000, maxDecisions: 9, maxRequests: 9 },
      queue: { concurrency: 1, documentLimit: 64, maxBytes: 4096 },
    },
    headroom: {
      last: () =>
        picture({
          state: "known",
          usedMb: 9,
          models: [
            { name: "llm:latest", sizeMb: 6400.4, vramMb: 6000.6 },
            { name: "NP-DMS-OCR:latest", sizeMb: 3600.2, vramMb: 3500.7 },
          ],
        }),
    },
    queue: createPageQueue({ concurrency: 1, documentLimit: 64, maxBytes: 4096, now: secondsApart() }),
    pool: { status: () => pool },
    retrieval: {
      status: () => ({
        embedder: model("bge-m3", {
          device: "cuda",
          gpu: { state: "ready", reason: "there is room", process: { pid: 7, leastMb: 1, mostMb: 2999.6 } },
        }),
        reranker: model("bge-reranker", { cpu: { state: "idle" } }),
        threads: 1,
        gpuProcesses: [],
      }),
    },
    readiness: {
      soon: async (target) => ({
        ready: target === "ocr",
        components: {
          ocrModel: { state: "failed", reason: "it cannot read pictures" },
          of: { state: "ready", reason: target },
        },
      }),
    },
    ocrModel: "np-dms-ocr",
    ...changes,
  };
}

test("the activity tells each part's own figures", async () => {
  const of = parts();
  of.queue.admit(40);
  of.log.decided({ subject: "reranker", action: "gpu-left", reason: "no room" });
  of.log.finished({
    method: "POST",
    path: "/ocr",
    route: "/ocr",
    status: 200,
    durationMs: 5,
    fault: undefined,
    notes: { pages: { blank: 1 } },
  });
  const beganMs = Date.now();
  const { nowMs, ...told } = await createActivityReport(of)();
  expect(nowMs).toBeGreaterThanOrEqual(beganMs);
  expect(told).toEqual({
    sampleSeconds: 5,
    keepSeconds: 900,
    samples: [sample],
    decisions: [{ atMs: expect.any(Number), subject: "reranker", action: "gpu-left", reason: "no room" }],
    requests: [{ atMs: expect.any(Number), method: "POST", route: "/ocr", status: 200, ms: 5, pages: { blank: 1 } }],
    wholeSinceMs: { decisions: expect.any(Number), requests: expect.any(Number) },
    queue: {
      documentLimit: 64,
      maxBytes: 4096,
      heldBytes: 40,
      waitingPages: 0,
      runningPages: 0,
      documents: [{ waitingPages: 0, runningPages: 0, bytes: 40, sinceMs: nowMs - 1000 }],
    },
    processes: { pdf: pool, embedder: "ready", reranker: "idle" },
    models: [
      {
        role: "ocr",
        name: "np-dms-ocr",
        state: "failed",
        loaded: true,
        sizeMb: 3600,
        vramMb: 3501,
        reason: "it cannot read pictures",
      },
      { role: "other", name: "llm:latest", state: "ready", loaded: true, sizeMb: 6400, vramMb: 6001 },
      {
        role: "embedder",
        name: "bge-m3",
        state: "ready",
        reason: "bge-m3 on cuda; GPU ready: there is room",
        device: "cuda",
        vramMb: 3000,
      },
      {
        role: "reranker",
        name: "bge-reranker",
        state: "loading",
        reason: "bge-reranker is loaded by the first request",
        device: "cpu",
        vramMb: 0,
      },
    ],
    ready: { ocr: true, retrieval: false },
    components: {
      ocrModel: { state: "failed", reason: "it cannot read pictures" },
      of: { state: "ready", reason: "retrieval" },
    },
  });
});

test("what is not known yet is told as unknown, and nothing is made up", async () => {
  const { models, ready, components } = await createActivityReport(
    parts({
      headroom: { last: () => picture({ state: "unknown", why: "silent" }) },
      readiness: { soon: async () => undefined },
    }),
  )();
  expect({ ocr: models[0], count: models.length, ready, components }).toEqual({
    ocr: { role: "ocr", name: "np-dms-ocr", state: "loading" },
    count: 3,
    ready: { ocr: null, retrieval: null },
    components: {},
  });
});

test("an OCR model that is not loaded is told as that", async () => {
  const headroom = { last: () => picture({ state: "known" as const, usedMb: 0, models: [] }) };
  const { models } = await createActivityReport(parts({ headroom }))();
  expect(models[0]).toEqual({
    role: "ocr",
    name: "np-dms-ocr",
    state: "failed",
    loaded: false,
    reason: "it cannot read pictures",
  });
});
