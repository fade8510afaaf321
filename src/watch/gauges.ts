import type { InFlight } from "../http/intake/in-flight.ts";
import type { EnginePipelines } from "../ocr/engines/admission.ts";
import type { PdfPool } from "../pdf/document.ts";
import type { Spool } from "../pdf/files/spool.ts";
import type { Retrieval } from "../retrieval/retrieval.ts";
import type { ReadinessJudge } from "../service/readiness.ts";
import type { Residency } from "../service/wire-residency.ts";
import { readContainerMemory } from "./container-memory.ts";
import type { MetricRegistry } from "./metric-registry.ts";
import { type QueueLimits, watchFallback, watchPipeline, watchPool } from "./ocr-gauges.ts";
import { watchRetrieval } from "./retrieval-gauges.ts";
import { watchVram } from "./vram-gauges.ts";

export interface GaugeSources {
  version: string;
  pool: PdfPool;
  residency: Residency;
  retrieval: Retrieval;
  pipelines: EnginePipelines;
  queueLimits: QueueLimits;
  readiness: ReadinessJudge;
  /** Requests whose work has not ended. */
  inFlight: InFlight;
  spool: Spool;
}

/** Registers what is read at the moment of a scrape. */
export function watchGauges(registry: MetricRegistry, sources: GaugeSources): void {
  const { version, inFlight, spool } = sources;
  registry.watchGauge({
    name: "build_info",
    help: "1, with the version",
    label: "version",
    read: () => ({ [version]: 1 }),
  });
  registry.watchGauge({ name: "documents_in_progress", help: "Documents being read", read: () => inFlight.count });
  registry.watchGauge({
    name: "spool_bytes",
    help: "Disk taken by documents that are received or read",
    read: () => spool.status().bytes,
  });
  registry.watchGauge({
    name: "spool_files",
    help: "Documents that are received or read",
    read: () => spool.status().files,
  });
  watchReadiness(registry, sources);
  watchPool(registry, sources.pool);
  watchVram(registry, sources.residency.headroom);
  watchMemory(registry);
  watchRetrieval(registry, sources.retrieval);
  const { primary, fallback } = sources.pipelines;
  watchPipeline(registry, primary, sources.queueLimits);
  watchFallback(registry, fallback);
}

function watchReadiness(registry: MetricRegistry, { readiness }: GaugeSources): void {
  registry.watchGauge({
    name: "ready",
    help: "1 when /ready would answer 200 for this target; absent until that is known",
    label: "target",
    read: async () => {
      const [ocr, retrieval] = await Promise.all([readiness.soon("ocr"), readiness.soon("retrieval")]);
      return {
        ...(ocr === undefined ? {} : { ocr: Number(ocr.ready) }),
        ...(retrieval === undefined ? {} : { retrieval: Number(retrieval.ready) }),
      };
    },
  });
  registry.watchGauge({
    name: "component_ready",
    help: "1 for each component of /ready that is ready; absent until that is known",
    label: "component",
    read: async () => {
      const known = await readiness.soon("ocr");
      return (
        known &&
        Object.fromEntries(
          Object.entries(known.components).map(([name, { state }]) => [name, Number(state === "ready")]),
        )
      );
    },
  });
}

function watchMemory(registry: MetricRegistry): void {
  registry.watchGauge({
    name: "container_memory_bytes",
    help: "Memory of the container with its children, without droppable file cache; absent while unknown",
    read: async () => (await readContainerMemory())?.usedBytes,
  });
  registry.watchGauge({
    name: "container_memory_limit_bytes",
    help: "Memory limit of the container; absent when there is none",
    read: async () => (await readContainerMemory())?.limitBytes,
  });
}
