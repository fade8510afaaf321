import type { MetricRegistry } from "./metric-registry.ts";
import type { EngineSource, GaugeSources, PoolSource, QueueLimits } from "./sources.ts";

/** Registers the processes that open documents. */
export function watchPool(registry: MetricRegistry, pool: PoolSource): void {
  registry.watchGauge({
    name: "pdf_workers",
    help: "Processes that open documents, by state",
    label: "state",
    read: () => {
      const { processes, ready, busy } = pool.status();
      return { idle: ready - busy, busy, starting: processes - ready };
    },
  });
  registry.watchGauge({
    name: "pdf_tasks_queued",
    help: "Tasks waiting for a process",
    read: () => pool.status().queued,
  });
  registry.watchCounter({
    name: "pdf_worker_respawns_total",
    help: "Processes replaced because they crashed, hung or reported a broken engine",
    read: () => pool.status().replaced,
  });
  registry.watchCounter({
    name: "pdf_worker_recycles_total",
    help: "Processes replaced as planned, for their memory or their age",
    read: () => pool.status().recycled,
  });
}

/** Registers the queue before the embedded engine beside the model; zeros where it is the only one. */
export function watchEmbedded(registry: MetricRegistry, embedded: GaugeSources["embedded"]): void {
  registry.watchGauge({
    name: "fallback_pages",
    help: "Pages waiting for the embedded engine beside the model, and being read",
    label: "state",
    read: () => {
      const { waitingPages = 0, runningPages = 0 } = embedded?.queue.status() ?? {};
      return { waiting: waitingPages, running: runningPages };
    },
  });
}

/** Registers the queue before an engine and the cache behind it. */
export function watchEngine(registry: MetricRegistry, { queue, cache }: EngineSource, limits: QueueLimits): void {
  registry.watchGauge({
    name: "queue_documents",
    help: "Documents admitted and unfinished",
    read: () => queue.status().documents,
  });
  registry.watchGauge({
    name: "queue_documents_limit",
    help: "Documents admitted at most",
    read: () => limits.documents,
  });
  registry.watchGauge({
    name: "queue_bytes",
    help: "Bytes of admitted documents",
    read: () => queue.status().heldBytes,
  });
  registry.watchGauge({
    name: "queue_bytes_limit",
    help: "Bytes of admitted documents at most",
    read: () => limits.bytes,
  });
  registry.watchGauge({
    name: "queue_pages",
    help: "Pages waiting for the model, and being read",
    label: "state",
    read: () => {
      const { waitingPages, runningPages } = queue.status();
      return { waiting: waitingPages, running: runningPages };
    },
  });
  registry.watchGauge({
    name: "page_cache_pages",
    help: "Finished pages kept in memory",
    read: () => cache.status().pages,
  });
  registry.watchGauge({ name: "page_cache_bytes", help: "Memory of kept pages", read: () => cache.status().bytes });
}
