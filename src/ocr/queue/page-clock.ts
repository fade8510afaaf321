/** A page of the target machine takes 30 s; used until pages have been timed. */
const assumedPageMs = 30_000;
const longestRetryAfterSeconds = 600;

/** How long pages take. */
export interface PageClock {
  record(pageMs: number): void;
  /** Whole seconds, at least 1 and at most 600, until so many pages will be done with `concurrency` at once. */
  secondsFor(pages: number, concurrency: number): number;
}

/** An exponential average, which follows a change within a few pages. */
export function createPageClock(): PageClock {
  let averageMs: number | undefined;
  return {
    record(pageMs) {
      averageMs = averageMs === undefined ? pageMs : averageMs * 0.7 + pageMs * 0.3;
    },
    secondsFor(pages, concurrency) {
      const aheadMs = (pages / concurrency) * (averageMs ?? assumedPageMs);
      return Math.min(longestRetryAfterSeconds, Math.max(1, Math.ceil(aheadMs / 1000)));
    },
  };
}
