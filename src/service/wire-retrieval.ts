import { Retrieval, type RetrievalOptions } from "../retrieval/retrieval.ts";
import type { Env } from "./env-schema.ts";
import type { ServiceLimits } from "./limits.ts";
import type { Watching } from "./watching.ts";
import type { Residency } from "./wire-residency.ts";

/** Makes the retrieval half from the environment; models load in the background. */
export const wireRetrieval = (...parts: Parameters<typeof retrievalOptions>): Promise<Retrieval> =>
  Retrieval.start(retrievalOptions(...parts));

/** What the retrieval half is made with. */
export function retrievalOptions(
  env: Env,
  limits: ServiceLimits["retrieval"],
  residency: Residency,
  { metrics, activity }: Watching,
  childEnvironment: Readonly<Record<string, string>>,
): RetrievalOptions {
  return {
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
    tf32: env.RETRIEVAL_TF32,
    preload: env.RETRIEVAL_PRELOAD,
    download: env.RETRIEVAL_DOWNLOAD,
    fetchCommand: `${env.OCR_SIDECAR_COMMAND} models`,
    ...limits,
    headroomThresholdMb: env.VRAM_HEADROOM_THRESHOLD_MB,
    readFreeVram: residency.headroom.read,
    childEnvironment,
    onBatch: (model, device, record) => metrics.batch(model, device, record),
    onGpu: (model, { action, reason }) =>
      activity.decided({ subject: model === "embed" ? "embedder" : "reranker", action: `gpu-${action}`, reason }),
  };
}
