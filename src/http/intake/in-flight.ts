/** Counts the requests whose work has not ended, so that a stop can wait for them. */
export interface InFlight {
  readonly count: number;
  /** Call what it returns when the work has ended; it may be called twice. */
  enter(): () => void;
  /** Resolves when nothing runs, or when the signal is aborted. */
  whenIdle(signal: AbortSignal): Promise<void>;
}

/** Begins to count at 0. */
export function createInFlight(): InFlight {
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    get count() {
      return count;
    },
    enter() {
      count += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        count -= 1;
        if (count > 0) return;
        for (const resolve of waiting) resolve();
        waiting = [];
      };
    },
    whenIdle(signal) {
      if (count === 0 || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    },
  };
}
