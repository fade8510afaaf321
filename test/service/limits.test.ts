import { expect, test } from "bun:test";
import { parseEnv } from "../../src/service/env.ts";
import { limitsOf } from "../../src/service/limits.ts";

const gibibyte = 1024 ** 3;

function limitsFor(cpus: number, memoryBytes: number, variables: Record<string, string> = {}) {
  const parsed = parseEnv({ OCR_SIDECAR_API_KEY: "k", ...variables });
  if (!parsed.ok) throw new Error(parsed.problems.join(", "));
  return limitsOf(parsed.env, { cpus, memoryBytes, fileThreads: 7 });
}

test.each<[string, number, number, Record<string, string>, number]>([
  ["two cores", 2, 10 * gibibyte, {}, 2],
  ["a part of a core", 0.5, 10 * gibibyte, {}, 1],
  ["a core and a half", 1.5, 10 * gibibyte, {}, 1],
  ["many cores and enough memory", 64, 64 * gibibyte, {}, 8],
  ["many cores and little memory", 64, 4 * gibibyte, {}, 2],
  ["less memory than one may take", 4, gibibyte / 2, {}, 1],
  ["processes that may take more", 8, 10 * gibibyte, { PDF_WORKER_MAX_MB: "1024" }, 2],
  ["a number that the operator wants", 2, gibibyte, { PDF_WORKERS: "5" }, 5],
])("with %s there are so many PDF processes", (_what, cpus, memoryBytes, variables, processes) => {
  expect(limitsFor(cpus, memoryBytes, variables).pdf.processes).toBe(processes);
});

test.each([
  [1, 1],
  [2, 1],
  [4, 3],
  [16, 4],
])("on %i cores the embedded engine reads %i pages at once", (cpus, processes) => {
  expect(limitsFor(cpus, 10 * gibibyte).embedded.processes).toBe(processes);
});

test("an inference process may not take all of the memory", () => {
  expect(limitsFor(2, 10 * gibibyte).retrieval.maxChildMemoryBytes).toBe(8.5 * gibibyte);
});

test("the embedded engine has as long for a page as the model by the clock, and two minutes of the CPU", () => {
  expect(limitsFor(2, gibibyte, { OCR_TIMEOUT: "360" }).embedded).toMatchObject({
    pageTimeoutMs: 360_000,
    maxPageCpuMs: 120_000,
  });
});

test("between the pages of a document the model is kept, also where it is to go at the end", () => {
  const keepAliveFor = (window: string) =>
    limitsFor(2, gibibyte, { OCR_RESIDENCY_WINDOW_SECONDS: window }).page.keepAliveSeconds;
  expect(keepAliveFor("0")).toBe(60);
  expect(keepAliveFor("20")).toBe(20);
});

test("each bound follows from its own variable, in its own unit", () => {
  const mebibyte = 1024 ** 2;
  const limits = limitsFor(6, 10 * gibibyte, {
    MAX_UPLOAD_MB: "11",
    BODY_TIMEOUT_SECONDS: "12",
    IDLE_TIMEOUT_SECONDS: "13",
    MAX_SYSTEM_PROMPT_LENGTH: "14",
    OCR_MAX_PAGES: "15",
    MAX_CLIENT_BATCH: "16",
    OCR_ON_PAGE_ERROR: "skip",
    OCR_TEXT_LAYER_FORMAT: "plain",
    OCR_DOCUMENT_TIMEOUT: "17",
    OCR_SPOOL_MAX_MB: "18",
    PDF_WORKERS: "19",
    PDF_PAGE_TIMEOUT_SECONDS: "20",
    MAX_PAGES_PER_DOCUMENT: "21",
    MAX_PAGE_MEGAPIXELS: "22",
    OCR_CHAR_THRESHOLD: "23",
    PDF_WORKER_MAX_MB: "124",
    TESSERACT_WORKERS: "25",
    OCR_TIMEOUT: "26",
    OCR_CONCURRENCY: "27",
    OCR_QUEUE_LIMIT: "28",
    OCR_QUEUE_MAX_MB: "29",
    OCR_PAGE_ATTEMPTS: "10",
    OCR_MAX_TILES: "31",
    OCR_RESIDENCY_WINDOW_SECONDS: "32",
    OCR_DEFER_SECONDS: "33",
    OCR_PAGE_CACHE_MB: "34",
    RETRIEVAL_TIMEOUT_SECONDS: "35",
    RETRIEVAL_GPU_IDLE_SECONDS: "36",
    RETRIEVAL_THREADS: "37",
  });
  expect(limits).toEqual({
    request: {
      maxUploadBytes: 11 * mebibyte,
      bodyTimeoutMs: 12_000,
      idleTimeoutSeconds: 13,
      maxSystemPromptChars: 14,
      defaultMaxPages: 15,
      maxTexts: 16,
      onPageError: "skip",
      textLayerFormat: "plain",
      documentTimeoutMs: 17_000,
    },
    jsonBodies: { maxHeldBytes: 40 * mebibyte },
    answers: { maxHeldBytes: 96 * mebibyte },
    spool: { maxBytes: 18 * mebibyte, maxFiles: 256 },
    storedFolder: {
      atOnce: 3,
      maxWaiting: 256,
      maxWaitMs: 12_000,
    },
    pdf: {
      processes: 19,
      pageTimeoutMs: 20_000,
      maxPages: 21,
      maxPagePixels: 22_000_000,
      fewCharacters: 23,
      maxTextCharacters: 8_000_000,
      maxProcessMemoryBytes: 124 * mebibyte,
    },
    embedded: {
      processes: 25,
      queueLimit: 256,
      maxWaitMs: 300_000,
      pageTimeoutMs: 26_000,
      maxPageCpuMs: 120_000,
      idleMs: 60_000,
      recyclePages: 200,
      maxHeapBytes: 512 * mebibyte,
      maxMemoryBytes: 700 * mebibyte,
      maxPixels: 4_000_000,
    },
    queue: { concurrency: 27, documentLimit: 28, maxBytes: 29 * mebibyte },
    page: {
      maxAttempts: 10,
      maxTiles: 31,
      timeoutMs: 26_000,
      abandonedMs: 400,
      keepAliveSeconds: 32,
      deferMs: 33_000,
    },
    activity: { keepMs: 900_000, everyMs: 5000, idleEveryMs: 60_000, maxDecisions: 500, maxRequests: 1000 },
    pageCache: { maxBytes: 34 * mebibyte, ttlMs: 1_800_000 },
    retrieval: { timeoutMs: 35_000, gpuIdleMs: 36_000, threads: 37, maxChildMemoryBytes: 8.5 * gibibyte },
  });
});
