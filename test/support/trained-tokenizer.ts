import { z } from "zod";
import pieces from "../fixtures/trained-pieces.json";
import { tinyTokenizerJson } from "./tiny-tokenizer.ts";

const charsmap = Bun.zstdDecompressSync(
  await Bun.file(new URL("../fixtures/nmt-nfkc.charsmap.zst", import.meta.url)).bytes(),
);
const scored = z.array(z.tuple([z.string(), z.number()])).parse(pieces);
const [begin, pad, end, unknown, mask] = tinyTokenizerJson.added_tokens;
const specials = [begin, pad, end, unknown].map((token) => [token?.content, 0]);
const maskId = specials.length + scored.length;

/**
 * A Unigram tokeniser that SentencePiece trained, with its own table of characters (`nmt_nfkc`, XLM-RoBERTa's), in the
 * shape of XLM-RoBERTa's file. It asks to be cut and padded, as some published files do.
 */
export const trainedTokenizerJson = {
  ...tinyTokenizerJson,
  truncation: { direction: "Right", max_length: 8, strategy: "LongestFirst", stride: 0 },
  padding: {
    strategy: { Fixed: 64 },
    direction: "Right",
    pad_to_multiple_of: null,
    pad_id: 1,
    pad_type_id: 0,
    pad_token: "<pad>",
  },
  added_tokens: [begin, pad, end, unknown, { ...mask, id: maskId }],
  normalizer: { type: "Precompiled", precompiled_charsmap: Buffer.from(charsmap).toString("base64") },
  model: { type: "Unigram", unk_id: 3, vocab: [...specials, ...scored, ["<mask>", 0]], byte_fallback: false },
};
