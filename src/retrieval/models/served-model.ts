import type PQueue from "p-queue";
import type { SidecarError } from "../../errors.ts";
import type { BatchLimits } from "../batching/batch-plan.ts";
import { Batcher } from "../batching/batcher.ts";
import type { BatchRecord } from "../batching/child-operations.ts";
import type { StartChild } from "../child/inference-child.ts";
import type { RunAnswer } from "../child/messages.ts";
import { lengthMultiple } from "../child/sequences.ts";
import type { TextGroup } from "../child/tokenise-messages.ts";
import { gpuPlans } from "../gpu/gpu-memory.ts";
import type { FreeVram } from "../gpu/gpu-policy.ts";
import { type GpuChange, GpuRunner } from "../gpu/gpu-runner.ts";
import { ModelRunner } from "../gpu/model-runner.ts";
import type { Dtype } from "./model-files.ts";
import { ModelPreparation } from "./model-preparation.ts";
import { ModelSession } from "./model-session.ts";
import type { SessionState } from "./session-state.ts";

export interface ServedModelOptions<Result> {
  kind: "embed" | "rerank";
  /** What callers know it as, such as `embedding model`. */
  name: string;
  modelDir: string;
  model: string;
  sparseHead: string | undefined;
  dtype: Dtype;
  maxTokens: number;
  device: "auto" | "cpu" | "cuda";
  gpuIndex: number;
  download: boolean;
  fetchCommand: string;
  hub?: string;
  threads: number;
  timeoutMs: number;
  gpuIdleMs: number;
  watchGpuEveryMs: number;
  headroomThresholdMb: number;
  providerPresent: boolean;
  /** Whether single floats are multiplied as such on the GPU, not as TF32. */
  exactSingleFloats: boolean;
  readFreeVram(signal: AbortSignal): Promise<FreeVram>;
  startChild: StartChild;
  /** One batch at a time on the CPU, and one download. */
  gate: PQueue;
  downloads: PQueue;
  unpack(answer: RunAnswer, count: number): Result[];
  canary: { group: TextGroup; numbers(results: readonly Result[]): number[] };
  onBatch(device: "cpu" | "cuda", record: BatchRecord): void;
  onGpu(change: GpuChange): void;
  now(): number;
}

export interface ModelStatus {
  /** As configured. */
  model: string;
  dtype: Dtype;
  /** The CPU session; it is what makes the model ready or not. */
  cpu: SessionState;
  /** Process id of the CPU child, while there is one. */
  pid: number | undefined;
  gpu: GpuRunner<unknown>["status"];
  /** Where the next request runs. */
  device: "cpu" | "cuda";
  requests: number;
  /** Texts that wait or run. */
  texts: number;
  crashes: number;
  /** Processes that were ended because they computed nothing useful. */
  replacements: number;
  gpuFailures: number;
}

const queue = { maxRequests: 2_048, maxCharacters: 64 * 1024 * 1024 };

/**
 * On a CPU a batch gains nothing from more tokens than these: of a layer of BGE-M3's width one token took 266 us of one
 * core in 1×512, 316 in 4×512, 252 in 1×305, 283 in 6×305, 238 in 4×128 and 261 in 16×128. Who comes while a large request is
 * computed waits for one batch.
 */
const cpuLimits: BatchLimits = {
  maxPaddedTokens: 512,
  maxSquaredTokens: 512 ** 2,
  maxPaddingTokens: 64,
  maxSmallTokens: 2_048,
  lengthMultiple: lengthMultiple.cpu,
};

/** One model with its session on the CPU and, on demand, one on the GPU. */
export class ServedModel<Result> {
  readonly runner: ModelRunner<Result>;
  readonly #options: ServedModelOptions<Result>;
  readonly #files: ModelPreparation;
  readonly #session: ModelSession;
  readonly #cpu: Batcher<Result>;
  readonly #gpu: GpuRunner<Result>;

  constructor(options: ServedModelOptions<Result>) {
    this.#options = options;
    this.#files = new ModelPreparation(options);
    this.#session = this.#open("cpu");
    this.#cpu = this.#batcher("cpu", this.#session, cpuLimits);
    this.#gpu = new GpuRunner({
      ...options,
      thresholdMb: options.headroomThresholdMb,
      idleMs: options.gpuIdleMs,
      watchEveryMs: options.watchGpuEveryMs,
      plans: async () => {
        const shape = await this.#files.shape();
        return shape === undefined ? [] : gpuPlans(shape);
      },
      open: (limits) => {
        const session = this.#open("cuda");
        return { session, batcher: this.#batcher("cuda", session, limits) };
      },
      cpu: this.#cpu,
      exact: options.exactSingleFloats && options.dtype === "fp32",
    });
    this.runner = new ModelRunner(options.name, this.#cpu, this.#gpu);
  }

  /** Loads the model in the background, if its files are there or may be fetched. */
  preload(): void {
    this.#session.demand();
    if (this.#options.device === "cuda") void this.#gpu.consider();
  }

  /** Looks again for files that were not there when somebody wanted the model; loads it where they are. */
  lookAgain(): void {
    if (this.#session.state.state === "missing") this.#session.demand();
  }

  get status(): ModelStatus {
    const gpu = this.#gpu.ready;
    const loads = [this.#cpu.load, ...(gpu === undefined ? [] : [gpu.load])];
    return {
      model: this.#options.model,
      dtype: this.#options.dtype,
      cpu: this.#session.told,
      pid: this.#session.pid,
      gpu: this.#gpu.status,
      device: gpu === undefined ? "cpu" : "cuda",
      requests: loads.reduce((sum, { requests }) => sum + requests, 0),
      texts: loads.reduce((sum, { texts }) => sum + texts, 0),
      crashes: this.#session.crashes,
      replacements: this.#session.replacements,
      gpuFailures: this.#gpu.failures,
    };
  }

  /** Lets requests finish until the signal is aborted, then ends the processes. */
  async close(error: SidecarError, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
    await Promise.race([aborted, Promise.all([this.#cpu.drain(error), this.#gpu.ready?.drain(error)])]);
    this.#files.close();
    await Promise.all([this.#gpu.close(), this.#session.close("the service stops")]);
    this.#cpu.close(error);
  }

  #open(device: "cpu" | "cuda"): ModelSession {
    return new ModelSession({
      label: `${this.#options.name} on ${device}`,
      prepare: (onFetch) => this.#files.prepare(device, onFetch),
      onReady: () => this.#files.verified(),
      startChild: this.#options.startChild,
      restarts: device === "cpu",
      now: this.#options.now,
    });
  }

  #batcher(device: "cpu" | "cuda", session: ModelSession, limits: BatchLimits): Batcher<Result> {
    const { name, timeoutMs, unpack, now, gate, onBatch } = this.#options;
    return new Batcher({
      session,
      name,
      queue,
      limits,
      timeoutMs,
      gate: device === "cpu" ? gate : undefined,
      batchesAtATime: device === "cpu" ? 1 : 2,
      unpack,
      onBatch: (record) => onBatch(device, record),
      now,
    });
  }
}
