/** One page for the queue, as its caller gives it. */
export interface PageJob<Result> {
  /** Work that needs no slot, begun shortly before the turn comes. */
  prepare(): Promise<void>;
  /**
   * A result that needs no slot, because it is known or being made already; undefined when there is none. Asked
   * once the preparation is done, and again whenever another page has started.
   */
  join(): Promise<Result> | undefined;
  /** Called once, when a slot is free, the preparation is done and there was nothing to join. */
  start(): StartedJob<Result>;
}

export interface StartedJob<Result> {
  result: Promise<Result>;
  /** Settles when the slot is free again. Never rejects. */
  slot: Promise<void>;
}

/** The same page while it waits for its turn, whatever its result may be. */
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
): { page: WaitingPage; result: Promise<Result> } {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const page: WaitingPage = {
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
  return { page, result: promise };
}
