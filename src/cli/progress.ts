/** How far a run is. */
export interface Progress {
  /** Documents in all. */
  documents: number;
  /** Found finished from an earlier run. */
  skipped: number;
  read: number;
  failed: number;
  /** Pages finished in this run, those of documents that are not finished yet included. */
  pages: number;
  elapsedMs: number;
}

const barWidth = 24;

/** The status line: `[=====>      ] 5/20 documents, 41 pages, 12.3 pages/min, about 4 min left`. */
export function progressLine(progress: Progress): string {
  const { documents, skipped, read, failed, pages } = progress;
  const done = skipped + read + failed;
  const filled = documents === 0 ? barWidth : Math.floor((barWidth * done) / documents);
  const bar = "=".repeat(filled) + (filled < barWidth ? ">" : "");
  const parts = [`[${bar.padEnd(barWidth)}] ${done}/${documents} documents`, plural(pages, "page")];
  const rate = pagesPerMinute(progress);
  if (rate !== undefined) parts.push(`${rate.toFixed(1)} pages/min`);
  if (failed > 0) parts.push(`${failed} failed`);
  const leftMs = timeLeftMs(progress);
  if (leftMs !== undefined) parts.push(`about ${duration(leftMs)} left`);
  return parts.join(", ");
}

/** Unknown until a page is finished. */
export function pagesPerMinute({ pages, elapsedMs }: Progress): number | undefined {
  return pages === 0 || elapsedMs === 0 ? undefined : (pages * 60_000) / elapsedMs;
}

/**
 * From the documents that this run has worked on; the number of pages of the others is not known before they are
 * opened. Documents found finished cost nothing and say nothing.
 */
export function timeLeftMs({ documents, skipped, read, failed, elapsedMs }: Progress): number | undefined {
  const worked = read + failed;
  const left = documents - skipped - worked;
  return worked === 0 || left === 0 ? undefined : (left * elapsedMs) / worked;
}

/** A span of time for people: `40 s`, `12 min`, `3 h 5 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
