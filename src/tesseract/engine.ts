import PQueue from "p-queue";
import { SidecarError } from "../errors.ts";
import { decideOrientation, type Orientation } from "./orientation.ts";
import { readingWarnings } from "./reading-warnings.ts";
import { startThread, type TesseractThread, type WorkerAnswer } from "./thread.ts";
import type { WorkerRequest } from "./worker-messages.ts";

export interface TesseractEngineOptions {
  /** Pages read at once; each thread takes 120 to 280 MB while it lives. */
  workers: number;
  /** Pages that wait for a thread; one more is `ocr_busy`. */
  queueLimit: number;
  /** For one page once a thread has taken it, the thread's start included. */
  pageTimeoutMs: number;
  /** A thread without work for so long is ended; 0 ends it after each page. */
  idleMs: number;
  /** A thread is replaced after so many pages, and when its memory has grown beyond `maxHeapBytes`. */
  recyclePages: number;
  maxHeapBytes: number;
  /** Larger pictures are refused before they are decoded. */
  maxPixels: number;
}

export interface TesseractReading {
  /** Lines in reading order; rows of tables and forms are lines. SARA AM may be in its decomposed spelling. */
  text: string;
  /** 0 to 100; 87 to 93 on pages whose error rates run from 4 % to 45 %, so never a reason to believe a page. */
  confidence: number;
  /** Share of the ink outside the recognised words, 0 to 1. */
  inkOutside: number;
  warnings: string[];
}

export interface TesseractEngineStatus {
  /** Threads alive, and those of them that are reading. */
  workers: number;
  busy: number;
  queued: number;
  /** Threads that were ended by a time limit, an abort or a failure, and by their age or memory. */
  replaced: number;
  recycled: number;
}

/** The embedded engine. Its methods take PNG as the page renderer makes them. */
export interface TesseractEngine {
  /**
   * Reads an upright page. Throws `ocr_failed` for a picture that cannot be read, `page_timeout`, `ocr_busy` when the
   * queue is full, `shutting_down` after `close`, or the signal's reason.
   */
  read(png: Uint8Array, signal: AbortSignal): Promise<TesseractReading>;
  /** How the page lies; errors as `read`. Takes 0.2 s. */
  detectOrientation(png: Uint8Array, signal: AbortSignal): Promise<Orientation>;
  status(): TesseractEngineStatus;
  /** Ends all threads; what is being read or waits is rejected with `shutting_down`. */
  close(): Promise<void>;
}

/** Nothing is started until the first page comes. */
export function createTesseractEngine(options: TesseractEngineOptions): TesseractEngine {
  const queue = new PQueue({ concurrency: options.workers });
  const idle = new Map<TesseractThread, ReturnType<typeof setTimeout>>();
  const busy = new Set<TesseractThread>();
  const closing = new AbortController();
  let replaced = 0;
  let recycled = 0;

  function take(): TesseractThread {
    const [thread, timer] = [...idle].at(-1) ?? [];
    clearTimeout(timer);
    if (thread !== undefined) idle.delete(thread);
    const taken = thread?.alive ? thread : startThread({ maxPixels: options.maxPixels });
    busy.add(taken);
    return taken;
  }

  async function giveBack(thread: TesseractThread): Promise<void> {
    busy.delete(thread);
    if (!thread.alive) {
      replaced++;
      return;
    }
    const worn = thread.answered >= options.recyclePages || thread.heapBytes > options.maxHeapBytes;
    if (worn) recycled++;
    if (worn || closing.signal.aborted) return thread.end();
    const timer = setTimeout(() => {
      idle.delete(thread);
      void thread.end();
    }, options.idleMs);
    idle.set(thread, timer);
  }

  async function runOnThread(request: WorkerRequest, signal: AbortSignal): Promise<WorkerAnswer> {
    const thread = take();
    try {
      return await thread.run(request, signal, options.pageTimeoutMs);
    } finally {
      await giveBack(thread);
    }
  }

  async function run(request: WorkerRequest, signal: AbortSignal): Promise<WorkerAnswer> {
    closing.signal.throwIfAborted();
    if (queue.pending >= options.workers && queue.size >= options.queueLimit) {
      throw new SidecarError("ocr_busy", "The embedded engine has no room for another page; ask again in a moment.", {
        retryAfterSeconds: 5,
      });
    }
    const either = AbortSignal.any([signal, closing.signal]);
    return queue.add(() => runOnThread(request, either), { signal: either });
  }

  return {
    async read(png, signal) {
      const answer = await run({ task: "read", png }, signal);
      if (answer.kind !== "page")
        throw new SidecarError("internal_error", "The embedded engine answered something else.");
      const { text, confidence, inkOutside } = answer.page;
      return { text, confidence, inkOutside, warnings: readingWarnings(answer.page) };
    },
    async detectOrientation(png, signal) {
      const answer = await run({ task: "orientation", png }, signal);
      if (answer.kind !== "orientation") {
        throw new SidecarError("internal_error", "The embedded engine answered something else.");
      }
      return decideOrientation(answer.orientation);
    },
    status: () => ({ workers: idle.size + busy.size, busy: busy.size, queued: queue.size, replaced, recycled }),
    async close() {
      closing.abort(new SidecarError("shutting_down", "The service is shutting down."));
      const threads = [...idle];
      idle.clear();
      for (const [, timer] of threads) clearTimeout(timer);
      await Promise.all([...threads.map(([thread]) => thread.end()), queue.onIdle()]);
    },
  };
}
