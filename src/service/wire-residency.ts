import { createHeadroomReader, type HeadroomReader } from "../gpu/headroom-reader.ts";
import { createNvidiaSmi, createNvidiaSmiProcesses } from "../gpu/nvidia-smi.ts";
import type { OwnGpuProcess } from "../gpu/own-vram.ts";
import { decideOcrResidency, type Headroom, type OcrResidency } from "../gpu/policy.ts";
import type { OllamaClient } from "../ollama/chat.ts";
import type { Env } from "./env-schema.ts";

/** The VRAM of the card and what follows from it for the OCR model. */
export interface Residency {
  headroom: HeadroomReader;
  decideOcr(signal: AbortSignal): Promise<OcrResidency>;
  /** The decision that follows from the last reading of the VRAM, without a new one. */
  lastOcr(): OcrResidency;
}

/** @param ownGpu our own processes on the card */
export function wireResidency(
  env: Env,
  ollama: OllamaClient | undefined,
  ownGpu: () => readonly OwnGpuProcess[],
): Residency {
  const headroom = createHeadroomReader({
    loadedModels: ollama?.loadedModels,
    nvidiaSmi: createNvidiaSmi(),
    ocrModel: env.OCR_MODEL,
    totalVramMb: env.GPU_TOTAL_VRAM_MB,
    gpuIndex: env.GPU_INDEX,
    ownGpu,
    usedByProcess: createNvidiaSmiProcesses(),
  });
  const limits = {
    headroomThresholdMb: env.VRAM_HEADROOM_THRESHOLD_MB,
    mainModelPressureMb: env.GPU_MAIN_MODEL_PRESSURE_THRESHOLD_MB,
    windowSeconds: env.OCR_RESIDENCY_WINDOW_SECONDS,
  };
  const decide = (reading: Headroom) => decideOcrResidency(env.OCR_ACTIVE_PROFILE, reading, limits);
  return {
    headroom,
    decideOcr: async (signal) => decide(await headroom.read(signal)),
    lastOcr: () => decide(headroom.last().headroom),
  };
}
