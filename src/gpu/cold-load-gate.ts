import { setTimeout as sleep } from "node:timers/promises";
import { decideColdLoad, type Headroom } from "./policy.ts";

export interface ColdLoadGateOptions {
  headroom(signal: AbortSignal): Promise<Headroom>;
  /** Size of the OCR model's files, in MB. */
  installedMb(signal: AbortSignal): Promise<number>;
  /** Longest wait for room, in milliseconds; 0 = never wait. */
  deferMs: number;
  pollMs?: number;
}

/**
 * What a model takes on the card beside its files: context, vision encoder and work buffers. An estimate for a
 * 3 GB vision model with a context of 16,384 tokens, used until a first load has shown the real figure.
 */
const footprintPerInstalledByte = 1.6;

/**
 * A gate before a cold load of the OCR model: where the load would push the LLM out of the card, it waits for
 * room, at most `deferMs`. Resolves with a sentence for the caller when it waited, whatever came of it.
 */
export function createColdLoadGate(options: ColdLoadGateOptions): (signal: AbortSignal) => Promise<string | undefined> {
  const { deferMs, pollMs = 1000 } = options;
  let seenMb: number | undefined;

  const wouldPushOut = async (signal: AbortSignal): Promise<boolean> => {
    const headroom = await options.headroom(signal);
    if (headroom.known && headroom.ocrModelMb > 0) seenMb = headroom.ocrModelMb;
    // A size that cannot be read defers nothing, as unknown VRAM does not.
    const footprintMb = seenMb ?? (await options.installedMb(signal).catch(() => 0)) * footprintPerInstalledByte;
    return decideColdLoad(headroom, footprintMb).choice === "defer";
  };

  return async (signal) => {
    if (deferMs === 0 || !(await wouldPushOut(signal))) return undefined;
    const startedMs = performance.now();
    const waitedMs = () => performance.now() - startedMs;
    while (waitedMs() < deferMs) {
      await sleep(Math.min(pollMs, deferMs - waitedMs()), undefined, { signal }).catch(() => signal.throwIfAborted());
      if (!(await wouldPushOut(signal))) return `deferred ${seconds(waitedMs())} until there was room beside the LLM`;
    }
    return `deferred ${seconds(waitedMs())} for room beside the LLM, in vain`;
  };
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
