/** Ids of XLM-RoBERTa's special tokens; the same in BGE-M3 and BGE-Reranker. */
export const specialIds = { begin: 0, pad: 1, end: 2, unknown: 3 } as const;

/** What a model reads: token ids with their special tokens. */
export interface Sequence {
  ids: number[];
  /** Whether text was cut off to stay within the limit. */
  truncated: boolean;
}

/** The beginning of a text as token ids, without special tokens around it. */
export interface Tokens {
  /** All of the text, or more than the model reads. */
  ids: number[];
  /** Whether text was given up although the model could have read more. */
  cut: boolean;
}

/** UTF-16 code units after which a text is cut at the next blank, and read on only if the model can read more. */
const pieceCharacters = 2_048;
/** The longest entry of the vocabulary, by SentencePiece's default. Only unknown characters in a row, however many, are one token too. */
const maxTokenCharacters = 16;
/** Blanks that no normaliser takes away or joins with what stands around them; `\r\n` is one. */
const blank = /[ \t]|\r\n|(?<!\r)\n/y;

function isBlank(text: string, at: number): boolean {
  blank.lastIndex = at;
  return blank.test(text);
}

/**
 * The tokens of a text as far as a model reads that reads `maxTokens`, and some more. Of a book of which a page is read
 * the rest is not looked at: the tokeniser gets the text in pieces, none of them longer than `maxTokens` of the longest
 * tokens. Each word becomes tokens for itself: what stands behind a blank changes nothing before it. A word that is
 * longer than a piece may be is given up there. Only a special token that is written out
 * in the text, such as `<mask>`, takes the blanks before it away; where a cut parts several, one token more is read there.
 *
 * @param encode the tokeniser, without special tokens
 */
export async function firstTokens(
  text: string,
  maxTokens: number,
  encode: (piece: string) => Promise<number[]>,
): Promise<Tokens> {
  const ids: number[] = [];
  for (let start = 0; start < text.length && ids.length <= maxTokens; ) {
    const longest = start + pieceCharacters + maxTokens * maxTokenCharacters;
    let end = start + pieceCharacters;
    while (end < text.length && end < longest && !isBlank(text, end)) end += 1;
    for (const id of await encode(text.slice(start, end))) ids.push(id);
    if (end === longest && end < text.length && !isBlank(text, end)) return { ids, cut: true };
    start = end;
  }
  return { ids, cut: false };
}

/**
 * `<s> A </s>`, at most `maxTokens` long. Built here because the library's own truncation loses the final
 * `</s>`.
 */
export function singleSequence({ ids, cut }: Tokens, maxTokens: number): Sequence {
  const room = maxTokens - 2;
  return {
    ids: [specialIds.begin, ...ids.slice(0, room), specialIds.end],
    truncated: cut || ids.length > room,
  };
}

/**
 * `<s> q </s></s> d </s>`, at most `maxTokens` long: the query is cut to three quarters of the limit, the
 * passage takes what is left (FlagEmbedding, `BaseReranker.compute_score_single_gpu`: `query_max_length`
 * defaults to `max_length * 3 // 4`, then `truncation='only_second'`).
 */
export function pairSequence(query: Tokens, passage: Tokens, maxTokens: number): Sequence {
  const head = query.ids.slice(0, Math.floor((maxTokens * 3) / 4));
  const room = Math.max(0, maxTokens - 4 - head.length);
  const { begin, end } = specialIds;
  return {
    ids: [begin, ...head, end, end, ...passage.ids.slice(0, room), end],
    truncated: query.cut || passage.cut || passage.ids.length > room || query.ids.length > head.length,
  };
}
