import { expect, test } from "bun:test";
import type { Component } from "../../src/http/services.ts";
import type { ModelStatus } from "../../src/retrieval/models/served-model.ts";
import { createReadiness, judgePool, type ReadinessOptions } from "../../src/service/readiness.ts";

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
  hasTextDetector: true,
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
  const failed: Component = { state: "failed", reason: "OCR_SIDECAR_UPLOAD_BASE cannot be opened" };
  for (let look = 0; look < 3; look += 1) {
    const { ready, components } = await readiness.now("ocr");
    expect({ ready, uploads: components.uploads }).toEqual({ ready: true, uploads: failed });
    clock += 60_000;
  }
  expect(asked).toBe(1);
});

test.each([
  { ready: 0, state: "loading", reason: "0 of 2 processes are up" },
  { ready: 1, state: "ready", reason: "1 of 2 processes are up" },
  { ready: 2, state: "ready", reason: undefined },
] as const)("with $ready of 2 PDF processes up the component is $state", ({ ready, ...expected }) => {
  const { state, reason } = judgePool({ processes: 2, ready });
  expect({ state, reason }).toEqual(expected);
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
