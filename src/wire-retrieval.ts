import type { Env } from "./env-schema.ts";
import type { Metrics } from "./metrics.ts";
import { createRetrieval, type Retrieval } from "./retrieval/retrieval.ts";
import type { Residency } from "./wire-residency.ts";

/** Makes the retrieval half from the environment; models load in the background. */
export function wireRetrieval(
  env: Env,
  residency: Residency,
  metrics: Metrics,
  childEnvironment: Readonly<Record<string, string>>,
): Promise<Retrieval> {
  return createRetrieval({
    modelDir: env.MODEL_DIR,
    embed: {
      model: env.EMBED_MODEL,
      sparseHead: env.EMBED_SPARSE_HEAD,
      dtype: env.EMBED_DTYPE,
      maxTokens: env.EMBED_MAX_TOKENS,
    },
    rerank: { model: env.RERANK_MODEL, dtype: env.RERANK_DTYPE },
    device: env.RETRIEVAL_DEVICE,
    gpuIndex: env.GPU_INDEX,
    preload: env.RETRIEVAL_PRELOAD,
    download: env.RETRIEVAL_DOWNLOAD,
    timeoutMs: env.RETRIEVAL_TIMEOUT_SECONDS * 1000,
    gpuIdleMs: env.RETRIEVAL_GPU_IDLE_SECONDS * 1000,
    threads: env.RETRIEVAL_THREADS,
    headroomThresholdMb: env.VRAM_HEADROOM_THRESHOLD_MB,
    readHeadroom: residency.headroom.read,
    childEnvironment,
    onBatch: (model, device, record) => metrics.batch(model, device, record),
  });
}
