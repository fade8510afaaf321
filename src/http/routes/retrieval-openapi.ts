import { createRoute, z } from "@hono/zod-openapi";
import { requestIdHeader, residencyHeaders } from "../answers/openapi-headers.ts";
import { accessErrors, problemResponses } from "../answers/problem-responses.ts";
import {
  embedAnswer,
  embedBatchAnswer,
  embedBody,
  jinaRerankAnswer,
  jinaRerankBody,
  openAiEmbeddingsAnswer,
  openAiEmbeddingsBody,
  rerankAnswer,
  rerankBody,
} from "./retrieval-schemas.ts";

const tags = ["Retrieval"];
const headers = { ...requestIdHeader, ...residencyHeaders };

const errors = problemResponses(
  ...accessErrors,
  "invalid_request",
  "invalid_json",
  "keep_alive_not_allowed",
  "body_timeout",
  "body_too_large",
  "too_many_texts",
  "unsupported_media_type",
  "internal_error",
  "retrieval_busy",
  "model_loading",
  "model_unavailable",
  "shutting_down",
  "retrieval_timeout",
);

const vector = {
  dense: [0.0312, -0.0127],
  sparse: { indices: [4865, 83], values: [0.21, 0.08] },
  tokens: 6,
  truncated: false,
};
const ranking = { scores: [5.26, -8.18], rankedIndices: [0, 1], ranked_indices: [0, 1], device: "cpu" as const };

export const embedRoute = createRoute({
  method: "post",
  path: "/embed",
  operationId: "embed",
  tags,
  summary: "Dense and sparse vectors of one text or several",
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: embedBody,
          examples: {
            text: { value: { text: "แบบก่อสร้างอาคาร" } },
            texts: { value: { texts: ["แบบก่อสร้างอาคาร", "concrete works"] } },
          },
        },
      },
    },
  },
  responses: {
    200: {
      description: "The vectors: of `text` by themselves, of `texts` as results in their order",
      headers,
      content: {
        "application/json": {
          schema: z.union([embedAnswer, embedBatchAnswer]),
          examples: {
            text: { value: { ...vector, device: "cpu" as const } },
            texts: { value: { results: [vector, vector], device: "cpu" as const } },
          },
        },
      },
    },
    ...errors,
  },
});

export const rerankRoute = createRoute({
  method: "post",
  path: "/rerank",
  operationId: "rerank",
  tags,
  summary: "How well chunks answer a query",
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: rerankBody,
          example: { query: "who approves the drawings?", chunks: ["The engineer approves.", "Price list"] },
        },
      },
    },
  },
  responses: {
    200: {
      description: "Scores and ranking",
      headers,
      content: { "application/json": { schema: rerankAnswer, example: ranking } },
    },
    ...errors,
  },
});

export const openAiEmbeddingsRoute = createRoute({
  method: "post",
  path: "/v1/embeddings",
  operationId: "openAiEmbeddings",
  tags,
  summary: "Dense vectors, as OpenAI's clients ask for them",
  description: "Errors also carry `error` with `message`, `type` and `code`, as OpenAI's clients expect.",
  request: {
    body: {
      required: true,
      content: {
        "application/json": { schema: openAiEmbeddingsBody, example: { model: "bge-m3", input: "concrete works" } },
      },
    },
  },
  responses: {
    200: {
      description: "The vectors",
      headers,
      content: {
        "application/json": {
          schema: openAiEmbeddingsAnswer,
          example: {
            object: "list" as const,
            data: [{ object: "embedding" as const, index: 0, embedding: [0.0312, -0.0127] }],
            model: "bge-m3",
            usage: { prompt_tokens: 6, total_tokens: 6 },
          },
        },
      },
    },
    ...errors,
  },
});

export const jinaRerankRoute = createRoute({
  method: "post",
  path: "/v1/rerank",
  operationId: "jinaRerank",
  tags,
  summary: "Reranking, as the clients of Jina and Cohere ask for it",
  description: "Errors also carry `error` with `message`, `type` and `code`.",
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: jinaRerankBody,
          example: { query: "approval", documents: ["The engineer approves.", "Price list"], top_n: 1 },
        },
      },
    },
  },
  responses: {
    200: {
      description: "The best documents first",
      headers,
      content: {
        "application/json": {
          schema: jinaRerankAnswer,
          example: {
            model: "bge-reranker-large",
            results: [{ index: 0, relevance_score: 0.9948 }],
            usage: { total_tokens: 24 },
          },
        },
      },
    },
    ...errors,
  },
});
