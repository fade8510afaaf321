import type { OpenAPIHono } from "@hono/zod-openapi";
import { embedInParts } from "../../retrieval/embedder.ts";
import { rankedIndices, sigmoid } from "../../retrieval/reranker.ts";
import type { AppEnv } from "../context.ts";
import { boundBody } from "../json-body.ts";
import { refuseKeepAlive } from "../keep-alive.ts";
import { annotateResidency } from "../residency.ts";
import { jinaRerankRoute, openAiEmbeddingsRoute } from "../retrieval-openapi.ts";
import { maxChunks, maxInputs } from "../retrieval-schemas.ts";
import { infer, retrievalBodyBytes } from "../retrieval-work.ts";
import type { Services } from "../services.ts";

/** The interfaces that other tools already speak. */
export function mountCompatible(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { limits, retrieval } = services;
  const bounds = { ...retrievalBodyBytes, timeoutMs: limits.bodyTimeoutMs };
  const residency = annotateResidency(services);
  app.use("/v1/embeddings", residency, boundBody({ ...bounds, maxItems: { input: maxInputs } }, services));
  app.use("/v1/rerank", residency, boundBody({ ...bounds, maxItems: { documents: maxChunks } }, services));

  app.openapi(openAiEmbeddingsRoute, async (c) => {
    const { input, model, encoding_format, keep_alive } = c.req.valid("json");
    refuseKeepAlive(keep_alive);
    const texts = typeof input === "string" ? [input] : input;
    const { results } = await infer(c, services, (signal) =>
      embedInParts(retrieval.embedder, texts, limits.maxTexts, signal),
    );
    const encode = encoding_format === "base64" ? toBase64 : (dense: Float32Array) => [...dense];
    const tokens = results.reduce((sum, result) => sum + result.tokens, 0);
    return c.json(
      {
        object: "list" as const,
        data: results.map(({ dense }, index) => ({ object: "embedding" as const, index, embedding: encode(dense) })),
        model: model ?? retrieval.embedModel,
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      },
      200,
    );
  });

  app.openapi(jinaRerankRoute, async (c) => {
    const { query, documents, model, top_n, return_documents, keep_alive } = c.req.valid("json");
    refuseKeepAlive(keep_alive);
    const texts = documents.map((document) => (typeof document === "string" ? document : document.text));
    const { scores, tokens } = await infer(c, services, (signal) => retrieval.reranker.rerank(query, texts, signal));
    const results = rankedIndices(scores, top_n ?? undefined).map((index) => {
      const result = { index, relevance_score: sigmoid(scores[index] ?? Number.NEGATIVE_INFINITY) };
      return return_documents === true ? { ...result, document: { text: texts[index] ?? "" } } : result;
    });
    const totalTokens = tokens.reduce((sum, count) => sum + count, 0);
    return c.json({ model: model ?? retrieval.rerankModel, results, usage: { total_tokens: totalTokens } }, 200);
  });
}

/** Little-endian single floats, as OpenAI's clients decode them. */
const toBase64 = (dense: Float32Array): string =>
  Buffer.from(dense.buffer, dense.byteOffset, dense.byteLength).toString("base64");
