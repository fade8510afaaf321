/** What the service holds at rest, and how many requests it has answered until then. */
export interface MemoryMark {
  requests: number;
  /** What lives on the heap when everything else has been collected. */
  heapBytes: number;
  /** The same moment as the system sees it, memory of native code included. */
  residentBytes: number;
}

/**
 * Growth of the heap for each request. The second halves of good runs had 0.3 to 3 KiB, 7 where nothing was warm, and the first
 * of a run of 10 s once 43; a tree that kept 24 KiB of each request had 25 to 29 in both.
 */
const noticeableHeapBytes = 14 * 1024;
/** After few requests a heap that still finds its size has more for each. */
const heapNoiseBytes = 1024 * 1024;
/** Share of resident memory: on good trees it rose by 8 % at times, and came down again. */
const noticeableShare = 0.1;

/** Bytes of the heap that each request has left behind between two marks. */
export const growthPerRequest = (from: MemoryMark, to: MemoryMark): number =>
  (to.heapBytes - from.heapBytes) / Math.max(1, to.requests - from.requests);

/**
 * Which memory leaks, by marks at the beginning, in the middle and at the end of like work. What leaks grows in the second
 * half as in the first. Caches that still fill grow in the first; a measure that is off makes one half seem to grow.
 */
export function leaks(start: MemoryMark, middle: MemoryMark, end: MemoryMark): string[] {
  const inBoth = (grows: (from: MemoryMark, to: MemoryMark) => boolean) => grows(start, middle) && grows(middle, end);
  return [
    ...(inBoth(heapGrows) ? ["the heap grows in both halves"] : []),
    ...(inBoth(residentGrows) ? ["resident memory grows in both halves"] : []),
  ];
}

const heapGrows = (from: MemoryMark, to: MemoryMark): boolean =>
  to.heapBytes - from.heapBytes > heapNoiseBytes && growthPerRequest(from, to) > noticeableHeapBytes;

const residentGrows = (from: MemoryMark, to: MemoryMark): boolean =>
  to.residentBytes / from.residentBytes - 1 > noticeableShare;
