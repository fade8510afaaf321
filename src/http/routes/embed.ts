import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Embedding } from "../../retrieval/embedder.ts";
import { numberList } from "../../retrieval/number-list.ts";
import { answerWithList } from "../answers/large-json.ts";
import type { AppEnv } from "../context.ts";
import { keepAliveField, refuseKeepAlive } from "../intake/keep-alive.ts";
import type { Services } from "../services.ts";
import {
  beforeRetrieval,
  device as deviceField,
  infer,
  retrievalErrors,
  retrievalHeaders,
  spokenText,
} from "./retrieval-operation.ts";

const bodyOf = (maxTexts: number) => {
  const texts = z.array(spokenText).max(maxTexts);
  return z
    .object({
      text: spokenText.nullish().openapi({ example: "แบบก่อสร้างอาคาร" }),
      texts: texts.nullish().openapi({ description: "at most MAX_CLIENT_BATCH" }),
      keep_alive: keepAliveField,
    })
    .refine(
      ({ text, texts }) => (text ?? undefined) !== undefined || (texts ?? undefined) !== undefined,
      "send text or texts",
    )
    .refine(
      ({ text, texts }) => (text ?? undefined) === undefined || (texts ?? undefined) === undefined,
      "send text or texts, not both",
    )
    .openapi({
      oneOf: [
        { required: ["text"], properties: { text: { type: "string" }, texts: { type: "null" } } },
        { required: ["texts"], properties: { texts: { type: "array" }, text: { type: "null" } } },
      ],
    });
};

const embedding = z.object({
  dense: z.array(z.number()).openapi({ description: "the L2-normalised CLS vector", example: [0.12, -0.03] }),
  sparse: z
    .object({ indices: z.array(z.int()), values: z.array(z.number()) })
    .openapi({ description: "lexical weights by token id", example: { indices: [4865], values: [0.21] } }),
  tokens: z.int(),
  truncated: z.boolean(),
});

const answer = embedding.extend({ device: deviceField }).openapi("Embedding");
const listAnswer = z.object({ results: z.array(embedding), device: deviceField }).openapi("Embeddings");

const vector = {
  dense: [0.0312, -0.0127],
  sparse: { indices: [4865, 83], values: [0.21, 0.08] },
  tokens: 6,
  truncated: false,
};

const routeOf = (maxTexts: number) =>
  createRoute({
    method: "post",
    path: "/embed",
    operationId: "embed",
    tags: ["Retrieval"],
    summary: "Dense and sparse vectors of one text or several",
    request: {
      body: {
        required: true,
        content: {
          "application/json": {
            schema: bodyOf(maxTexts),
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
        headers: retrievalHeaders,
        content: {
          "application/json": {
            schema: z.union([answer, listAnswer]),
            examples: {
              text: { value: { ...vector, device: "cpu" as const } },
              texts: { value: { results: [vector, vector], device: "cpu" as const } },
            },
          },
        },
      },
      ...retrievalErrors,
    },
  });

/** `POST /embed`. */
export function mountEmbed(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { limits, retrieval } = services;
  const route = routeOf(limits.maxTexts);
  app.use(route.path, ...beforeRetrieval(services, { texts: limits.maxTexts }));

  app.openapi(route, async (c) => {
    const { text, texts, keep_alive } = c.req.valid("json");
    refuseKeepAlive(keep_alive);
    const wanted = texts ?? [text ?? ""];
    const { results, device } = await infer(c, services, (signal) => retrieval.embedder.embed(wanted, signal));
    const [only] = results;
    const isSingle = (texts ?? undefined) === undefined && only !== undefined;
    if (isSingle) return c.json({ ...toJson(only), device }, 200);
    const list = results.values().map(toJson);
    return answerWithList<z.infer<typeof listAnswer>, "results">(c, { device }, "results", list);
  });
}

function toJson({ dense, sparse, tokens, truncated }: Embedding) {
  return { dense: numberList(dense), sparse, tokens, truncated };
}
