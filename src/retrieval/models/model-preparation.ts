import type PQueue from "p-queue";
import type { LoadSettings } from "../child/messages.ts";
import { readModelConfig } from "../child/model-config.ts";
import type { ModelShape } from "../gpu/gpu-memory.ts";
import { type FetchProgress, fetchModel } from "./model-fetch.ts";
import { type Dtype, findModelFiles, type RecordedFile } from "./model-files.ts";
import { parseModelName } from "./model-name.ts";
import type { Prepared } from "./model-session.ts";

export interface PreparationOptions {
  kind: LoadSettings["kind"];
  modelDir: string;
  model: string;
  sparseHead: string | undefined;
  dtype: Dtype;
  maxTokens: number;
  gpuIndex: number;
  threads: number;
  download: boolean;
  /** What a person types to fetch the models. */
  fetchCommand: string;
  hub?: string;
  /** Shared by all models: one download at a time, so that their records do not overwrite each other. */
  downloads: PQueue;
}

const bytesPerMb = 1_048_576;

/** Finds a model's files before a child loads them, fetches them where that is allowed, and knows which were checked. */
export class ModelPreparation {
  readonly #options: PreparationOptions;
  readonly #closing = new AbortController();
  /** Recorded files that a child has checked since they last changed. */
  readonly #checked = new Set<string>();
  #asked: readonly RecordedFile[] = [];

  constructor(options: PreparationOptions) {
    this.#options = options;
  }

  /** What a child needs to load the model on that device, or why it cannot. */
  async prepare(device: LoadSettings["device"], onFetch: (done: number) => void): Promise<Prepared> {
    const { kind, maxTokens, gpuIndex, threads, download } = this.#options;
    let found = await this.#find();
    if (!found.ok && found.absent && download && this.#fetchable) {
      await this.#fetch(onFetch);
      found = await this.#find();
    }
    if (!found.ok) return { ok: false, reason: found.absent ? this.#withCommand(found) : found.reason };
    const { folder, modelFile, sparseHead, recorded } = found.files;
    this.#asked = recorded;
    const verify = recorded.filter((file) => !this.#checked.has(stateOf(file)));
    const head = sparseHead === undefined ? {} : { sparseHead };
    return { ok: true, settings: { kind, folder, modelFile, ...head, device, gpuIndex, threads, maxTokens, verify } };
  }

  /** A child loaded the files of the last preparation, so they are as recorded. */
  verified(): void {
    for (const file of this.#asked) this.#checked.add(stateOf(file));
  }

  /** What decides how much of a card the model takes, or undefined while its files are not there. */
  async shape(): Promise<ModelShape | undefined> {
    const found = await this.#find();
    if (!found.ok) return undefined;
    const { dimension, heads, maxTokens } = await readModelConfig(found.files.folder);
    return {
      weightsMb: found.files.bytes / bytesPerMb,
      dimension,
      heads,
      floatBytes: this.#options.dtype === "fp16" ? 2 : 4,
      maxTokens: Math.min(maxTokens, this.#options.maxTokens),
    };
  }

  close(): void {
    this.#closing.abort();
  }

  get #fetchable(): boolean {
    return parseModelName(this.#options.model)?.fetchable ?? false;
  }

  #find() {
    const { modelDir, model, dtype, sparseHead } = this.#options;
    return findModelFiles(modelDir, model, dtype, sparseHead);
  }

  async #fetch(onFetch: (done: number) => void): Promise<void> {
    const { signal } = this.#closing;
    const onProgress = ({ doneBytes, totalBytes }: FetchProgress) =>
      onFetch(totalBytes === 0 ? 0 : doneBytes / totalBytes);
    await this.#options.downloads.add(() => fetchModel(this.#options, { signal, onProgress }), { signal });
  }

  #withCommand({ reason, isHead }: { reason: string; isHead?: boolean }): string {
    if (!this.#fetchable) return `${reason}; put the model's files below MODEL_DIR`;
    const { model, dtype, fetchCommand } = this.#options;
    if (isHead) return `${reason}; "${fetchCommand}" fetches it`;
    return withFetchCommand(reason, model, dtype, fetchCommand);
  }
}

/** Why a model is not there, and how a person gets it. */
export const withFetchCommand = (reason: string, model: string, dtype: Dtype, command: string): string =>
  `${reason}; "${command}" fetches it (${sizeHint(model, dtype)})`;

/** Gigabytes to fetch, from the listings of the repositories; only what is known is said. */
const gigabytes: Readonly<Record<string, Partial<Record<Dtype, number>>>> = {
  "Xenova/bge-m3": { fp32: 2.3 },
  "BAAI/bge-m3": { fp32: 2.3 },
  "aapot/bge-m3-onnx": { fp32: 2.3 },
  "gpahal/bge-m3-onnx-int8": { int8: 0.6 },
  "Xenova/bge-reranker-large": { fp32: 2.2 },
};

/** How much a person is about to fetch, for a sentence. */
function sizeHint(model: string, dtype: Dtype): string {
  const size = gigabytes[parseModelName(model)?.name ?? ""]?.[dtype];
  return size === undefined ? "its size is shown before it starts" : `about ${size} GB`;
}

const stateOf = ({ path, bytes, changedMs, sha256 }: RecordedFile) => `${path} ${bytes} ${changedMs} ${sha256}`;
