import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { rankedIndices, sigmoid } from "../../retrieval/reranker.ts";
import type { AppEnv } from "../context.ts";
import { keepAliveField, refuseKeepAlive } from "../intake/keep-alive.ts";
import type { Services } from "../services.ts";
import {
  beforeRetrieval,
  device as deviceField,
  infer,
  lengthAtMost,
  maxChunks,
  retrievalErrors,
  retrievalHeaders,
  spokenText,
} from "./retrieval-operation.ts";

const body = z.object({
  query: spokenText,
  chunks: z.array(z.string()).max(maxChunks),
  keep_alive: keepAliveField,
  normalize: z.boolean().nullish().openapi({ description: "sigmoid of the logits" }),
  topK: lengthAtMost.nullish().openapi({ description: "length of the ranking at most" }),
});

const answer = z
  .object({
    scores: z.array(z.number()).openapi({ description: "in the order of the chunks", example: [5.26, -8.18] }),
    rankedIndices: z.array(z.int()),
    ranked_indices: z.array(z.int()).openapi({ description: "the same ranking, as the deployed backend spells it" }),
    device: deviceField,
  })
  .openapi("Ranking");

const route = createRoute({
  method: "post",
  path: "/rerank",
  operationId: "rerank",
  tags: ["Retrieval"],
  summary: "How well chunks answer a query",
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: body,
          example: { query: "who approves the drawings?", chunks: ["The engineer approves.", "Price list"] },
        },
      },
    },
  },
  responses: {
    200: {
      description: "Scores and ranking",
      headers: retrievalHeaders,
      content: {
        "application/json": {
          schema: answer,
          example: { scores: [5.26, -8.18], rankedIndices: [0, 1], ranked_indices: [0, 1], device: "cpu" as const },
        },
      },
    },
    ...retrievalErrors,
  },
});

/** `POST /rerank`. */
export function mountRerank(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { reranker } = services.retrieval;
  app.use(route.path, ...beforeRetrieval(services, { chunks: maxChunks }));

  app.openapi(route, async (c) => {
    const { query, chunks, normalize, topK, keep_alive } = c.req.valid("json");
    refuseKeepAlive(keep_alive);
    const { scores, device } = await infer(c, services, (signal) => reranker.rerank(query, chunks, signal));
    const ranking = rankedIndices(scores, topK ?? undefined);
    const shown = normalize === true ? scores.map(sigmoid) : scores;
    return c.json({ scores: shown, rankedIndices: ranking, ranked_indices: ranking, device }, 200);
  });
}
