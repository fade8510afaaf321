/** Sees to it that shared memory which nobody holds any longer goes back to the system. */
export interface MemoryReclaimer {
  /** Notes that nobody uses this much shared memory any longer. */
  released(bytes: number): void;
  /** Collects what has been released, however little; for a quiet moment. */
  collect(): void;
}

/**
 * The garbage collector does not see shared memory grow and so lets gigabytes of closed documents lie (measured: 400 MB
 * more with every eight uploads of 50 MB). A full collection is asked for whenever `everyBytes` have been
 * released, in a turn of its own, when the callers have let go.
 */
export function createMemoryReclaimer(everyBytes: number, collect = () => Bun.gc(true)): MemoryReclaimer {
  let releasedBytes = 0;
  const collectSoon = () => {
    releasedBytes = 0;
    setImmediate(collect);
  };
  return {
    released(bytes) {
      releasedBytes += bytes;
      if (releasedBytes >= everyBytes) collectSoon();
    },
    collect() {
      if (releasedBytes > 0) collectSoon();
    },
  };
}
