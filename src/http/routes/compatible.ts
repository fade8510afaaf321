import type { OpenAPIHono } from "@hono/zod-openapi";
import { embedInParts } from "../../retrieval/embedder.ts";
import { rankedIndices, sigmoid } from "../../retrieval/reranker.ts";
import { answerWithList } from "../answers/long-list.ts";
import { annotateResidency } from "../answers/residency.ts";
import type { AppEnv } from "../context.ts";
import { boundBody } from "../intake/json-body.ts";
import { refuseKeepAlive } from "../intake/keep-alive.ts";
import type { Services } from "../services.ts";
import { jinaRerankRoute, openAiEmbeddingsRoute } from "./retrieval-openapi.ts";
import { type JinaRanking, maxChunks, maxInputs, type OpenAiEmbeddings } from "./retrieval-schemas.ts";
import { infer, retrievalBodyBytes } from "./retrieval-work.ts";

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
    const rest = {
      object: "list" as const,
      model: model ?? retrieval.embedModel,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
    const data = results
      .values()
      .map(({ dense }, index) => ({ object: "embedding" as const, index, embedding: encode(dense) }));
    return answerWithList<OpenAiEmbeddings, "data">(c, rest, "data", data);
  });

  app.openapi(jinaRerankRoute, async (c) => {
    const { query, documents, model, top_n, return_documents, keep_alive } = c.req.valid("json");
    refuseKeepAlive(keep_alive);
    const texts = documents.map((document) => (typeof document === "string" ? document : document.text));
    const { scores, tokens } = await infer(c, services, (signal) => retrieval.reranker.rerank(query, texts, signal));
    const results = rankedIndices(scores, top_n ?? undefined)
      .values()
      .map((index) => {
        const result = { index, relevance_score: sigmoid(scores[index] ?? Number.NEGATIVE_INFINITY) };
        return return_documents === true ? { ...result, document: { text: texts[index] ?? "" } } : result;
      });
    const totalTokens = tokens.reduce((sum, count) => sum + count, 0);
    const rest = { model: model ?? retrieval.rerankModel, usage: { total_tokens: totalTokens } };
    return answerWithList<JinaRanking, "results">(c, rest, "results", results);
  });
}

/** Little-endian single floats, as OpenAI's clients decode them. */
const toBase64 = (dense: Float32Array): string =>
  Buffer.from(dense.buffer, dense.byteOffset, dense.byteLength).toString("base64");
