import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { getLogger } from "@logtape/logtape";
import PQueue from "p-queue";
import { shuttingDown } from "../errors.ts";
import type { BatchRecord } from "./batching/child-operations.ts";
import { childStarter, type StartChild } from "./child/inference-child.ts";
import { inferenceThreads, usableCpus } from "./cpu-quota.ts";
import { type DenseAndSparse, Embedder, embeddingCanary, unpackEmbeddings } from "./embedder.ts";
import type { GpuProcess } from "./gpu/gpu-memory.ts";
import type { FreeVram } from "./gpu/gpu-policy.ts";
import type { GpuChange } from "./gpu/gpu-runner.ts";
import type { Dtype } from "./models/model-files.ts";
import { type ModelStatus, ServedModel } from "./models/served-model.ts";
import { Reranker, rerankingCanary, unpackScores } from "./reranker.ts";

export interface RetrievalOptions {
  /** MODEL_DIR: absolute. */
  modelDir: string;
  /** EMBED_MODEL, EMBED_SPARSE_HEAD, EMBED_DTYPE, EMBED_MAX_TOKENS. */
  embed: { model: string; sparseHead: string; dtype: Dtype; maxTokens: number };
  /** RERANK_MODEL, RERANK_DTYPE. */
  rerank: { model: string; dtype: Dtype };
  /** RETRIEVAL_DEVICE and GPU_INDEX. */
  device: "auto" | "cpu" | "cuda";
  gpuIndex: number;
  /** RETRIEVAL_TF32. */
  tf32: boolean;
  /** RETRIEVAL_PRELOAD, RETRIEVAL_DOWNLOAD. */
  preload: boolean;
  download: boolean;
  /** What a person types to fetch the models, for messages. */
  fetchCommand: string;
  /** RETRIEVAL_TIMEOUT_SECONDS and RETRIEVAL_GPU_IDLE_SECONDS in milliseconds. */
  timeoutMs: number;
  gpuIdleMs: number;
  /** RETRIEVAL_THREADS; 0: from the quota. */
  threads: number;
  /** VRAM_HEADROOM_THRESHOLD_MB. */
  headroomThresholdMb: number;
  readFreeVram(signal: AbortSignal): Promise<FreeVram>;
  /** All variables that the inference processes get: a search path for libraries, the GPUs they may see. */
  childEnvironment: Readonly<Record<string, string>>;
  /** Resident memory at which an inference process is ended. */
  maxChildMemoryBytes: number;
  /** Called for every batch that was computed, for metrics. */
  onBatch?(model: "embed" | "rerank", device: "cpu" | "cuda", record: BatchRecord): void;
  /** Called when a GPU child is started, is ready, or has to go. */
  onGpu?(model: "embed" | "rerank", change: GpuChange): void;
  /** Other than the defaults only in tests. */
  startChild?: StartChild;
  providerPresent?: boolean;
  watchGpuEveryMs?: number;
  /** Milliseconds of a clock that only goes forward. */
  now?(): number;
  hub?: string;
}

export interface RetrievalStatus {
  embedder: ModelStatus;
  reranker: ModelStatus;
  threads: number;
  /** Our processes that hold VRAM. */
  gpuProcesses: GpuProcess[];
}

/** The reranker has 514 positions, and what is longer is undefined on a GPU. */
const rerankMaxTokens = 512;
const watchGpuEveryMs = 2_000;

/** Both models with their processes. */
export class Retrieval {
  readonly embedder: Embedder;
  readonly reranker: Reranker;
  readonly #embed: ServedModel<DenseAndSparse>;
  readonly #rerank: ServedModel<number>;
  readonly #threads: number;

  private constructor(options: RetrievalOptions, threads: number) {
    const environment = cudaEnvironment(options);
    const shared = {
      ...options,
      threads,
      gate: new PQueue({ concurrency: 1 }),
      downloads: new PQueue({ concurrency: 1 }),
      startChild: options.startChild ?? childStarter({ environment, maxMemoryBytes: options.maxChildMemoryBytes }),
      exactSingleFloats: environment.NVIDIA_TF32_OVERRIDE === "0",
      providerPresent: options.providerPresent ?? cudaProviderPresent(),
      watchGpuEveryMs: options.watchGpuEveryMs ?? watchGpuEveryMs,
      now: options.now ?? (() => performance.now()),
    };
    this.#threads = threads;
    this.#embed = new ServedModel({
      ...shared,
      ...options.embed,
      kind: "embed",
      name: "embedding model",
      unpack: unpackEmbeddings,
      canary: {
        group: embeddingCanary,
        numbers: (results) => results.flatMap(({ dense }) => [...dense]),
      },
      onBatch: (device, record) => options.onBatch?.("embed", device, record),
      onGpu: (change) => options.onGpu?.("embed", change),
    });
    this.#rerank = new ServedModel({
      ...shared,
      ...options.rerank,
      sparseHead: undefined,
      maxTokens: rerankMaxTokens,
      kind: "rerank",
      name: "reranking model",
      unpack: unpackScores,
      canary: { group: rerankingCanary, numbers: (results) => [...results] },
      onBatch: (device, record) => options.onBatch?.("rerank", device, record),
      onGpu: (change) => options.onGpu?.("rerank", change),
    });
    this.embedder = new Embedder(this.#embed.runner);
    this.reranker = new Reranker(this.#rerank.runner);
  }

  /** Returns at once; models load in the background. */
  static async start(options: RetrievalOptions): Promise<Retrieval> {
    const threads = inferenceThreads(options.threads, await usableCpus());
    const retrieval = new Retrieval(options, threads);
    if (options.preload) for (const model of [retrieval.#embed, retrieval.#rerank]) model.preload();
    getLogger(["sidecar", "retrieval"]).info("Inference uses {threads} thread(s).", { threads });
    return retrieval;
  }

  /** Looks again, at most every two seconds, for models whose files were missing. */
  lookAgain(): void {
    for (const model of [this.#embed, this.#rerank]) model.lookAgain();
  }

  status(): RetrievalStatus {
    const [embedder, reranker] = [this.#embed.status, this.#rerank.status];
    const gpuProcesses = [embedder, reranker].flatMap(({ gpu }) => gpu.process ?? []);
    return { embedder, reranker, threads: this.#threads, gpuProcesses };
  }

  /** Refuses new requests, lets the others finish until the signal is aborted, then ends all processes. */
  async close(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#embed, this.#rerank].map((model) => model.close(shuttingDown(), signal)));
  }
}

/**
 * The environment of the inference processes. Cards are counted as nvidia-smi does, and single floats are multiplied as
 * such: with TF32, CUDA's default, dense vectors differ from the CPU's by 2e-4 and logits by 2e-3, without by 3e-7 and
 * 1e-6 (H100, H200). What the operator sets wins.
 */
export function cudaEnvironment({
  childEnvironment,
  tf32,
}: Pick<RetrievalOptions, "childEnvironment" | "tf32">): Record<string, string> {
  return {
    CUDA_DEVICE_ORDER: "PCI_BUS_ID",
    ...(!tf32 && { NVIDIA_TF32_OVERRIDE: "0" }),
    ...childEnvironment,
  };
}

/**
 * Whether ONNX Runtime's CUDA provider is installed. Its own list of backends names what it was built for, not
 * what is there, so the library is looked for where the runtime loads it from.
 */
function cudaProviderPresent(): boolean {
  const runtime = dirname(Bun.resolveSync("onnxruntime-node/package.json", import.meta.dir));
  return existsSync(join(runtime, "bin/napi-v6", process.platform, process.arch, "libonnxruntime_providers_cuda.so"));
}
