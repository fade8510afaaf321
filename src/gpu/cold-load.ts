import type { Headroom } from "./policy.ts";

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
