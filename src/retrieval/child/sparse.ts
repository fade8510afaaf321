import { specialIds } from "./tokenise.ts";

/** Lexical weights of one text: unique token ids and, in the same order, how much each matters. */
export interface SparseVector {
  indices: number[];
  values: number[];
}

const highestSpecialId = Math.max(...Object.values(specialIds));

/**
 * Lexical weights from one weight per token: special tokens dropped, the largest weight where a token occurs
 * more than once, weights of zero and below left out, in the order of first occurrence (FlagEmbedding,
 * `M3Embedder._process_token_weights`).
 */
export function sparseVector(ids: ArrayLike<number>, weights: ArrayLike<number>): SparseVector {
  // A Map and not an object: an object sorts keys that look like integers.
  const strongest = new Map<number, number>();
  for (let position = 0; position < ids.length; position += 1) {
    const id = ids[position] ?? specialIds.pad;
    const weight = weights[position] ?? 0;
    if (id <= highestSpecialId || !(weight > 0)) continue;
    strongest.set(id, Math.max(weight, strongest.get(id) ?? 0));
  }
  return { indices: [...strongest.keys()], values: [...strongest.values()] };
}
