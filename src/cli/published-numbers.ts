import type { Embedding } from "../retrieval/embedder.ts";
import type { Retrieval } from "../retrieval/retrieval.ts";

/**
 * Numbers that the models' authors print beside their examples. They were computed with half floats, so fp32
 * agrees to about two digits after the point.
 */
export const publishedNumbers = {
  sources: [
    "model card of BAAI/bge-m3 (similarities, lexical matching, token weights)",
    "FlagEmbedding, examples/inference/reranker/encoder_only/base_single_device.py (logits of bge-reranker-large)",
  ],
  questions: ["What is BGE M3?", "Defination of BM25"],
  passages: [
    "BGE M3 is an embedding model supporting dense retrieval, lexical matching and multi-vector interaction.",
    "BM25 is a bag-of-words retrieval function that ranks a set of documents based on the query terms appearing in each document",
  ],
  dense: [
    [0.6265, 0.3477],
    [0.3499, 0.678],
  ],
  lexical: { matching: 0.19554901123046875, notMatching: 0 },
  /** Of the first question: What, is, B, GE, M, 3, ?; of the second: De, fin, ation, of, BM, 25. */
  tokenWeights: [
    [0.08356, 0.0814, 0.1296, 0.252, 0.1702, 0.2695, 0.04092],
    [0.05005, 0.1368, 0.04498, 0.0633, 0.2515, 0.3335],
  ],
  pairs: [
    ["What is the capital of France?", "Paris is the capital of France.", 7.9765625],
    ["What is the capital of France?", "The population of China is over 1.4 billion people.", -6.859375],
    ["What is the population of China?", "Paris is the capital of France.", -7.15625],
    ["What is the population of China?", "The population of China is over 1.4 billion people.", 5.44921875],
  ],
} as const;

export interface Comparison {
  what: string;
  published: number;
  measured: number;
  tolerance: number;
  device: string;
}

/** Every published number beside the one that these services compute. */
export async function differences(retrieval: Retrieval, signal: AbortSignal): Promise<Comparison[]> {
  const { questions, passages, dense, lexical, tokenWeights, pairs } = publishedNumbers;
  const asked = await retrieval.embedder.embed(questions, signal);
  const told = await retrieval.embedder.embed(passages, signal);
  const { device } = asked;
  const found: Comparison[] = [];
  for (const [row, question] of asked.results.entries()) {
    for (const [column, passage] of told.results.entries()) {
      const published = dense[row]?.[column] ?? Number.NaN;
      const measured = denseSimilarity(question, passage);
      found.push({
        what: `dense, question ${row} and passage ${column}`,
        published,
        measured,
        tolerance: 0.005,
        device,
      });
    }
    for (const [place, published] of (tokenWeights[row] ?? []).entries()) {
      const measured = question.sparse.values[place] ?? Number.NaN;
      found.push({
        what: `weight of token ${place} of question ${row}`,
        published,
        measured,
        tolerance: 0.002,
        device,
      });
    }
  }
  const [first, second] = asked.results;
  const matching = lexicalScore(first, told.results[0]);
  const notMatching = lexicalScore(first, second);
  const tolerance = 0.002;
  found.push({
    what: "lexical, question 0 and passage 0",
    published: lexical.matching,
    measured: matching,
    tolerance,
    device,
  });
  found.push({
    what: "lexical, both questions",
    published: lexical.notMatching,
    measured: notMatching,
    tolerance,
    device,
  });
  for (const [query, passage, published] of pairs) {
    const { scores, device: ranOn } = await retrieval.reranker.rerank(query, [passage], signal);
    const what = `logit, ${query.slice(12, 24)}… and ${passage.slice(0, 12)}…`;
    found.push({ what, published, measured: scores[0] ?? Number.NaN, tolerance: 0.05, device: ranOn });
  }
  return found;
}

const denseSimilarity = (left: Embedding, right: Embedding) =>
  left.dense.reduce((sum, value, index) => sum + value * (right.dense[index] ?? 0), 0);

/** The sum over the common tokens of the product of their weights (FlagEmbedding, `compute_lexical_matching_score`). */
function lexicalScore(left: Embedding | undefined, right: Embedding | undefined): number {
  const weights = new Map(right?.sparse.indices.map((id, place) => [id, right.sparse.values[place] ?? 0]));
  return (left?.sparse.indices ?? []).reduce(
    (sum, id, place) => sum + (left?.sparse.values[place] ?? 0) * (weights.get(id) ?? 0),
    0,
  );
}
