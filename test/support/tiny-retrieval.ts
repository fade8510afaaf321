import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Retrieval, type RetrievalOptions } from "../../src/retrieval/retrieval.ts";
import { type TinyModelOptions, writeSparseHead, writeTinyModel } from "./tiny-model.ts";
import type { TinyWeights } from "./tiny-weights.ts";

export interface TinyRetrieval {
  retrieval: Retrieval;
  modelDir: string;
  embedWeights: TinyWeights;
  rerankWeights: TinyWeights;
  close(): Promise<void>;
}

export interface TinyRetrievalOptions extends Partial<RetrievalOptions> {
  embedModel?: TinyModelOptions;
  rerankModel?: TinyModelOptions;
  /** Floats of the sparse head's file; undefined for none. */
  headFloats?: "half" | "single" | undefined;
}

/** Variables for the children of tests. */
export const childEnvironment = { PATH: process.env.PATH ?? "" };

/** A model directory of its own with tiny models, and the retrieval services over it. */
export async function tinyRetrieval(options: TinyRetrievalOptions = {}): Promise<TinyRetrieval> {
  const { embedModel, rerankModel, headFloats, ...overrides } = options;
  const modelDir = await mkdtemp(join(tmpdir(), "tiny-models-"));
  const embedWeights = await writeTinyModel(join(modelDir, "tiny/embed"), embedModel ?? { outputs: "three-headed" });
  const rerankWeights = await writeTinyModel(
    join(modelDir, "tiny/rerank"),
    rerankModel ?? { outputs: "logits", shape: { seed: 2 } },
  );
  if (headFloats !== undefined)
    await writeSparseHead(join(modelDir, "heads/sparse_linear.pt"), embedWeights, headFloats);
  const retrieval = await Retrieval.start({ ...tinyOptions(modelDir), ...overrides });
  const close = async () => {
    await retrieval.close(AbortSignal.abort());
    await rm(modelDir, { recursive: true, force: true });
  };
  return { retrieval, modelDir, embedWeights, rerankWeights, close };
}

/** Options for the tiny models below a folder, on the CPU with one thread. */
export const tinyOptions = (modelDir: string): RetrievalOptions => ({
  modelDir,
  embed: { model: "tiny/embed", sparseHead: "heads/sparse_linear.pt", dtype: "fp32", maxTokens: 512 },
  rerank: { model: "tiny/rerank", dtype: "fp32" },
  device: "cpu",
  gpuIndex: 0,
  tf32: false,
  preload: false,
  download: false,
  fetchCommand: "bun run sidecar models",
  timeoutMs: 30_000,
  gpuIdleMs: 300_000,
  threads: 1,
  headroomThresholdMb: 3_000,
  readFreeVram: () => Promise.resolve({ known: false, why: "there is no card in this test" }),
  childEnvironment,
  maxChildMemoryBytes: 4 * 2 ** 30,
});
