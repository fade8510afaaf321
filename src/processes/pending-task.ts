/** A task that waits for a process or runs in one, and the caller who waits for its answer. */
export interface PendingTask<Reply> {
  /** Settled once, by whatever comes first. */
  readonly answer: Promise<Reply>;
  /** Aborted when it was answered from outside, with an error: nobody waits for its end any more. */
  readonly signal: AbortSignal;
  /** The same as long as it has not begun; it is not taken out of the queue while a process is at work on it. */
  readonly waiting: AbortSignal;
  /** Its turn has come. */
  begin(): void;
  /** A process has taken it: the time that it may wait counts no longer. */
  taken(): void;
  resolve(reply: Reply): void;
  reject(reason: unknown): void;
}

/** @param tooLong what it is rejected with when it has not begun after `maxWaitMs` */
export function createPendingTask<Reply>(
  caller: AbortSignal,
  maxWaitMs: number,
  tooLong: () => Error,
): PendingTask<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const over = new AbortController();
  const leftQueue = new AbortController();
  let begun = false;
  const timer = setTimeout(() => settle(tooLong()), maxWaitMs);
  const leave = () => settle(caller.reason);
  caller.addEventListener("abort", leave, { once: true });

  function settle(reason: unknown): void {
    release();
    reject(reason);
    over.abort(reason);
    if (!begun) leftQueue.abort(reason);
  }

  function release(): void {
    clearTimeout(timer);
    caller.removeEventListener("abort", leave);
  }

  return {
    answer: promise,
    signal: over.signal,
    waiting: leftQueue.signal,
    begin() {
      begun = true;
    },
    taken: () => clearTimeout(timer),
    resolve(reply) {
      release();
      resolve(reply);
    },
    reject: settle,
  };
}
