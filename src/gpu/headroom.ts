import type { LoadedModel } from "../ollama/chat.ts";
import { isSameModel } from "../ollama/model-name.ts";
import type { NvidiaSmiReading } from "./nvidia-smi.ts";
import type { Headroom } from "./policy.ts";

/** What each source of VRAM figures said. */
export interface VramSources {
  ollama:
    | { state: "known"; usedMb: number; models: LoadedVram[] }
    | { state: "unknown"; why: string }
    | { state: "not-configured" };
  nvidiaSmi: { state: "known"; totalMb: number; usedMb: number; freeMb: number } | { state: "unknown"; why: string };
  /** VRAM that our own GPU children hold: what the card says, else what they hold at most. */
  ownGpuMb: number;
}

interface LoadedVram {
  name: string;
  sizeMb: number;
  vramMb: number;
}

export interface VramSettings {
  /** Name of the OCR model. */
  ocrModel: string;
  /** Size of the card where nvidia-smi does not report it. */
  totalVramMb: number;
}

const bytesPerMb = 1_048_576;

/**
 * The headroom that follows from the sources. With Ollama configured it is known only if Ollama answered;
 * without, nvidia-smi alone decides. The smaller free figure wins, because Ollama sees only its own models and
 * nvidia-smi may lag behind a load. Our own children are added to Ollama's figure; nvidia-smi sees them itself.
 */
export function combineSources(sources: VramSources, { ocrModel, totalVramMb }: VramSettings): Headroom {
  const { ollama, nvidiaSmi, ownGpuMb } = sources;
  if (ollama.state === "unknown") return { known: false, why: ollama.why };
  if (ollama.state === "not-configured") {
    if (nvidiaSmi.state === "unknown") return { known: false, why: nvidiaSmi.why };
    const { totalMb, freeMb } = nvidiaSmi;
    return { known: true, totalMb, freeMb, otherModelsMb: 0, ocrModelMb: 0, ocrModelLoaded: false, spilled: false };
  }
  const totalMb = nvidiaSmi.state === "known" ? nvidiaSmi.totalMb : totalVramMb;
  const freeByOllama = Math.max(0, totalMb - ollama.usedMb - ownGpuMb);
  const freeMb = nvidiaSmi.state === "known" ? Math.min(freeByOllama, nvidiaSmi.freeMb) : freeByOllama;
  const ocrModels = ollama.models.filter((model) => isSameModel(model.name, ocrModel));
  const ocrModelMb = sumVram(ocrModels);
  return {
    known: true,
    totalMb,
    freeMb,
    otherModelsMb: ollama.usedMb - ocrModelMb,
    ocrModelMb,
    ocrModelLoaded: ocrModels.length > 0,
    // Without any model on the card it is a server that has none: nothing was pushed out.
    spilled: ollama.usedMb > 0 && ollama.models.some((model) => model.vramMb < model.sizeMb),
  };
}

/** What `/api/ps` said, as a source. */
export function ollamaSource(models: readonly LoadedModel[]): VramSources["ollama"] {
  const loaded = models.map(({ name, sizeBytes, vramBytes }) => ({
    name,
    sizeMb: sizeBytes / bytesPerMb,
    vramMb: vramBytes / bytesPerMb,
  }));
  return { state: "known", usedMb: sumVram(loaded), models: loaded };
}

/** What nvidia-smi said of one card, as a source. */
export function nvidiaSmiSource(reading: NvidiaSmiReading, gpuIndex: number): VramSources["nvidiaSmi"] {
  if (!reading.known) return { state: "unknown", why: reading.why };
  const card = reading.cards.find(({ index }) => index === gpuIndex);
  if (card === undefined) return { state: "unknown", why: `nvidia-smi reports no card ${gpuIndex}: correct GPU_INDEX` };
  return { state: "known", totalMb: card.totalMb, usedMb: card.usedMb, freeMb: card.freeMb };
}

const sumVram = (models: readonly LoadedVram[]): number => models.reduce((sum, { vramMb }) => sum + vramMb, 0);
