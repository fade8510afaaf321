/** The VRAM of the card, in MB (1 MB = 1,048,576 bytes, as nvidia-smi counts). Unknown is a value, never a number. */
export type Headroom =
  | {
      known: true;
      totalMb: number;
      /** The smaller of what the sources say. */
      freeMb: number;
      /** VRAM of Ollama's models other than the OCR model. */
      otherModelsMb: number;
      /** VRAM of the OCR model; 0 when it is not loaded. */
      ocrModelMb: number;
      /** Whether the OCR model is loaded at all; on the CPU it holds no VRAM. */
      ocrModelLoaded: boolean;
      /** Whether one of Ollama's models is partly on the CPU although it could use the card. */
      spilled: boolean;
    }
  | { known: false; why: string };

export type OcrResidencyReason = "large-context-active" | "query-failed" | "high-pressure" | "headroom-sufficient";

export interface OcrResidency {
  /** 0: the model is unloaded. More is told to callers, and the model stays for the `keep_alive` of its last page. */
  keepAliveSeconds: number;
  reason: OcrResidencyReason;
}

export interface ResidencyLimits {
  headroomThresholdMb: number;
  mainModelPressureMb: number;
  windowSeconds: number;
}

const largeContextProfiles: ReadonlySet<string> = new Set(["deep-analysis", "large-context"]);

/**
 * How long the OCR model stays loaded after the last waiting page, and why. First match wins:
 * a large-context profile, unknown VRAM, other models above their threshold, too little free VRAM.
 */
export function decideOcrResidency(
  profile: string | undefined,
  headroom: Headroom,
  limits: ResidencyLimits,
): OcrResidency {
  if (profile !== undefined && largeContextProfiles.has(profile)) return release("large-context-active");
  if (!headroom.known) return release("query-failed");
  if (headroom.otherModelsMb > limits.mainModelPressureMb) return release("high-pressure");
  if (headroom.freeMb < limits.headroomThresholdMb) return release("high-pressure");
  return { keepAliveSeconds: limits.windowSeconds, reason: "headroom-sufficient" };
}

const release = (reason: OcrResidencyReason): OcrResidency => ({ keepAliveSeconds: 0, reason });

export interface ColdLoad {
  choice: "load" | "defer";
  reason: "already-loaded" | "query-failed" | "nothing-to-push-out" | "headroom-sufficient" | "would-push-out-llm";
}

/**
 * Whether loading the OCR model now would push another of Ollama's models out of the card. `footprintMb` is
 * what the OCR model takes when loaded. Unknown VRAM defers nothing: waiting could not end it.
 */
export function decideColdLoad(headroom: Headroom, footprintMb: number): ColdLoad {
  if (!headroom.known) return { choice: "load", reason: "query-failed" };
  if (headroom.ocrModelLoaded) return { choice: "load", reason: "already-loaded" };
  if (headroom.otherModelsMb === 0) return { choice: "load", reason: "nothing-to-push-out" };
  const fits = headroom.otherModelsMb + footprintMb <= headroom.totalMb;
  return fits ? { choice: "load", reason: "headroom-sufficient" } : { choice: "defer", reason: "would-push-out-llm" };
}
