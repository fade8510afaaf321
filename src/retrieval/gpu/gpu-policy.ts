/** How much of the card is free, in MB, and whether a model of Ollama's did not find room; unknown is a value. */
export type FreeVram = { known: true; freeMb: number; spilled: boolean } | { known: false; why: string };

/** Where a GPU child stands. */
export type GpuState =
  | { state: "off" }
  | { state: "starting" }
  | { state: "ready" }
  /** It failed or had to go, and is not tried again before that time. */
  | { state: "latched"; untilMs: number; why: string };

export interface GpuStartFacts {
  device: "auto" | "cpu" | "cuda";
  providerPresent: boolean;
  gpu: GpuState;
  nowMs: number;
  vram: FreeVram;
  thresholdMb: number;
  /** Size of the model's weights. */
  modelMb: number;
}

/**
 * Memory beside the weights for the CUDA context and one batch, MB. It keeps the child from creating, by its
 * own start, the pressure that would kill it.
 */
const gpuReserveMb = 1_000;

/** After a failure or under pressure a GPU child does not come back for so long. */
export const gpuLatchMs = 60_000;

/** A GPU child lives through so many readings of the VRAM that came to nothing, one every two seconds. */
const unknownReadingsBorne = 5;

/** Whether a GPU child is started now, and why or why not. First match wins. */
export function decideGpuStart(facts: GpuStartFacts): { start: boolean; reason: string } {
  const { device, gpu, vram, thresholdMb, modelMb } = facts;
  if (device === "cpu") return { start: false, reason: "RETRIEVAL_DEVICE is cpu" };
  if (gpu.state === "ready" || gpu.state === "starting") return { start: false, reason: `it is ${gpu.state}` };
  if (gpu.state === "latched" && facts.nowMs < gpu.untilMs) return { start: false, reason: gpu.why };
  if (device === "auto" && !facts.providerPresent) return { start: false, reason: "there is no CUDA provider" };
  if (!vram.known) return { start: false, reason: `the VRAM is unknown: ${vram.why}` };
  if (vram.spilled) return { start: false, reason: "a model of Ollama's does not fit in the VRAM" };
  const neededMb = Math.ceil(thresholdMb + modelMb + gpuReserveMb);
  const room = `${Math.floor(vram.freeMb)} MB of VRAM are free, ${neededMb} are needed`;
  return { start: vram.freeMb >= neededMb, reason: room };
}

export interface GpuKeepFacts {
  vram: FreeVram;
  thresholdMb: number;
  idleMs: number;
  /** Since the last request that used it. */
  unusedMs: number;
  /** Readings in a row, this one included, that were unknown. */
  unknownReadings: number;
}

export type GpuKeep =
  | { action: "keep" }
  /** Let it finish its work, then end it. */
  | { action: "release"; reason: string }
  /** End it at once: the LLM needs the memory. */
  | { action: "kill"; reason: string };

/** Whether a living GPU child may stay, asked after each reading of the VRAM. First match wins. */
export function decideGpuKeep(facts: GpuKeepFacts): GpuKeep {
  const { vram, thresholdMb } = facts;
  if (vram.known && vram.spilled) {
    return { action: "kill", reason: "a model of Ollama's does not fit in the VRAM" };
  }
  if (vram.known && vram.freeMb < thresholdMb) {
    const reason = `only ${Math.floor(vram.freeMb)} MB of VRAM are free, less than ${thresholdMb}`;
    return { action: "kill", reason };
  }
  if (!vram.known && facts.unknownReadings >= unknownReadingsBorne) {
    return { action: "kill", reason: `the VRAM is unknown: ${vram.why}` };
  }
  if (facts.unusedMs >= facts.idleMs) return { action: "release", reason: "it was not used for a while" };
  return { action: "keep" };
}

/** Cosine of the angle between two vectors of equal length; 0 when they differ in length or one has none. */
export function cosine(left: readonly number[], right: readonly number[]): number {
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const lengths = Math.sqrt(dot(left, left) * dot(right, right));
  return left.length === right.length && lengths > 0 ? dot(left, right) / lengths : 0;
}
