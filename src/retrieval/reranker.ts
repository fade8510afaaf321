import type { RunAnswer } from "./child/messages.ts";
import type { TextGroup } from "./child/tokenise-messages.ts";
import type { ModelRunner } from "./gpu/model-runner.ts";

export interface Scores {
  /** Raw logits in the order of the chunks; higher is more relevant. */
  scores: number[];
  /** The device that really ran. */
  device: "cpu" | "cuda";
  /** Tokens the model read for each pair, special ones included. */
  tokens: number[];
  /** Milliseconds in the queue and in inference. */
  waitedMs: number;
  computedMs: number;
}

/** Says how well texts answer a query. */
export class Reranker {
  readonly #runner: Pick<ModelRunner<number>, "submit">;

  constructor(runner: Pick<ModelRunner<number>, "submit">) {
    this.#runner = runner;
  }

  /**
   * How well each chunk answers the query. Without chunks the answer is empty and no model is needed.
   * @throws SidecarError as `Embedder.embed`; the signal's reason when that is aborted
   */
  async rerank(query: string, chunks: readonly string[], signal: AbortSignal): Promise<Scores> {
    if (chunks.length === 0) return { scores: [], device: "cpu", tokens: [], waitedMs: 0, computedMs: 0 };
    const { results, device, tokens, waitedMs, computedMs } = await this.#runner.submit(
      { query, texts: [...chunks] },
      signal,
    );
    return { scores: results, device, tokens, waitedMs, computedMs };
  }
}

/** The logits of a batch. */
export function unpackScores(answer: RunAnswer, count: number): number[] {
  if (answer.type !== "scored" || answer.logits.length !== count) throw new Error("the child answered something else");
  return [...answer.logits];
}

/** Indices of the scores from the highest to the lowest, ties in their order; at most `topK` of them. */
export function rankedIndices(scores: readonly number[], topK = scores.length): number[] {
  const score = (index: number) => scores[index] ?? Number.NEGATIVE_INFINITY;
  return [...scores.keys()].sort((left, right) => score(right) - score(left) || left - right).slice(0, topK);
}

/** A logit as a share between 0 and 1. */
export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Pairs that tell a working GPU from a broken one: relevant, not relevant, and in another language. */
export const rerankingCanary: TextGroup = {
  query: "What is BGE M3?",
  texts: [
    "BGE M3 is an embedding model for dense and lexical retrieval in many languages.",
    "The concrete of the second floor was poured in March.",
    "แบบก่อสร้างอาคารและรายการคำนวณโครงสร้าง",
  ],
};
