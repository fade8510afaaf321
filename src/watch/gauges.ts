import { readContainerMemory } from "./container-memory.ts";
import type { MetricRegistry } from "./metric-registry.ts";
import { watchEmbedded, watchEngine, watchPool } from "./ocr-gauges.ts";
import { watchRetrieval } from "./retrieval-gauges.ts";
import type { GaugeSources } from "./sources.ts";
import { watchVram } from "./vram-gauges.ts";

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
  watchVram(registry, sources.vram);
  watchMemory(registry);
  watchRetrieval(registry, sources.retrieval);
  watchEngine(registry, sources.engine, sources.queueLimits);
  watchEmbedded(registry, sources.embedded);
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
