import { totalmem } from "node:os";
import { Retrieval } from "../retrieval/retrieval.ts";
import { readContainerMemory } from "../watch/container-memory.ts";
import type { Metrics } from "../watch/counters.ts";
import type { Env } from "./env-schema.ts";
import type { Residency } from "./wire-residency.ts";

/** Of the container's memory: an inference process that would need more is ended before the kernel ends whatever it likes. */
const memoryShare = 0.85;

/** Makes the retrieval half from the environment; models load in the background. */
export async function wireRetrieval(
  env: Env,
  residency: Residency,
  metrics: Metrics,
  childEnvironment: Readonly<Record<string, string>>,
): Promise<Retrieval> {
  return Retrieval.start({
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
    readFreeVram: residency.headroom.read,
    childEnvironment,
    maxChildMemoryBytes: memoryShare * ((await readContainerMemory())?.limitBytes ?? totalmem()),
    onBatch: (model, device, record) => metrics.batch(model, device, record),
  });
}
