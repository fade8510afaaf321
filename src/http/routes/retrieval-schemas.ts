import { z } from "@hono/zod-openapi";
import { keepAliveField } from "../intake/keep-alive.ts";

/** Chunks or documents in one ranking: the contract's limit. */
export const maxChunks = 1000;
/** OpenAI's limit for `input`. */
export const maxInputs = 2048;

/** A text that says something. */
const spokenText = z.string().refine((text) => text.trim() !== "", "the text is blank");

const device = z.enum(["cuda", "cpu"]).openapi({ description: "the device that really ran" });

export const embedBody = z
  .object({
    text: spokenText.nullish().openapi({ example: "แบบก่อสร้างอาคาร" }),
    texts: z.array(spokenText).nullish().openapi({ description: "at most MAX_CLIENT_BATCH (64 by default)" }),
    keep_alive: keepAliveField,
  })
  .refine(
    ({ text, texts }) => (text ?? undefined) !== undefined || (texts ?? undefined) !== undefined,
    "send text or texts",
  )
  .refine(
    ({ text, texts }) => (text ?? undefined) === undefined || (texts ?? undefined) === undefined,
    "send text or texts, not both",
  );

const embedding = z.object({
  dense: z.array(z.number()).openapi({ description: "the L2-normalised CLS vector", example: [0.12, -0.03] }),
  sparse: z
    .object({ indices: z.array(z.int()), values: z.array(z.number()) })
    .openapi({ description: "lexical weights by token id", example: { indices: [4865], values: [0.21] } }),
  tokens: z.int(),
  truncated: z.boolean(),
});

export const embedAnswer = embedding.extend({ device }).openapi("Embedding");
export const embedBatchAnswer = z.object({ results: z.array(embedding), device }).openapi("Embeddings");

export type EmbeddingList = z.infer<typeof embedBatchAnswer>;

export const rerankBody = z.object({
  query: spokenText,
  chunks: z.array(z.string()).max(maxChunks),
  keep_alive: keepAliveField,
  normalize: z.boolean().nullish().openapi({ description: "sigmoid of the logits" }),
  topK: z.int().min(1).nullish().openapi({ description: "length of the ranking at most" }),
});

export const rerankAnswer = z
  .object({
    scores: z.array(z.number()).openapi({ description: "in the order of the chunks", example: [5.26, -8.18] }),
    rankedIndices: z.array(z.int()),
    ranked_indices: z.array(z.int()).openapi({ description: "the same ranking, as the deployed backend spells it" }),
    device,
  })
  .openapi("Ranking");

const tokenArrays = "token arrays are not accepted; set check_embedding_ctx_length=False in the OpenAI client";

export const openAiEmbeddingsBody = z.object({
  input: z.union([spokenText, z.array(spokenText, tokenArrays).max(maxInputs)], tokenArrays),
  model: z.string().nullish(),
  keep_alive: keepAliveField,
  encoding_format: z.enum(["float", "base64"]).nullish(),
});

export const openAiEmbeddingsAnswer = z
  .object({
    object: z.literal("list"),
    data: z.array(
      z.object({
        object: z.literal("embedding"),
        index: z.int(),
        embedding: z.union([z.array(z.number()), z.string()]),
      }),
    ),
    model: z.string(),
    usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
  })
  .openapi("OpenAiEmbeddings");

export type OpenAiEmbeddings = z.infer<typeof openAiEmbeddingsAnswer>;

export const jinaRerankBody = z.object({
  query: spokenText,
  documents: z.array(z.union([z.string(), z.object({ text: z.string() })])).max(maxChunks),
  model: z.string().nullish(),
  keep_alive: keepAliveField,
  top_n: z.int().min(1).nullish(),
  return_documents: z.boolean().nullish(),
});

export const jinaRerankAnswer = z
  .object({
    model: z.string(),
    results: z.array(
      z.object({
        index: z.int(),
        relevance_score: z.number().openapi({ description: "sigmoid of the logit" }),
        document: z.object({ text: z.string() }).optional(),
      }),
    ),
    usage: z.object({ total_tokens: z.int() }),
  })
  .openapi("JinaRanking");

export type JinaRanking = z.infer<typeof jinaRerankAnswer>;
