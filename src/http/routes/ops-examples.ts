import { programMissing } from "../../gpu/nvidia-smi.ts";

/** Answers of a service beside an Ollama that holds a language model, for the OpenAPI text. */
export const healthExample = {
  status: "ok" as const,
  engine: "np-dms-ocr",
  ocrModel: "np-dms-ocr:latest",
  ollamaUrl: "http://host.docker.internal:11434",
  version: "0.1.0",
  uptimeSeconds: 3600,
};

const components = {
  service: { state: "ready" as const },
  ollama: { state: "ready" as const, version: "0.12.6" },
  ocrModel: { state: "ready" as const },
  pdfWorkers: { state: "ready" as const },
  uploads: { state: "ready" as const },
};

export const readyExample = { ready: true, components };

export const notReadyExample = {
  ready: false,
  components: {
    ...components,
    ocrModel: {
      state: "failed" as const,
      reason: "np-dms-ocr:latest is not installed: `ollama pull` it, or create it from its Modelfile",
    },
  },
};

export const residencyExample = {
  headroom: {
    known: true,
    totalMb: 16384,
    freeMb: 9984,
    otherModelsMb: 6400,
    ocrModelMb: 0,
    spilled: false,
  },
  sources: {
    ollama: {
      state: "known",
      usedMb: 6400,
      models: [{ name: "qwen3:8b", sizeMb: 6400, vramMb: 6400 }],
    },
    nvidiaSmi: { state: "unknown", why: programMissing("nvidia-smi") },
    ownGpuMb: 0,
  },
  decisions: {
    ocr: { keepAliveSeconds: 120, reason: "headroom-sufficient" },
    retrieval: { device: "cpu", reason: "no-cuda-provider" },
  },
  queue: { documents: 1, heldBytes: 1048576, waitingPages: 4, runningPages: 1 },
};

export const metricsExample = `# HELP sidecar_pages_total Finished pages by where their text came from
# TYPE sidecar_pages_total counter
sidecar_pages_total{source="text-layer"} 1250
sidecar_pages_total{source="np-dms-ocr"} 310
`;
