import { createMemoryReclaimer, type MemoryReclaimer } from "./memory-reclaimer.ts";

/** Shared memory for the bytes of documents, used again and again. */
export interface DocumentMemory {
  /** Bytes that lie ready for the next documents. */
  readonly spareBytes: number;
  /**
   * Memory that may be grown to the largest document; what stands in it is what the last document left. Whoever takes it
   * gives it back or drops it once.
   *
   * @param expectedBytes how much will probably be needed, so that a letter does not take what a book has grown
   */
  take(expectedBytes: number): SharedArrayBuffer;
  /** For memory that nobody reads any longer. Does nothing with memory that was not taken here or has been returned. */
  giveBack(memory: ArrayBufferLike): void;
  /** For memory that a thread may still read: it is left to the garbage collector. */
  drop(memory: ArrayBufferLike): void;
}

export interface DocumentMemoryOptions {
  /** To what memory may be grown; a larger expectation gets its own size. */
  maxDocumentBytes: number;
  /** What is given back beyond this is not kept. */
  maxSpareBytes: number;
  /** Milliseconds after which spare memory goes back to the system. */
  keepMs: number;
  reclaimer?: MemoryReclaimer;
}

/** Memory of closed documents that may lie about. */
const reclaimedBytes = 128 * 1024 * 1024;

/**
 * Fresh memory costs about 1 ms a MiB when it is first written, and giving it back needs a full garbage collection, 40 to
 * 160 ms for 128 MiB (measured with eight uploads of 50 MB at once on two cores). Both hold up everybody who is being
 * served; so memory is kept for the next document, and returned when it has not been needed for a while.
 */
export function createDocumentMemory({
  maxDocumentBytes,
  maxSpareBytes,
  keepMs,
  reclaimer = createMemoryReclaimer(reclaimedBytes),
}: DocumentMemoryOptions): DocumentMemory {
  /** By identity and weakly: memory that is never returned is only lost for the next document. */
  const taken = new WeakSet<ArrayBufferLike>();
  let spare: { memory: SharedArrayBuffer; unusedSinceMs: number }[] = [];
  let watching = false;
  const spareBytes = () => spare.reduce((sum, { memory }) => sum + memory.byteLength, 0);

  function returnOld(): void {
    watching = false;
    const oldestMs = performance.now() - keepMs;
    const old = spare.filter(({ unusedSinceMs }) => unusedSinceMs <= oldestMs);
    spare = spare.filter(({ unusedSinceMs }) => unusedSinceMs > oldestMs);
    reclaimer.released(old.reduce((sum, { memory }) => sum + memory.byteLength, 0));
    reclaimer.collect();
    watch();
  }

  function watch(): void {
    const oldest = spare[0];
    if (watching || oldest === undefined) return;
    watching = true;
    setTimeout(returnOld, Math.ceil(oldest.unusedSinceMs + keepMs - performance.now())).unref();
  }

  return {
    get spareBytes() {
      return spareBytes();
    },
    take(expectedBytes) {
      const fitting = bestFit(
        spare.map(({ memory }) => memory),
        expectedBytes,
      );
      spare = spare.filter(({ memory }) => memory !== fitting);
      const maxByteLength = Math.max(maxDocumentBytes, expectedBytes);
      const memory = fitting ?? new SharedArrayBuffer(0, { maxByteLength });
      taken.add(memory);
      return memory;
    },
    giveBack(memory) {
      if (!(memory instanceof SharedArrayBuffer) || !taken.delete(memory)) return;
      // Of a request that broke off before its first byte: nothing to use again, and no bytes to bound the number by.
      if (memory.byteLength === 0) return;
      if (spareBytes() + memory.byteLength > maxSpareBytes) {
        reclaimer.released(memory.byteLength);
        return;
      }
      spare.push({ memory, unusedSinceMs: performance.now() });
      watch();
    },
    drop(memory) {
      if (taken.delete(memory)) reclaimer.released(memory.byteLength);
    },
  };
}

/** The smallest that is large enough already, else the largest that can be grown. */
function bestFit(candidates: readonly SharedArrayBuffer[], bytes: number): SharedArrayBuffer | undefined {
  const growable = candidates
    .filter(({ maxByteLength }) => maxByteLength >= bytes)
    .sort((one, other) => one.byteLength - other.byteLength);
  return growable.find(({ byteLength }) => byteLength >= bytes) ?? growable.at(-1);
}
