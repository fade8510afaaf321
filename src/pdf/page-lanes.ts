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
export async function inLanes<Read>(
  pages: readonly number[],
  free: () => number,
  signal: AbortSignal,
  read: (pages: readonly number[], signal: AbortSignal) => Promise<readonly Read[]>,
): Promise<Read[]> {
  const lanesAtFirst = Math.max(1, free());
  const partSize = Math.min(pagesPerTask, Math.max(pagesWorthSharing, Math.ceil(pages.length / lanesAtFirst)));
  const results: Read[] = [];
  const failed = new AbortController();
  const laneSignal = AbortSignal.any([signal, failed.signal]);
  const lanes: Promise<void>[] = [];
  let next = 0;

  async function lane(): Promise<void> {
    while (next < pages.length && !failed.signal.aborted) {
      const from = next;
      next = Math.min(pages.length, from + partSize);
      await readPart(from, next).catch((error: unknown) => failed.abort(error));
      // Beside the one that has just become free again.
      if (free() > 1) addLane();
    }
  }

  async function readPart(from: number, to: number): Promise<void> {
    for (let at = from; at < to; ) {
      const part = await read(pages.slice(at, to), laneSignal);
      for (const result of part) results[at++] = result;
    }
  }

  function addLane(): void {
    if (next < pages.length) lanes.push(lane());
  }

  for (let count = 0; count < lanesAtFirst; count += 1) addLane();
  for (const running of lanes) await running;
  failed.signal.throwIfAborted();
  return results;
}
