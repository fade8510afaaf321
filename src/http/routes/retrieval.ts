import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Embedding } from "../../retrieval/embedder.ts";
import { rankedIndices, sigmoid } from "../../retrieval/reranker.ts";
import { answerWithList } from "../answers/long-list.ts";
import { annotateResidency } from "../answers/residency.ts";
import type { AppEnv } from "../context.ts";
import { boundBody } from "../intake/json-body.ts";
import { refuseKeepAlive } from "../intake/keep-alive.ts";
import type { Services } from "../services.ts";
import { embedRoute, rerankRoute } from "./retrieval-openapi.ts";
import { type EmbeddingList, maxChunks } from "./retrieval-schemas.ts";
import { infer, retrievalBodyBytes } from "./retrieval-work.ts";

/** `/embed` and `/rerank`. */
export function mountRetrieval(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { limits, retrieval } = services;
  const bounds = { ...retrievalBodyBytes, timeoutMs: limits.bodyTimeoutMs };
  const residency = annotateResidency(services);
  app.use("/embed", residency, boundBody({ ...bounds, maxItems: { texts: limits.maxTexts } }, services));
  app.use("/rerank", residency, boundBody({ ...bounds, maxItems: { chunks: maxChunks } }, services));

  app.openapi(embedRoute, async (c) => {
    const { text, texts, keep_alive } = c.req.valid("json");
    refuseKeepAlive(keep_alive);
    const wanted = texts ?? [text ?? ""];
    const { results, device } = await infer(c, services, (signal) => retrieval.embedder.embed(wanted, signal));
    const [only] = results;
    const isSingle = (texts ?? undefined) === undefined && only !== undefined;
    if (isSingle) return c.json({ ...toJson(only), device }, 200);
    return answerWithList<EmbeddingList, "results">(c, { device }, "results", results.values().map(toJson));
  });

  app.openapi(rerankRoute, async (c) => {
    const { query, chunks, normalize, topK, keep_alive } = c.req.valid("json");
    refuseKeepAlive(keep_alive);
    const { scores, device } = await infer(c, services, (signal) => retrieval.reranker.rerank(query, chunks, signal));
    const ranking = rankedIndices(scores, topK ?? undefined);
    const shown = normalize === true ? scores.map(sigmoid) : scores;
    return c.json({ scores: shown, rankedIndices: ranking, ranked_indices: ranking, device }, 200);
  });
}

function toJson({ dense, sparse, tokens, truncated }: Embedding) {
  return { dense: [...dense], sparse: { indices: [...sparse.indices], values: [...sparse.values] }, tokens, truncated };
}
