import type { Metrics } from "./metrics.ts";
import type { EngineDesk } from "./ocr/engine-desk.ts";
import type { PdfPool } from "./pdf/document.ts";
import type { Retrieval } from "./retrieval/retrieval.ts";
import type { Residency } from "./wire-residency.ts";

export interface GaugeSources {
  pool: PdfPool;
  residency: Residency;
  retrieval: Retrieval;
  desk: EngineDesk | undefined;
}

/** A scrape waits no longer than this for the VRAM sources. */
const vramTimeoutMs = 3500;

/** Registers what is read at the moment of a scrape: the queue, the memory of pages, the workers and the VRAM. */
export function watchGauges(metrics: Metrics, { pool, residency, retrieval, desk }: GaugeSources): void {
  metrics.watch("pdf_workers", "Threads that open documents, and how often they were replaced", "state", () => ({
    ...pool.status(),
  }));
  metrics.watch("vram_mb", "VRAM of the card by source; absent while unknown", "figure", async () => {
    const { headroom, sources } = await residency.headroom.picture(AbortSignal.timeout(vramTimeoutMs));
    const { ollama, nvidiaSmi } = sources;
    return {
      own: sources.ownGpuMb,
      ...(headroom.known
        ? {
            total: headroom.totalMb,
            free: headroom.freeMb,
            ocr_model: headroom.ocrModelMb,
            other_models: headroom.otherModelsMb,
          }
        : {}),
      ...(ollama.state === "known" ? { ollama_used: ollama.usedMb } : {}),
      ...(nvidiaSmi.state === "known" ? { nvidia_smi_used: nvidiaSmi.usedMb } : {}),
    };
  });
  metrics.watch(
    "retrieval_children_ended",
    "Inference processes that crashed, were replaced or failed on the GPU",
    "why",
    () => {
      const { embedder, reranker } = retrieval.status();
      return {
        crashed: embedder.crashes + reranker.crashes,
        replaced: embedder.replacements + reranker.replacements,
        gpu_failed: embedder.gpuFailures + reranker.gpuFailures,
      };
    },
  );
  metrics.watch("retrieval_texts", "Texts that wait or are computed", "model", () => {
    const { embedder, reranker } = retrieval.status();
    return { embed: embedder.texts, rerank: reranker.texts };
  });
  if (desk === undefined) return;
  metrics.watch("queue", "Documents, pages and bytes before the model", "figure", () => ({ ...desk.queue.status() }));
  metrics.watch("page_cache", "Finished pages kept in memory", "figure", () => ({ ...desk.memory.status }));
}
