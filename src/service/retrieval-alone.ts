import { totalmem } from "node:os";
import { Retrieval, type RetrievalOptions } from "../retrieval/retrieval.ts";
import { type RetrievalEnv, readChildEnvironment } from "./env.ts";

/** Longer than any inference: nobody waits for an answer over HTTP. */
const patienceMs = 600_000;

/**
 * Both models on one device without a service around them, for a command that measures them.
 *
 * @param fetchCommand what a person types where models are missing
 */
export const startRetrievalAlone = (...parts: Parameters<typeof aloneOptions>): Promise<Retrieval> =>
  Retrieval.start(aloneOptions(...parts));

/** What both models are made with; parameters as those of `startRetrievalAlone`. */
export function aloneOptions(
  env: RetrievalEnv,
  modelDir: string,
  device: "cpu" | "cuda",
  fetchCommand: string,
): RetrievalOptions {
  return {
    modelDir,
    embed: {
      model: env.EMBED_MODEL,
      sparseHead: env.EMBED_SPARSE_HEAD,
      dtype: env.EMBED_DTYPE,
      maxTokens: env.EMBED_MAX_TOKENS,
    },
    rerank: { model: env.RERANK_MODEL, dtype: env.RERANK_DTYPE },
    device,
    gpuIndex: 0,
    tf32: env.RETRIEVAL_TF32,
    preload: true,
    download: false,
    fetchCommand,
    timeoutMs: patienceMs,
    gpuIdleMs: patienceMs,
    threads: env.RETRIEVAL_THREADS,
    headroomThresholdMb: 0,
    readFreeVram: () => Promise.resolve({ known: true, freeMb: Number.MAX_SAFE_INTEGER, spilled: false }),
    maxChildMemoryBytes: 0.9 * totalmem(),
    childEnvironment: readChildEnvironment(),
  };
}
