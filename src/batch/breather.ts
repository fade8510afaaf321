import { setTimeout } from "node:timers/promises";

/** The part of a worker that a pause needs. */
export interface Pausable {
  pause(doNotWaitActive: boolean): Promise<void>;
  resume(): Promise<void>;
}

export interface BreatherOptions {
  worker: Pausable;
  /** Rejects while the service does not answer. */
  look(signal: AbortSignal): Promise<unknown>;
  onNotice(sentence: string): void;
  signal: AbortSignal;
  sleep?: Sleep | undefined;
}

/** Resolves after so many milliseconds; rejects when the signal is aborted. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

const sleepByClock: Sleep = (ms, signal) => setTimeout(ms, undefined, { signal });

/** Back-pressure: this worker takes no document while its service takes none; the others go on. */
export interface Breather {
  /** Stops taking documents until the wait is over and the service answers. While one goes on, another adds nothing. */
  pause(why: string, retryAfterSeconds: number | undefined): Promise<void>;
  /** A document was read, so the next wait begins with the shortest again. */
  reset(): void;
}

const shortestMs = 1_000;
const longestMs = 30_000;

export function createBreather({ worker, look, onNotice, signal, sleep = sleepByClock }: BreatherOptions): Breather {
  let nextMs = shortestMs;
  let isPaused = false;
  const wait = async (retryAfterSeconds: number | undefined) => {
    let askedMs = Math.min(longestMs, (retryAfterSeconds ?? 0) * 1000);
    do {
      await sleep(Math.max(askedMs, nextMs), signal);
      nextMs = Math.min(longestMs, nextMs * 2);
      askedMs = 0;
    } while (!(await answers(look, signal)));
  };
  const resumeAfter = async (retryAfterSeconds: number | undefined) => {
    try {
      await wait(retryAfterSeconds);
    } catch {
      // Only the worker's end breaks a wait.
      return;
    }
    isPaused = false;
    await worker.resume();
  };
  return {
    pause: async (why, retryAfterSeconds) => {
      if (isPaused || signal.aborted) return;
      isPaused = true;
      onNotice(`waiting: ${why}`);
      await worker.pause(true);
      void resumeAfter(retryAfterSeconds);
    },
    reset: () => {
      nextMs = shortestMs;
    },
  };
}

async function answers(look: BreatherOptions["look"], signal: AbortSignal): Promise<boolean> {
  try {
    await look(signal);
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
