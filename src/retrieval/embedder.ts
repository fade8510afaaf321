import type { Place } from "./batching/batcher.ts";
import type { RunAnswer } from "./child/messages.ts";
import { type SparseVector, unpackSparseVectors } from "./child/sparse.ts";
import type { TextGroup } from "./child/tokenise-messages.ts";
import type { ModelRunner } from "./gpu/model-runner.ts";

/** What the model says about one text. */
export interface Embedding {
  /** The L2-normalised CLS vector, as long as the model's hidden size (1,024 for BGE-M3). */
  dense: Float32Array;
  /** Lexical weights: unique token ids in the order of their first occurrence, and their weights, all above 0. */
  sparse: SparseVector;
  /** Tokens the model read, special ones included. */
  tokens: number;
  /** Whether the text was longer than the model reads. */
  truncated: boolean;
}

export interface Embeddings {
  /** In the order of the texts. */
  results: Embedding[];
  /** The device that really ran. */
  device: "cpu" | "cuda";
  /** Milliseconds in the queue and in inference. */
  waitedMs: number;
  computedMs: number;
}

/** Makes vectors of texts. */
export class Embedder {
  readonly #runner: Pick<ModelRunner<DenseAndSparse>, "submit">;

  constructor(runner: Pick<ModelRunner<DenseAndSparse>, "submit">) {
    this.#runner = runner;
  }

  /**
   * Dense and sparse vectors of the texts; a text's vectors do not depend on what else is asked for.
   * @throws SidecarError `model_unavailable`, `model_loading`, `retrieval_busy`, `retrieval_timeout`,
   * `internal_error` or `shutting_down`; the signal's reason when that is aborted
   */
  async embed(texts: readonly string[], signal: AbortSignal, place: Place = {}): Promise<Embeddings> {
    if (texts.length === 0) return { results: [], device: "cpu", waitedMs: 0, computedMs: 0 };
    const { results, tokens, truncated, device, waitedMs, computedMs } = await this.#runner.submit(
      { texts: [...texts] },
      signal,
      place,
    );
    return {
      results: results.map(({ dense, sparse }, index) => ({
        dense,
        sparse,
        tokens: tokens[index] ?? 0,
        truncated: truncated[index] ?? false,
      })),
      device,
      waitedMs,
      computedMs,
    };
  }
}

/**
 * Embeds any number of texts, so many at a time, each part with the time limits of a request of its own, and all
 * in the place of the first: a long list neither fills the queue nor runs into a limit that was made for short ones.
 */
export async function embedInParts(
  embedder: Pick<Embedder, "embed">,
  texts: readonly string[],
  textsAtATime: number,
  signal: AbortSignal,
): Promise<Embeddings> {
  const place: Place = {};
  const parts: Embeddings[] = [];
  for (let start = 0; start < texts.length; start += textsAtATime) {
    parts.push(await embedder.embed(texts.slice(start, start + textsAtATime), signal, place));
  }
  return {
    results: parts.flatMap(({ results }) => results),
    device: parts.at(-1)?.device ?? "cpu",
    waitedMs: parts.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
    computedMs: parts.reduce((sum, { computedMs }) => sum + computedMs, 0),
  };
}

/** The first so many numbers of a vector, of length 1 again; the vector itself where it has no more. */
export function shortened(dense: Float32Array, dimensions: number): Float32Array {
  if (dimensions >= dense.length) return dense;
  const first = dense.slice(0, dimensions);
  const length = Math.hypot(...first);
  return length === 0 ? first : first.map((value) => value / length);
}

/** The numbers of one text as they come from a batch. */
export interface DenseAndSparse {
  dense: Float32Array;
  sparse: SparseVector;
}

/** Cuts what the child answered for a batch into the numbers of its sequences. */
export function unpackEmbeddings(answer: RunAnswer, count: number): DenseAndSparse[] {
  if (answer.type !== "embedded" || answer.sparse.lengths.length !== count)
    throw new Error("the child answered something else");
  const dimension = answer.dense.length / count;
  return unpackSparseVectors(answer.sparse).map((sparse, row) => ({
    dense: answer.dense.slice(row * dimension, (row + 1) * dimension),
    sparse,
  }));
}

/** Texts that tell a working GPU from a broken one: two languages, two lengths. */
export const embeddingCanary: TextGroup = {
  texts: ["What is BGE M3?", "รายงานผลการตรวจสอบเสาเข็มและงานคอนกรีตของอาคาร ฉบับที่ 1"],
};
