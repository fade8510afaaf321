import { setTimeout as sleep } from "node:timers/promises";
import { SidecarError } from "../../errors.ts";
import type { OllamaClient } from "../../ollama/chat.ts";
import { isConnectionLost } from "../../ollama/faults.ts";

const isOutOfTime = (reason: unknown) => reason instanceof SidecarError && reason.code === "page_timeout";

/**
 * Pauses before each look, in milliseconds, 20 s in all: a restart breaks the connections first and closes the port
 * for some seconds then.
 */
const pausesMs = [250, 250, 500, 1000, 2000, 4000, 4000, 4000, 4000];

/**
 * Waits until the server answers again and resolves with whether it was away meanwhile. Throws what the last look
 * threw when it stays away, or the signal's reason.
 */
export async function awaitServer(
  ollama: Pick<OllamaClient, "version">,
  signal: AbortSignal,
  steps: readonly number[] = pausesMs,
): Promise<boolean> {
  let lastError: unknown;
  for (const pauseMs of steps) {
    try {
      await sleep(pauseMs, undefined, { signal });
      await ollama.version(signal);
      return lastError !== undefined;
    } catch (error) {
      // That the server is away says more than that the page's time was over while it was waited for.
      if (signal.aborted) throw isOutOfTime(signal.reason) ? (lastError ?? signal.reason) : signal.reason;
      if (!isConnectionLost(error)) throw error;
      lastError = error;
    }
  }
  throw lastError;
}
