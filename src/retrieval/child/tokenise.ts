/** Ids of XLM-RoBERTa's special tokens; the same in BGE-M3 and BGE-Reranker. */
export const specialIds = { begin: 0, pad: 1, end: 2, unknown: 3 } as const;

/** What a model reads: token ids with their special tokens. */
export interface Sequence {
  ids: number[];
  /** Whether text was cut off to stay within the limit. */
  truncated: boolean;
}

/**
 * `<s> A </s>`, at most `maxTokens` long. Built here because the library's own truncation loses the final
 * `</s>`. `ids` are the text's tokens without special ones.
 */
export function singleSequence(ids: readonly number[], maxTokens: number): Sequence {
  const room = maxTokens - 2;
  return {
    ids: [specialIds.begin, ...ids.slice(0, room), specialIds.end],
    truncated: ids.length > room,
  };
}

/**
 * `<s> q </s></s> d </s>`, at most `maxTokens` long: the query is cut to three quarters of the limit, the
 * passage takes what is left (FlagEmbedding, `BaseReranker.compute_score_single_gpu`: `query_max_length`
 * defaults to `max_length * 3 // 4`, then `truncation='only_second'`).
 */
export function pairSequence(query: readonly number[], passage: readonly number[], maxTokens: number): Sequence {
  const head = query.slice(0, Math.floor((maxTokens * 3) / 4));
  const room = Math.max(0, maxTokens - 4 - head.length);
  const { begin, end } = specialIds;
  return {
    ids: [begin, ...head, end, end, ...passage.slice(0, room), end],
    truncated: passage.length > room || query.length > head.length,
  };
}
