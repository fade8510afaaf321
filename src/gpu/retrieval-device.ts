import type { Headroom } from "./policy.ts";

export interface RetrievalDeviceInput {
  /** `RETRIEVAL_DEVICE`. `cuda` differs from `auto` only in what is worth a warning: it takes no memory from the LLM either. */
  setting: "auto" | "cpu" | "cuda";
  /** Whether the CUDA provider is installed. */
  providerPresent: boolean;
  child: "none" | "starting" | "ready";
  headroom: Headroom;
  headroomThresholdMb: number;
  /** VRAM the models need once loaded. */
  modelSizeMb: number;
  /** Until then CUDA is not tried again, after a failure or under pressure; undefined when there was none. */
  latchedUntil: number | undefined;
  /** On the same clock as `latchedUntil`. */
  now: number;
}

export type RetrievalDeviceReason =
  | "configured-cpu"
  | "no-cuda-provider"
  | "cooling-down"
  | "gpu-child-ready"
  | "gpu-child-starting"
  | "query-failed"
  | "high-pressure"
  | "headroom-sufficient";

export interface RetrievalDevice {
  /** Where this request runs. */
  device: "cuda" | "cpu";
  /** Whether a GPU child is to be started beside. */
  start: boolean;
  reason: RetrievalDeviceReason;
}

/** Room beyond threshold and model for CUDA's context and work buffers, so that a start does not make pressure. */
const startReserveMb = 1000;

/** Where a request for vectors or scores runs, and whether to start a GPU child for the next ones. First match wins. */
export function decideRetrievalDevice(input: RetrievalDeviceInput): RetrievalDevice {
  const { headroom } = input;
  if (input.setting === "cpu") return cpu("configured-cpu");
  if (!input.providerPresent) return cpu("no-cuda-provider");
  if (input.latchedUntil !== undefined && input.now < input.latchedUntil) return cpu("cooling-down");
  if (input.child === "ready") return { device: "cuda", start: false, reason: "gpu-child-ready" };
  if (input.child === "starting") return cpu("gpu-child-starting");
  if (!headroom.known) return cpu("query-failed");
  const neededMb = input.headroomThresholdMb + input.modelSizeMb + startReserveMb;
  if (headroom.spilled || headroom.freeMb < neededMb) return cpu("high-pressure");
  return { device: "cpu", start: true, reason: "headroom-sufficient" };
}

/** Whether a GPU child that lives has to go, so that the LLM gets its memory. Unknown VRAM alone ends nothing. */
export function decideGpuChild(
  headroom: Headroom,
  headroomThresholdMb: number,
): { keep: boolean; reason: "query-failed" | "high-pressure" | "headroom-sufficient" } {
  if (!headroom.known) return { keep: true, reason: "query-failed" };
  const isPressed = headroom.spilled || headroom.freeMb < headroomThresholdMb;
  return { keep: !isPressed, reason: isPressed ? "high-pressure" : "headroom-sufficient" };
}

const cpu = (reason: RetrievalDeviceReason): RetrievalDevice => ({ device: "cpu", start: false, reason });
