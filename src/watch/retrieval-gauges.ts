import type { MetricRegistry } from "./metric-registry.ts";
import type { RetrievalSource } from "./sources.ts";

/** Registers the inference processes: where requests run, what waits, and why processes ended. */
export function watchRetrieval(registry: MetricRegistry, retrieval: RetrievalSource): void {
  registry.watchGauge({
    name: "retrieval_texts",
    help: "Texts that wait or are computed, by model",
    label: "model",
    read: () => {
      const { embedder, reranker } = retrieval.status();
      return { embed: embedder.texts, rerank: reranker.texts };
    },
  });
  registry.watchGauge({
    name: "retrieval_on_gpu",
    help: "1 where the next request of the model would run on the GPU",
    label: "model",
    read: () => {
      const { embedder, reranker } = retrieval.status();
      return { embed: Number(embedder.device === "cuda"), rerank: Number(reranker.device === "cuda") };
    },
  });
  registry.watchCounter({
    name: "retrieval_children_ended_total",
    help: "Inference processes that crashed, were replaced, or failed on the GPU",
    label: "why",
    read: () => {
      const { embedder, reranker } = retrieval.status();
      return {
        crashed: embedder.crashes + reranker.crashes,
        replaced: embedder.replacements + reranker.replacements,
        gpu_failed: embedder.gpuFailures + reranker.gpuFailures,
      };
    },
  });
}
