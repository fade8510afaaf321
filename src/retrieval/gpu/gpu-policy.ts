import type { GpuPlan } from "./gpu-memory.ts";

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
  /** What a child may hold, the largest first. */
  plans: readonly GpuPlan[];
}

export interface GpuStart {
  /** The largest plan that leaves free what has to be, so that a child never makes the pressure that would kill it. */
  plan: GpuPlan | undefined;
  reason: string;
}

/** After a failure or under pressure a GPU child does not come back for so long. */
export const gpuLatchMs = 60_000;

/** A GPU child lives through so many readings of the VRAM that came to nothing, one every two seconds. */
const unknownReadingsBorne = 5;

/** The reason where nothing else stands against it. */
export const withoutModel = "the files of its model are not there";

/** Whether a GPU child is started now and how large its batches are, and why or why not. First match wins. */
export function decideGpuStart(facts: GpuStartFacts): GpuStart {
  const { device, gpu, vram, thresholdMb, plans } = facts;
  const no = (reason: string): GpuStart => ({ plan: undefined, reason });
  if (device === "cpu") return no("RETRIEVAL_DEVICE is cpu");
  if (gpu.state === "ready" || gpu.state === "starting") return no(`it is ${gpu.state}`);
  if (gpu.state === "latched" && facts.nowMs < gpu.untilMs) return no(gpu.why);
  if (device === "auto" && !facts.providerPresent) return no("there is no CUDA provider");
  if (!vram.known) return no(`the VRAM is unknown: ${vram.why}`);
  if (vram.spilled) return no("a model of Ollama's does not fit in the VRAM");
  const neededMb = ({ heldMb }: GpuPlan) => Math.ceil(thresholdMb + heldMb);
  const plan = plans.find((one) => vram.freeMb >= neededMb(one));
  const said = plan ?? plans.at(-1);
  if (said === undefined) return no(withoutModel);
  const tokens = said.limits.maxPaddedTokens;
  const freeMb = Math.floor(vram.freeMb);
  const reason = `${freeMb} MB of VRAM are free, ${neededMb(said)} are needed for batches of ${tokens} tokens`;
  return { plan, reason };
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
