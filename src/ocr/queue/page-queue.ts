import { SidecarError } from "../../errors.ts";
import { PageClock } from "./page-clock.ts";
import type { PageJob, QueuedDocument } from "./page-job.ts";
import { RoundRobin } from "./round-robin.ts";
import { createWaitingPage, type WaitingPage } from "./waiting-page.ts";

export interface PageQueueOptions {
  /** Pages that hold a slot at once. */
  concurrency: number;
  documentLimit: number;
  maxBytes: number;
  /** Called when no document is admitted and no page runs any more. */
  onIdle?: (abandoned: boolean) => void;
  /** Called when a page's turn has come, with the time it waited. */
  onTurn?: (waitedMs: number) => void;
  /** Called when a document is admitted. */
  onWork?: () => void;
  now?: () => number;
}

export interface PageQueueStatus {
  documents: number;
  heldBytes: number;
  waitingPages: number;
  runningPages: number;
}

interface DocumentState {
  waiting: WaitingPage[];
  bytes: number;
}

/**
 * The one queue before the GPU. Documents take turns page by page. The first page of every document is prepared
 * ahead, and answered without a slot where it is known or being read already; slots are for new readings only.
 */
export class PageQueue {
  readonly #options: PageQueueOptions;
  readonly #now: () => number;
  readonly #order = new RoundRobin<WaitingPage, DocumentState>();
  readonly #clock = new PageClock();
  #running = 0;
  #heldBytes = 0;
  #abandoned = false;
  #busy = false;

  constructor(options: PageQueueOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  status(): PageQueueStatus {
    const waitingPages = this.#order.documents.reduce((sum, document) => sum + document.waiting.length, 0);
    return { documents: this.#order.size, heldBytes: this.#heldBytes, waitingPages, runningPages: this.#running };
  }

  /**
   * Admits a document of `bytes` bytes.
   *
   * @throws SidecarError `ocr_busy` with an estimate of when to ask again.
   */
  admit(bytes: number): QueuedDocument {
    const { documentLimit, maxBytes } = this.#options;
    if (this.#order.size >= documentLimit) throw this.#busyError(`${documentLimit} documents`);
    // A single document larger than the bound is taken when nothing else is held, or it could never be read.
    if (this.#heldBytes > 0 && this.#heldBytes + bytes > maxBytes) throw this.#busyError(`${maxBytes} bytes`);
    const document: DocumentState = { waiting: [], bytes };
    this.#order.add(document);
    this.#heldBytes += bytes;
    this.#busy = true;
    this.#options.onWork?.();
    return {
      add: (job, signal) => this.#add(document, job, signal),
      close: (abandoned) => this.#close(document, abandoned),
    };
  }

  #add<Result>(document: DocumentState, job: PageJob<Result>, signal: AbortSignal): Promise<Result> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const { entry, result } = createWaitingPage(job, signal, this.#now());
    const leave = () => {
      remove(document.waiting, entry);
      entry.reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    document.waiting.push(entry);
    queueMicrotask(() => this.#advance());
    return result.finally(() => signal.removeEventListener("abort", leave));
  }

  #close(document: DocumentState, abandoned: boolean): void {
    if (!this.#order.remove(document)) return;
    this.#heldBytes -= document.bytes;
    document.waiting.length = 0;
    this.#abandoned = abandoned;
    this.#settle();
  }

  /** Lets start what can start, and prepares what comes next. */
  #advance(): void {
    while (this.#running < this.#options.concurrency) {
      const entry = this.#order.takeNext();
      if (entry === undefined) break;
      void this.#run(entry);
    }
    for (const [place, document] of this.#order.documents.entries()) {
      const ahead = place === 0 ? this.#options.concurrency : 1;
      for (const entry of document.waiting.slice(0, ahead))
        if (entry.state === "waiting") void this.#prepare(document, entry);
    }
  }

  /** Prepares a waiting page; one that cannot be prepared fails without waiting for its turn. */
  async #prepare(document: DocumentState, entry: WaitingPage): Promise<void> {
    entry.state = "preparing";
    try {
      await entry.prepare();
      entry.state = "prepared";
      this.#joinPrepared();
    } catch (error) {
      remove(document.waiting, entry);
      entry.reject(error);
    }
    this.#advance();
  }

  #joinPrepared(): void {
    for (const document of this.#order.documents) {
      document.waiting = document.waiting.filter((entry) => entry.state !== "prepared" || !entry.join());
    }
  }

  /** Gives a page its slot until its reading has ended. */
  async #run(entry: WaitingPage): Promise<void> {
    this.#running += 1;
    try {
      await entry.prepare();
      if (!entry.isGone() && !entry.join()) await this.#hold(entry);
    } catch (error) {
      entry.reject(error);
    }
    this.#running -= 1;
    this.#advance();
    this.#settle();
  }

  async #hold(entry: WaitingPage): Promise<void> {
    const startedMs = this.#now();
    this.#options.onTurn?.(startedMs - entry.sinceMs);
    const slot = entry.start();
    this.#joinPrepared();
    this.#advance();
    await slot;
    this.#clock.record(this.#now() - startedMs);
  }

  #settle(): void {
    // A document between two pages, or between its admission and its first page, is not idleness.
    if (!this.#busy || this.#order.size > 0 || this.#running > 0) return;
    this.#busy = false;
    this.#options.onIdle?.(this.#abandoned);
    this.#abandoned = false;
  }

  #busyError(bound: string): SidecarError {
    const { waitingPages, runningPages } = this.status();
    const retryAfterSeconds = this.#clock.secondsFor(waitingPages + runningPages, this.#options.concurrency);
    return queueFull(bound, retryAfterSeconds);
  }
}

/** @param bound what is full, such as `64 documents` */
export function queueFull(bound: string, retryAfterSeconds: number): SidecarError {
  const message = `The OCR queue is full (${bound}); send the document again in about ${retryAfterSeconds} s.`;
  return new SidecarError("ocr_busy", message, { retryAfterSeconds });
}

function remove<Item>(items: Item[], item: Item): void {
  const place = items.indexOf(item);
  if (place >= 0) items.splice(place, 1);
}
