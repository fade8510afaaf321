import { setTimeout as sleep } from "node:timers/promises";
import { getLogger } from "@logtape/logtape";
import { messageOf } from "../errors.ts";
import { createRecent } from "./recent.ts";
import type { EngineSource, VramSource } from "./sources.ts";
import { holdersOf, type VramHolders } from "./vram-holders.ts";

export interface ActivitySample {
  /** Milliseconds since 1970. */
  atMs: number;
  vram: VramHolders;
  queue: { documents: number; waitingPages: number; runningPages: number };
}

export interface ActivitySamplerOptions {
  keepMs: number;
  /** Time between two samples while somebody looks, or documents are read. */
  everyMs: number;
  /** Time between two samples otherwise: nobody is asked needlessly. */
  idleEveryMs: number;
  vram: Pick<VramSource, "picture">;
  queue: EngineSource["queue"];
  /** Whether documents are being read. */
  isWorking(): boolean;
  now?(): number;
}

export interface ActivitySampler {
  /** Oldest first; while the newest is old a new one is waited for, 50 ms at most. */
  samples(): Promise<ActivitySample[]>;
  close(): void;
}

const log = getLogger(["sidecar", "watch"]);
/** Whoever looked so lately still looks. */
const watchedMs = 60_000;
const patienceMs = 50;
/** Beyond the reader's own limit. */
const readingMs = 3500;

/** Takes samples of the card and the queue. A picture of the card that is there is used; nobody waits for a sample. */
export function createActivitySampler(options: ActivitySamplerOptions): ActivitySampler {
  const { keepMs, everyMs, idleEveryMs, vram, queue, isWorking, now = Date.now } = options;
  // Twice as many as are due: who looks may have one taken between two.
  const samples = createRecent<ActivitySample>({ keepMs, maxItems: Math.ceil((2 * keepMs) / everyMs), now });
  let lastMs = Number.NEGATIVE_INFINITY;
  let idleSinceMs = now();
  let watchedUntilMs = Number.NEGATIVE_INFINITY;
  let taking: Promise<void> | undefined;

  async function take(): Promise<void> {
    const holders = await vram
      .picture(AbortSignal.timeout(readingMs), everyMs)
      .then(holdersOf, (error: unknown) => ({ known: false as const, why: messageOf(error) }));
    const { documents, waitingPages, runningPages } = queue.status();
    lastMs = now();
    idleSinceMs = lastMs;
    samples.add({ atMs: lastMs, vram: holders, queue: { documents, waitingPages, runningPages } });
  }

  /** Never rejects: one sample that could not be taken is missing, and the next is taken in its turn. */
  function sample(): Promise<void> {
    taking ??= take()
      .catch((error: unknown) => log.warning("The card and the queue could not be looked at: {error}", { error }))
      .finally(() => {
        taking = undefined;
      });
    return taking;
  }

  const timer = setInterval(() => {
    const isWanted = now() < watchedUntilMs || isWorking();
    if (isWanted || now() - idleSinceMs >= idleEveryMs) void sample();
  }, everyMs);
  timer.unref();

  return {
    async samples() {
      watchedUntilMs = now() + watchedMs;
      if (now() - lastMs >= everyMs) await Promise.race([sample(), sleep(patienceMs, undefined, { ref: false })]);
      return samples.items();
    },
    close: () => clearInterval(timer),
  };
}
