import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { embedInParts, shortened } from "../../retrieval/embedder.ts";
import { numberList } from "../../retrieval/number-list.ts";
import { invalidField } from "../answers/faults.ts";
import { answerWithList } from "../answers/large-json.ts";
import type { AppEnv } from "../context.ts";
import { keepAliveField, refuseKeepAlive } from "../intake/keep-alive.ts";
import type { Services } from "../services.ts";
import { beforeRetrieval, infer, retrievalErrors, retrievalHeaders, spokenText } from "./retrieval-operation.ts";

/** OpenAI's limit for `input`. */
const maxInputs = 2048;

const tokenArrays = "token arrays are not accepted; set check_embedding_ctx_length=False in the OpenAI client";

/** What BGE-M3 has; of a model with fewer, fewer are given. */
const maxDimensions = 1_024;

const inputs = z.array(spokenText).min(1, "the list is empty").max(maxInputs);

const body = z.object({
  input: z.union([spokenText, inputs], { error: ({ input }) => wrongInput(input) }),
  model: z.string().nullish(),
  keep_alive: keepAliveField,
  encoding_format: z.enum(["float", "base64"]).nullish(),
  dimensions: z.int().min(1).max(maxDimensions).nullish().openapi({
    description: "as many numbers as the model has, or fewer: the first ones, normalised again; more is 400",
  }),
});

/** What is wrong with an `input` that is neither a text nor a list of texts. */
function wrongInput(input: unknown): string {
  if (!Array.isArray(input)) return `send a text or a list of texts, not ${kindOf(input)}`;
  const place = input.findIndex((item) => typeof item !== "string");
  const item: unknown = input[place];
  const isOfTokens = input.every((one) => typeof one === "number") || Array.isArray(item);
  return isOfTokens ? tokenArrays : `item ${place} of the list is no text but ${kindOf(item)}`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

const answer = z
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

const route = createRoute({
  method: "post",
  path: "/v1/embeddings",
  operationId: "openAiEmbeddings",
  tags: ["Retrieval"],
  summary: "Dense vectors, as OpenAI's clients ask for them",
  description: "Errors also carry `error` with `message`, `type` and `code`, as OpenAI's clients expect.",
  request: {
    body: {
      required: true,
      content: {
        "application/json": { schema: body, example: { model: "bge-m3", input: "concrete works" } },
      },
    },
  },
  responses: {
    200: {
      description: "The vectors",
      headers: retrievalHeaders,
      content: {
        "application/json": {
          schema: answer,
          example: {
            object: "list" as const,
            data: [{ object: "embedding" as const, index: 0, embedding: [0.0312, -0.0127] }],
            model: "bge-m3",
            usage: { prompt_tokens: 6, total_tokens: 6 },
          },
        },
      },
    },
    ...retrievalErrors,
  },
});

/** `POST /v1/embeddings`, as OpenAI's clients ask. */
export function mountOpenAiEmbeddings(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { limits, retrieval } = services;
  app.use(route.path, ...beforeRetrieval(services, { input: maxInputs }));

  app.openapi(route, async (c) => {
    const { input, model, encoding_format, dimensions, keep_alive } = c.req.valid("json");
    refuseKeepAlive(keep_alive);
    const texts = typeof input === "string" ? [input] : input;
    const { results } = await infer(c, services, (signal) =>
      embedInParts(retrieval.embedder, texts, limits.maxTexts, signal),
    );
    const size = results[0]?.dense.length ?? 0;
    const wanted = dimensions ?? size;
    if (wanted > size) throw tooManyDimensions(size);
    const encode = encoding_format === "base64" ? toBase64 : numberList;
    const tokens = results.reduce((sum, result) => sum + result.tokens, 0);
    const rest = {
      object: "list" as const,
      model: model ?? retrieval.embedModel,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
    const data = results.values().map(({ dense }, index) => ({
      object: "embedding" as const,
      index,
      embedding: encode(shortened(dense, wanted)),
    }));
    return answerWithList<z.infer<typeof answer>, "data">(c, rest, "data", data);
  });
}

const tooManyDimensions = (size: number) =>
  invalidField("dimensions", `the model has ${size} dimensions; ask for as many or fewer`);

/** Little-endian single floats, as OpenAI's clients decode them. */
const toBase64 = (dense: Float32Array): string =>
  Buffer.from(dense.buffer, dense.byteOffset, dense.byteLength).toString("base64");
