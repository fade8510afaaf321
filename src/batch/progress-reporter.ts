import type { BatchProgress } from "../client/batch-job.ts";

export interface ProgressReporter {
  /** Tells the queue; what comes while something is being told waits, and only the last of it is told. */
  report(progress: BatchProgress): void;
}

/**
 * Progress is news and no more: whatever keeps one report from being told, the next one or the result says the same.
 *
 * @param tell one report at a time
 */
export function createProgressReporter(tell: (progress: BatchProgress) => Promise<void>): ProgressReporter {
  let next: BatchProgress | undefined;
  let isTelling = false;
  const run = async () => {
    isTelling = true;
    for (let progress = next; progress !== undefined; progress = next) {
      next = undefined;
      await tell(progress).catch(() => undefined);
    }
    isTelling = false;
  };
  return {
    report: (progress) => {
      next = progress;
      if (!isTelling) void run();
    },
  };
}
