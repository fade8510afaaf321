/** A page of the target machine takes 30 s; used until pages have been timed. */
const assumedPageMs = 30_000;
const longestRetryAfterSeconds = 600;

/** How long pages take, as an exponential average that follows a change within a few pages. */
export class PageClock {
  #pageMs: number | undefined;

  record(pageMs: number): void {
    this.#pageMs = this.#pageMs === undefined ? pageMs : this.#pageMs * 0.7 + pageMs * 0.3;
  }

  /** Whole seconds, at least 1, until so many pages will be done with `concurrency` at once. */
  secondsFor(pages: number, concurrency: number): number {
    const aheadMs = (pages / concurrency) * (this.#pageMs ?? assumedPageMs);
    return Math.min(longestRetryAfterSeconds, Math.max(1, Math.ceil(aheadMs / 1000)));
  }
}
