import { expect, test } from "bun:test";
import { parseEnv } from "../../src/service/env.ts";
import { limitsOf } from "../../src/service/limits.ts";
import { wireResidency } from "../../src/service/wire-residency.ts";
import { retrievalOptions } from "../../src/service/wire-retrieval.ts";
import { Metrics } from "../../src/watch/counters.ts";

test("retrieval is made with what each variable says, and tells those who watch what it does", async () => {
  const parsed = parseEnv({
    OCR_SIDECAR_API_KEY: "k",
    OCR_SIDECAR_COMMAND: "sidecar",
    MODEL_DIR: "/somewhere",
    EMBED_MODEL: "tiny/embed",
    EMBED_SPARSE_HEAD: "tiny/head.pt",
    EMBED_DTYPE: "fp16",
    EMBED_MAX_TOKENS: "11",
    RERANK_MODEL: "tiny/rerank",
    RERANK_DTYPE: "int8",
    RETRIEVAL_DEVICE: "cuda",
    RETRIEVAL_TF32: "true",
    RETRIEVAL_PRELOAD: "false",
    RETRIEVAL_DOWNLOAD: "true",
    GPU_INDEX: "12",
    VRAM_HEADROOM_THRESHOLD_MB: "13",
  });
  if (!parsed.ok) throw new Error(parsed.problems.join(", "));
  const { env } = parsed;
  const limits = limitsOf(env, { cpus: 2, memoryBytes: 1000, fileThreads: 7 }).retrieval;
  const residency = wireResidency(env, undefined, () => []);
  const metrics = new Metrics();
  const decisions: unknown[] = [];
  const watching = { metrics, activity: { decided: (decision: unknown) => decisions.push(decision) } };
  const { onBatch, onGpu, ...options } = retrievalOptions(env, limits, residency, watching, { PATH: "/bin" });
  expect(options).toEqual({
    modelDir: "/somewhere",
    embed: { model: "tiny/embed", sparseHead: "tiny/head.pt", dtype: "fp16", maxTokens: 11 },
    rerank: { model: "tiny/rerank", dtype: "int8" },
    device: "cuda",
    gpuIndex: 12,
    tf32: true,
    preload: false,
    download: true,
    fetchCommand: "sidecar models",
    ...limits,
    headroomThresholdMb: 13,
    readFreeVram: residency.headroom.read,
    childEnvironment: { PATH: "/bin" },
  });
  onBatch?.("rerank", "cuda", { sequences: 3, tokens: 4, paddedTokens: 4, ms: 5 });
  expect((await metrics.text()).body).toContain('sidecar_retrieval_texts_total{model="rerank",device="cuda"} 3\n');
  onGpu?.("embed", { action: "ready", reason: "there is room" });
  onGpu?.("rerank", { action: "left", reason: "no room" });
  expect(decisions).toEqual([
    { subject: "embedder", action: "gpu-ready", reason: "there is room" },
    { subject: "reranker", action: "gpu-left", reason: "no room" },
  ]);
});
