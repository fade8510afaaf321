import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { rankedIndices, sigmoid } from "../../retrieval/reranker.ts";
import { invalidField } from "../answers/faults.ts";
import { answerWithList } from "../answers/large-json.ts";
import { invalidRequest } from "../answers/problem.ts";
import type { AppEnv } from "../context.ts";
import { keepAliveField, refuseKeepAlive } from "../intake/keep-alive.ts";
import type { Services } from "../services.ts";
import {
  beforeRetrieval,
  infer,
  lengthAtMost,
  maxChunks,
  retrievalErrors,
  retrievalHeaders,
  spokenText,
} from "./retrieval-operation.ts";

/** An object, of which `text` is read, or what `rank_fields` names. */
const fields = z.record(z.string(), z.unknown()).openapi({
  type: "object",
  required: ["text"],
  properties: { text: { type: "string" } },
});

const body = z.looseObject({
  query: spokenText,
  documents: z.array(z.union([z.string(), fields], { error: "a document is a text or an object" })).max(maxChunks),
  model: z.string().nullish(),
  keep_alive: keepAliveField,
  top_n: lengthAtMost.nullish(),
  return_documents: z.boolean().nullish(),
});

/** Not told by the schema: which objects are taken depends on it, which OpenAPI cannot say. */
const rankFields = z.array(z.string().min(1)).min(1, "the list is empty").max(100).nullish();

const answer = z
  .object({
    model: z.string(),
    results: z.array(
      z.object({
        index: z.int(),
        relevance_score: z.number().openapi({ description: "sigmoid of the logit" }),
        document: z.object({ text: z.string() }).optional().openapi({ description: "what was read of it" }),
      }),
    ),
    usage: z.object({ total_tokens: z.int() }),
  })
  .openapi("JinaRanking");

const description = `Documents are texts, or objects of which \`text\` is read. Where \`rank_fields\` is a list of names, objects are
read field by field in that order. Errors also carry \`error\` with \`message\`, \`type\` and \`code\`.`;

const routeOf = (path: "/v1/rerank" | "/v2/rerank", operationId: string, summary: string) =>
  createRoute({
    method: "post",
    path,
    operationId,
    tags: ["Retrieval"],
    summary,
    description,
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

const routes = [
  routeOf("/v1/rerank", "jinaRerank", "Reranking, as the clients of Jina and Cohere ask for it"),
  routeOf("/v2/rerank", "cohereRerank", "The same under the path of Cohere's second version"),
];

/** `POST /v1/rerank` and `POST /v2/rerank`, as the clients of Jina and Cohere ask. */
export function mountJinaRerank(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { reranker, rerankModel } = services.retrieval;
  for (const route of routes) {
    app.use(route.path, ...beforeRetrieval(services, { documents: maxChunks }));

    app.openapi(route, async (c) => {
      const { query, documents, model, top_n, return_documents, keep_alive, rank_fields } = c.req.valid("json");
      refuseKeepAlive(keep_alive);
      const names = namesOf(rank_fields);
      const texts = documents.map((document, index) => textOf(document, index, names));
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
}

/** @throws SidecarError `invalid_request` */
function namesOf(given: unknown): readonly string[] {
  const { data, error } = z.object({ rank_fields: rankFields }).safeParse({ rank_fields: given });
  if (error !== undefined) throw invalidRequest(error);
  return data.rank_fields ?? ["text"];
}

/** @throws SidecarError `invalid_request` where a field that is to be read is no text */
function textOf(document: string | Record<string, unknown>, index: number, names: readonly string[]): string {
  if (typeof document === "string") return document;
  const texts = names.map((name) => {
    const text = document[name];
    if (typeof text === "string") return text;
    throw invalidField(`documents.${index}.${name}`, "the document has no such text; rank_fields names what is read");
  });
  return texts.join("\n");
}
