import type { PageJob } from "./page-job.ts";

/** A page that waits for its turn before the GPU. */
export interface WaitingPage {
  sinceMs: number;
  state: "waiting" | "preparing" | "prepared";
  prepare(): Promise<void>;
  /** Answers the page without a slot, where that can be done now. */
  join(): boolean;
  /** Starts the page; resolves when its slot is free again. */
  start(): Promise<void>;
  reject(error: unknown): void;
  /** Whether its caller has gone. */
  isGone(): boolean;
}

/** @returns the page for the queue, and what its caller waits for */
export function createWaitingPage<Result>(
  job: PageJob<Result>,
  signal: AbortSignal,
  sinceMs: number,
): { entry: WaitingPage; result: Promise<Result> } {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const entry: WaitingPage = {
    sinceMs,
    state: "waiting",
    prepare: () => job.prepare(),
    join() {
      const joined = job.join();
      joined?.then(resolve, reject);
      return joined !== undefined;
    },
    start() {
      const { result, slot } = job.start();
      result.then(resolve, reject);
      return slot;
    },
    reject,
    isGone: () => signal.aborted,
  };
  return { entry, result: promise };
}
