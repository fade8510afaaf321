/** Workers that were told to end and have not ended yet. */
export interface EndingWorkers {
  readonly count: number;
  /** Whether no worker may be started. */
  readonly isFull: boolean;
  /** Ends a worker and counts it until it has ended. */
  end(worker: Worker): void;
  /** Calls `spawn` at once, or as soon as fewer workers are ending than the limit. */
  whenRoom(spawn: () => void): void;
}

/**
 * `terminate()` stops a loop of JavaScript but not one of WebAssembly: the thread goes on until the engine's call
 * returns (measured on Bun 1.4.5). Without a bound every document that runs out of time would leave a thread that
 * takes a core, so no worker is replaced while `limit` of them are still ending.
 */
export function createEndingWorkers(limit: number): EndingWorkers {
  const waiting: (() => void)[] = [];
  let count = 0;
  const onEnded = () => {
    count -= 1;
    waiting.shift()?.();
  };
  return {
    get count() {
      return count;
    },
    get isFull() {
      return count >= limit;
    },
    end(worker) {
      count += 1;
      worker.addEventListener("close", onEnded, { once: true });
      worker.terminate();
    },
    whenRoom(spawn) {
      if (count < limit) spawn();
      else waiting.push(spawn);
    },
  };
}
