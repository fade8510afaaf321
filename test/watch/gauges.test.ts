import { expect, test } from "bun:test";
import { watchGauges } from "../../src/watch/gauges.ts";
import { MetricRegistry } from "../../src/watch/metric-registry.ts";
import type { GaugeSources, VramReading } from "../../src/watch/sources.ts";

const mebibyte = 1024 ** 2;

const card: VramReading = {
  headroom: { known: true, totalMb: 16_384, freeMb: 4000, ocrModelMb: 4200, otherModelsMb: 6000 },
  sources: {
    ollama: { state: "known", usedMb: 10_200 },
    nvidiaSmi: { state: "known", usedMb: 12_384 },
    ownGpuMb: 1500,
  },
};

/** No figure comes twice, so that one in the place of another is seen. */
const sources: GaugeSources = {
  version: "1.2.3",
  pool: { status: () => ({ processes: 20, ready: 12, busy: 5, queued: 31, replaced: 32, recycled: 33 }) },
  vram: { picture: async () => card, last: () => ({ ...card, headroom: { known: false, why: "old" } }) },
  retrieval: {
    status: () => ({
      embedder: { texts: 41, device: "cuda", crashes: 100, replacements: 200, gpuFailures: 300 },
      reranker: { texts: 42, device: "cpu", crashes: 7, replacements: 8, gpuFailures: 9 },
    }),
  },
  engine: {
    queue: { status: () => ({ documents: 51, heldBytes: 52, waitingPages: 53, runningPages: 54 }) },
    cache: { status: () => ({ pages: 55, bytes: 56 }) },
  },
  embedded: {
    queue: { status: () => ({ documents: 61, heldBytes: 62, waitingPages: 63, runningPages: 64 }) },
  },
  queueLimits: { documents: 71, bytes: 72 },
  readiness: {
    soon: async (target) => ({
      ready: target === "ocr",
      components: target === "ocr" ? { ollama: { state: "ready" }, uploads: { state: "failed" } } : {},
    }),
  },
  inFlight: { count: 81 },
  spool: { status: () => ({ files: 82, bytes: 83 }) },
};

async function scrape(changed: Partial<GaugeSources> = {}): Promise<string[]> {
  const registry = new MetricRegistry();
  watchGauges(registry, { ...sources, ...changed });
  const { body } = await registry.text();
  // What the container takes is the machine's.
  return body.split("\n").filter((line) => /^sidecar_(?!container_)/.test(line));
}

test("every gauge tells its own figure, under its name and labels", async () => {
  expect(await scrape()).toEqual([
    'sidecar_build_info{version="1.2.3"} 1',
    "sidecar_documents_in_progress 81",
    "sidecar_spool_bytes 83",
    "sidecar_spool_files 82",
    'sidecar_ready{target="ocr"} 1',
    'sidecar_ready{target="retrieval"} 0',
    'sidecar_component_ready{component="ollama"} 1',
    'sidecar_component_ready{component="uploads"} 0',
    'sidecar_pdf_workers{state="idle"} 7',
    'sidecar_pdf_workers{state="busy"} 5',
    'sidecar_pdf_workers{state="starting"} 8',
    "sidecar_pdf_tasks_queued 31",
    "sidecar_pdf_worker_respawns_total 32",
    "sidecar_pdf_worker_recycles_total 33",
    "sidecar_vram_known 1",
    `sidecar_vram_total_bytes ${16_384 * mebibyte}`,
    `sidecar_vram_free_bytes ${4000 * mebibyte}`,
    `sidecar_vram_used_bytes{source="own"} ${1500 * mebibyte}`,
    `sidecar_vram_used_bytes{source="ollama"} ${10_200 * mebibyte}`,
    `sidecar_vram_used_bytes{source="nvidia-smi"} ${12_384 * mebibyte}`,
    `sidecar_vram_model_bytes{model="ocr"} ${4200 * mebibyte}`,
    `sidecar_vram_model_bytes{model="others"} ${6000 * mebibyte}`,
    'sidecar_retrieval_texts{model="embed"} 41',
    'sidecar_retrieval_texts{model="rerank"} 42',
    'sidecar_retrieval_on_gpu{model="embed"} 1',
    'sidecar_retrieval_on_gpu{model="rerank"} 0',
    'sidecar_retrieval_children_ended_total{why="crashed"} 107',
    'sidecar_retrieval_children_ended_total{why="replaced"} 208',
    'sidecar_retrieval_children_ended_total{why="gpu_failed"} 309',
    "sidecar_queue_documents 51",
    "sidecar_queue_documents_limit 71",
    "sidecar_queue_bytes 52",
    "sidecar_queue_bytes_limit 72",
    'sidecar_queue_pages{state="waiting"} 53',
    'sidecar_queue_pages{state="running"} 54',
    "sidecar_page_cache_pages 55",
    "sidecar_page_cache_bytes 56",
    'sidecar_fallback_pages{state="waiting"} 63',
    'sidecar_fallback_pages{state="running"} 64',
  ]);
});

test("a scrape that finds another device, and an engine that is the only one, says so", async () => {
  const model = { texts: 0, crashes: 0, replacements: 0, gpuFailures: 0 };
  const lines = await scrape({
    embedded: undefined,
    retrieval: {
      status: () => ({ embedder: { ...model, device: "cpu" }, reranker: { ...model, device: "cuda" } }),
    },
  });
  for (const line of [
    'sidecar_fallback_pages{state="waiting"} 0',
    'sidecar_fallback_pages{state="running"} 0',
    'sidecar_retrieval_on_gpu{model="embed"} 0',
    'sidecar_retrieval_on_gpu{model="rerank"} 1',
  ])
    expect(lines).toContain(line);
});

test("what is not known is absent, and nothing is made up for it", async () => {
  const blind: VramReading = {
    headroom: { known: false, why: "Ollama is silent" },
    sources: { ollama: { state: "unknown" }, nvidiaSmi: { state: "unknown" }, ownGpuMb: 7 },
  };
  const lines = await scrape({
    vram: { picture: async () => blind, last: () => card },
    readiness: { soon: async (target) => (target === "ocr" ? undefined : { ready: true, components: {} }) },
  });
  expect(lines.filter((line) => /^sidecar_(vram|ready|component)/.test(line))).toEqual([
    'sidecar_ready{target="retrieval"} 1',
    "sidecar_vram_known 0",
    `sidecar_vram_used_bytes{source="own"} ${7 * mebibyte}`,
  ]);
});

test("a reading that takes long is not waited for: the one before is told, and the reading has its own end", async () => {
  const given: AbortSignal[] = [];
  const lines = await scrape({
    vram: {
      picture: (signal) => {
        given.push(signal);
        return new Promise(() => undefined);
      },
      last: () => card,
    },
  });
  expect(lines).toContain(`sidecar_vram_free_bytes ${4000 * mebibyte}`);
  expect(given.map(({ aborted }) => aborted)).toEqual(given.map(() => false));
});
