import { expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import type { Component } from "../../src/http/services.ts";
import type { OllamaClient } from "../../src/ollama/chat.ts";
import { createFolderGate } from "../../src/pdf/files/folder-gate.ts";
import type { ModelStatus } from "../../src/retrieval/models/served-model.ts";
import { createReadiness, judgePool, type ReadinessOptions } from "../../src/service/readiness.ts";
import { setClockBack } from "../support/set-clock-back.ts";
import { until } from "../support/until.ts";

const model: ModelStatus = {
  model: "tiny",
  dtype: "fp32",
  cpu: { state: "idle" },
  pid: undefined,
  gpu: { state: "off", reason: "nothing has asked for it", process: undefined },
  device: "cpu",
  requests: 0,
  texts: 0,
  crashes: 0,
  replacements: 0,
  gpuFailures: 0,
};

const options: ReadinessOptions = {
  ollama: undefined,
  ocrModel: "none",
  uploadBase: "/mnt/uploads",
  storedFolder: createFolderGate({ atOnce: 100, maxWaiting: 0, maxWaitMs: 1000 }),
  textDetector: "present",
  hasFallback: false,
  pool: {
    status: () => ({ processes: 1, ready: 1, busy: 0, queued: 0, replaced: 0, recycled: 0, abandoned: 0 }),
  },
  retrieval: {
    lookAgain: () => undefined,
    status: () => ({ embedder: model, reranker: model, threads: 1, gpuProcesses: [] }),
  },
  refusing: () => undefined,
};

test("an upload folder that never answers is asked once, and is a failure when its time is over", async () => {
  let asked = 0;
  let clock = 0;
  const readiness = createReadiness({
    ...options,
    isFolder: () => {
      asked += 1;
      return new Promise(() => undefined);
    },
    lookTimeoutMs: 20,
    now: () => clock,
  });
  const failed: Component = { state: "failed", reason: "OCR_SIDECAR_UPLOAD_BASE does not answer" };
  const now = async () => {
    clock += 60_000;
    const { ready, components } = await readiness.now("ocr");
    return { ready, uploads: components.uploads };
  };
  await until(async () => (await now()).uploads?.state === "failed");
  expect(await now()).toEqual({ ready: true, uploads: failed });
  expect(asked).toBe(1);
});

test("nobody waits for an upload folder whose look waits or hangs, and what was found last is told", async () => {
  const copying = Promise.withResolvers<void>();
  const storedFolder = createFolderGate({ atOnce: 1, maxWaiting: 10, maxWaitMs: 60_000 });
  let clock = 0;
  const readiness = createReadiness({ ...besideOllama, storedFolder, lookTimeoutMs: 60_000, now: () => clock });
  const now = async () => {
    clock += 60_000;
    const { ready, components } = await readiness.now("ocr");
    return { ready, uploads: components.uploads };
  };
  void storedFolder.run(() => copying.promise, { signal: new AbortController().signal });
  const unanswered: Component = { state: "loading", reason: "no answer yet" };
  expect(await now()).toEqual({ ready: true, uploads: unanswered });
  copying.resolve();
  await until(async () => (await now()).uploads?.state === "ready");
  void storedFolder.run(silent, { signal: new AbortController().signal });
  expect(await now()).toEqual({ ready: true, uploads: { state: "ready" } });
});

test.each([
  { ready: 0, state: "loading", reason: "0 of 2 processes are up" },
  { ready: 1, state: "ready", reason: "1 of 2 processes are up" },
  { ready: 2, state: "ready", reason: undefined },
] as const)("with $ready of 2 PDF processes up the component is $state", ({ ready, ...expected }) => {
  const { state, reason } = judgePool({ processes: 2, ready });
  expect({ state, reason }).toEqual(expected);
});

test.each([
  ["present", ""],
  ["missing", "; its text detector is missing, so columns are read straight across"],
  ["damaged", "; its text detector is damaged, so columns are read straight across"],
] as const)("the embedded engine whose text detector is %s is ready and says so", async (textDetector, said) => {
  const readiness = createReadiness({ ...options, textDetector, isFolder: async () => true });
  const { ready, components } = await readiness.now("ocr");
  expect({ ready, engine: components.embeddedEngine }).toEqual({
    ready: true,
    engine: { state: "ready", reason: `OLLAMA_API_URL is not set: the embedded engine reads the pages${said}` },
  });
});

test("what was looked at holds for two seconds", async () => {
  let asked = 0;
  let clock = 0;
  const readiness = createReadiness({
    ...options,
    isFolder: async () => {
      asked += 1;
      return true;
    },
    now: () => clock,
  });
  for (const [atMs, looks] of [
    [0, 1],
    [2000, 1],
    [2001, 2],
  ] as const) {
    clock = atMs;
    await readiness.now("ocr");
    expect(asked).toBe(looks);
  }
});

test("what was looked at holds no longer for the clock being set back", async () => {
  let isThere = true;
  const readiness = createReadiness({ ...options, isFolder: async () => isThere });
  const uploads = async () => (await readiness.now("ocr")).components.uploads?.state;
  expect(await uploads()).toBe("ready");
  isThere = false;
  using _clock = setClockBack(3000);
  await readiness.now("all");
  await until(async () => (await uploads()) === "failed");
});

const unexpected = () => Promise.reject(new Error("nobody should ask this"));

/** An Ollama that answers looks as it is told to. */
const ollamaOf = (changes: Partial<OllamaClient> = {}): OllamaClient => ({
  chat: unexpected,
  loadedModels: unexpected,
  unload: unexpected,
  version: async () => "0.12.6",
  installedModels: async () => [{ name: "np-dms-ocr:latest", digest: "1", sizeBytes: 1 }],
  capabilities: async () => ["completion", "vision"],
  ...changes,
});
const silent = () => new Promise<never>(() => undefined);
const away = () => Promise.reject(new SidecarError("ollama_unreachable", "Ollama cannot be reached."));
const loaded: ModelStatus = { ...model, cpu: { state: "ready", facts: { dimension: 4, maxTokens: 8 } } };
const besideOllama: ReadinessOptions = {
  ...options,
  ollama: ollamaOf(),
  ocrModel: "np-dms-ocr",
  isFolder: async () => true,
  lookTimeoutMs: 20,
  retrieval: {
    lookAgain: () => undefined,
    status: () => ({ embedder: loaded, reranker: loaded, threads: 1, gpuProcesses: [] }),
  },
};
const reasonOf = "tiny on cpu; GPU off: nothing has asked for it";

test("a service that has all it needs is ready for everything, and says where each part stands", async () => {
  const readiness = createReadiness(besideOllama);
  for (const target of ["ocr", "retrieval", "all"] as const)
    expect(await readiness.now(target)).toEqual({
      ready: true,
      components: {
        service: { state: "ready" },
        embeddedEngine: {
          state: "ready",
          reason: "finds how scanned pages lie, and reads what is asked of it by name",
        },
        ollama: { state: "ready", version: "0.12.6" },
        ocrModel: { state: "ready" },
        uploads: { state: "ready" },
        pdfWorkers: { state: "ready" },
        embedder: { state: "ready", reason: reasonOf },
        reranker: { state: "ready", reason: reasonOf },
      },
    });
});

const noPdf = {
  pool: { status: () => ({ processes: 1, ready: 0, busy: 0, queued: 0, replaced: 0, recycled: 0, abandoned: 0 }) },
};
const notLoaded = (embedder: ModelStatus, reranker: ModelStatus) => ({
  retrieval: {
    lookAgain: () => undefined,
    status: () => ({ embedder, reranker, threads: 1, gpuProcesses: [] }),
  },
});

test.each<[string, Partial<ReadinessOptions>, Record<"ocr" | "retrieval" | "all", boolean>]>([
  ["Ollama is away", { ollama: ollamaOf({ version: away }) }, { ocr: false, retrieval: true, all: false }],
  [
    "Ollama is away, and the embedded engine reads what it could not",
    { ollama: ollamaOf({ version: away, installedModels: away }), hasFallback: true },
    { ocr: true, retrieval: true, all: true },
  ],
  ["there is no Ollama", { ollama: undefined }, { ocr: true, retrieval: true, all: true }],
  [
    "the model is not installed",
    { ollama: ollamaOf({ installedModels: async () => [] }) },
    { ocr: false, retrieval: true, all: false },
  ],
  [
    "the model sees nothing",
    { ollama: ollamaOf({ capabilities: async () => ["completion"] }) },
    { ocr: false, retrieval: true, all: false },
  ],
  ["no process opens documents", noPdf, { ocr: false, retrieval: true, all: false }],
  ["the uploads are no folder", { isFolder: async () => false }, { ocr: true, retrieval: true, all: true }],
  ["the embedder is not loaded", notLoaded(model, loaded), { ocr: true, retrieval: false, all: false }],
  ["the reranker is not loaded", notLoaded(loaded, model), { ocr: true, retrieval: false, all: false }],
  ["the service stops", { refusing: () => "the service is stopping" }, { ocr: false, retrieval: false, all: false }],
])("where %s, it is ready for the rest", async (_, changes, expected) => {
  const readiness = createReadiness({ ...besideOllama, ...changes });
  const found = { ocr: false, retrieval: false, all: false };
  for (const target of ["ocr", "retrieval", "all"] as const) found[target] = (await readiness.now(target)).ready;
  expect(found).toEqual(expected);
});

test.each<[string, Partial<ReadinessOptions>, string, string]>([
  ["ollama", { ollama: ollamaOf({ version: away }) }, "failed", "Ollama cannot be reached."],
  ["ollama", { ollama: ollamaOf({ version: silent }) }, "failed", "Ollama did not answer in time"],
  ["ollama", { ollama: undefined }, "failed", "OLLAMA_API_URL is not set"],
  ["ocrModel", { ollama: ollamaOf({ installedModels: silent }) }, "failed", "Ollama did not answer in time"],
  ["ocrModel", { ocrModel: "other" }, "failed", "other is not installed"],
  [
    "ocrModel",
    { ollama: ollamaOf({ capabilities: async () => [] }) },
    "failed",
    "set OCR_MODEL to a model with vision",
  ],
  ["uploads", { isFolder: async () => false }, "failed", "OCR_SIDECAR_UPLOAD_BASE is not a folder"],
  ["uploads", { isFolder: unexpected }, "failed", "OCR_SIDECAR_UPLOAD_BASE cannot be opened"],
  ["service", { refusing: () => "the service is stopping" }, "failed", "the service is stopping"],
  ["embeddedEngine", { ollama: undefined }, "ready", "the embedded engine reads the pages"],
  ["embeddedEngine", { hasFallback: true }, "ready", "reads the pages that the model could not"],
  [
    "embeddedEngine",
    { lineRecogniser: { ok: false, reason: "its folder is not there" } },
    "ready",
    "; OCR_EMBEDDED_MODEL cannot be used: its folder is not there",
  ],
  [
    "embeddedEngine",
    { lineRecogniser: { ok: true, files: { model: "m", dictionary: "d" }, sha256: "0" } },
    "ready",
    "; a line recogniser reads beside it",
  ],
  ["embeddedEngine", { textDetector: "missing" }, "ready", "by name; its text detector is missing"],
])("of %s is said what is wrong: %#", async (component, changes, state, reason) => {
  const { components } = await createReadiness({ ...besideOllama, ...changes }).now("ocr");
  expect(components[component]).toMatchObject({ state, reason: expect.stringContaining(reason) });
});

test("who does not depend on Ollama waits for it no longer than a moment, and then takes what was known last", async () => {
  let clock = 0;
  let isSilent = true;
  const version = async () => (isSilent ? await silent() : "0.12.6");
  const readiness = createReadiness({
    ...besideOllama,
    ollama: ollamaOf({ version }),
    lookTimeoutMs: 60_000,
    now: () => clock,
  });
  const startedMs = performance.now();
  const unanswered: Component = { state: "loading", reason: "no answer yet" };
  const { ready, components } = await readiness.now("retrieval");
  const { ollama, ocrModel, uploads } = components;
  expect({ ready, ollama, ocrModel, uploads }).toEqual({
    ...{ ready: true, ollama: unanswered, ocrModel: unanswered, uploads: unanswered },
  });
  expect(await readiness.soon("ocr")).toBeUndefined();
  expect((await readiness.soon("retrieval"))?.ready).toBe(true);
  expect(performance.now() - startedMs).toBeLessThan(2000);
  isSilent = false;
  const answering = createReadiness({
    ...besideOllama,
    ollama: ollamaOf({ version }),
    lookTimeoutMs: 60_000,
    now: () => clock,
  });
  await answering.now("ocr");
  isSilent = true;
  clock = 2001;
  expect(await answering.soon("ocr")).toMatchObject({ ready: true, components: { ollama: { version: "0.12.6" } } });
});

test("a question after the state of the models has missing ones looked for again", async () => {
  let looks = 0;
  const retrieval = {
    ...besideOllama.retrieval,
    lookAgain: () => {
      looks += 1;
    },
  };
  await createReadiness({ ...besideOllama, retrieval }).now("ocr");
  expect(looks).toBe(1);
});

test("those who ask while an answer is awaited share one look at Ollama, whose looks end with their time", async () => {
  let asked = 0;
  const given: AbortSignal[] = [];
  const version = (signal: AbortSignal) => {
    asked += 1;
    given.push(signal);
    return silent();
  };
  const readiness = createReadiness({ ...besideOllama, ollama: ollamaOf({ version }) });
  await Promise.all([readiness.now("ocr"), readiness.now("all"), readiness.soon("ocr")]);
  expect(asked).toBe(1);
  expect(given[0]?.aborted).toBe(true);
});
