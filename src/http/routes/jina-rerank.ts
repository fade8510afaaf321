import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { rankedIndices, sigmoid } from "../../retrieval/reranker.ts";
import { answerWithList } from "../answers/long-list.ts";
import type { AppEnv } from "../context.ts";
import { keepAliveField, refuseKeepAlive } from "../intake/keep-alive.ts";
import type { Services } from "../services.ts";
import {
  beforeRetrieval,
  infer,
  maxChunks,
  retrievalErrors,
  retrievalHeaders,
  spokenText,
} from "./retrieval-operation.ts";

const body = z.object({
  query: spokenText,
  documents: z.array(z.union([z.string(), z.object({ text: z.string() })])).max(maxChunks),
  model: z.string().nullish(),
  keep_alive: keepAliveField,
  top_n: z.int().min(1).nullish(),
  return_documents: z.boolean().nullish(),
});

const answer = z
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

const route = createRoute({
  method: "post",
  path: "/v1/rerank",
  operationId: "jinaRerank",
  tags: ["Retrieval"],
  summary: "Reranking, as the clients of Jina and Cohere ask for it",
  description: "Errors also carry `error` with `message`, `type` and `code`.",
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: body,
          example: { query: "approval", documents: ["The engineer approves.", "Price list"], top_n: 1 },
        },
      },
    },
  },
  responses: {
    200: {
      description: "The best documents first",
      headers: retrievalHeaders,
      content: {
        "application/json": {
          schema: answer,
          example: {
            model: "bge-reranker-large",
            results: [{ index: 0, relevance_score: 0.9948 }],
            usage: { total_tokens: 24 },
          },
        },
      },
    },
    ...retrievalErrors,
  },
});

/** `POST /v1/rerank`, as the clients of Jina and Cohere ask. */
export function mountJinaRerank(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { reranker, rerankModel } = services.retrieval;
  app.use(route.path, ...beforeRetrieval(services, { documents: maxChunks }));

  app.openapi(route, async (c) => {
    const { query, documents, model, top_n, return_documents, keep_alive } = c.req.valid("json");
    refuseKeepAlive(keep_alive);
    const texts = documents.map((document) => (typeof document === "string" ? document : document.text));
    const { scores, tokens } = await infer(c, services, (signal) => reranker.rerank(query, texts, signal));
    const results = rankedIndices(scores, top_n ?? undefined)
      .values()
      .map((index) => {
        const result = { index, relevance_score: sigmoid(scores[index] ?? Number.NEGATIVE_INFINITY) };
        return return_documents === true ? { ...result, document: { text: texts[index] ?? "" } } : result;
      });
    const totalTokens = tokens.reduce((sum, count) => sum + count, 0);
    const rest = { model: model ?? rerankModel, usage: { total_tokens: totalTokens } };
    return answerWithList<z.infer<typeof answer>, "results">(c, rest, "results", results);
  });
}
