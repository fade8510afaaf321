/** Pages of one task at most, so that what a process answers stays small. */
const pagesPerTask = 50;
/** Fewer pages are not worth opening the document in another process. */
const pagesWorthSharing = 4;

/**
 * Reads pages in as many processes as are free, at least one. Each reads a part of neighbouring pages and may answer
 * only the first of those that it is asked for; others then have their turn before the rest. The first failure ends all.
 *
 * @param free how many processes have nothing to do
 * @param read reads at least the first of these pages
 * @returns what was read, in the order of `pages`
 */
export async function readInParallel<Read>(
  pages: readonly number[],
  free: () => number,
  signal: AbortSignal,
  read: (pages: readonly number[], signal: AbortSignal) => Promise<readonly Read[]>,
): Promise<Read[]> {
  const readersAtFirst = Math.max(1, free());
  const partSize = Math.min(pagesPerTask, Math.max(pagesWorthSharing, Math.ceil(pages.length / readersAtFirst)));
  const results: Read[] = [];
  const failed = new AbortController();
  const partSignal = AbortSignal.any([signal, failed.signal]);
  const readers: Promise<void>[] = [];
  let next = 0;

  async function reader(): Promise<void> {
    while (next < pages.length && !failed.signal.aborted) {
      const from = next;
      next = Math.min(pages.length, from + partSize);
      await readPart(from, next).catch((error: unknown) => failed.abort(error));
      // Beside the one that has just become free again.
      if (free() > 1) addReader();
    }
  }

  async function readPart(from: number, to: number): Promise<void> {
    for (let at = from; at < to; ) {
      const part = await read(pages.slice(at, to), partSignal);
      for (const result of part) results[at++] = result;
    }
  }

  function addReader(): void {
    if (next < pages.length) readers.push(reader());
  }

  for (let count = 0; count < readersAtFirst; count += 1) addReader();
  for (const running of readers) await running;
  failed.signal.throwIfAborted();
  return results;
}
