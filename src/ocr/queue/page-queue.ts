import { SidecarError } from "../../errors.ts";
import { createPageClock } from "./page-clock.ts";
import { createWaitingPage, type PageJob, type WaitingPage } from "./page-job.ts";
import { createRoundRobin } from "./round-robin.ts";

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
  /** Milliseconds on a clock that never runs backwards. */
  now?: () => number;
}

export interface PageQueueStatus {
  documents: number;
  heldBytes: number;
  waitingPages: number;
  runningPages: number;
}

/** A document that is admitted and unfinished. */
export interface DocumentInQueue {
  waitingPages: number;
  runningPages: number;
  bytes: number;
  /** How long ago it was admitted. */
  heldMs: number;
}

/** The one queue before an engine. */
export interface PageQueue {
  /**
   * Admits a document of `bytes` bytes.
   *
   * @throws SidecarError `ocr_busy` with an estimate of when to ask again.
   */
  admit(bytes: number): QueuedDocument;
  status(): PageQueueStatus;
  /** In the order of their next turns. */
  documents(): DocumentInQueue[];
}

export type PlaceInDocument = "last" | "next";

/** An admitted document, as the queue knows it. */
export interface QueuedDocument {
  /**
   * Queues a page; rejects with the signal's reason if that is aborted before or while it runs.
   *
   * @param place `next` puts it before the document's other pages: it is a part of one whose turn has come
   */
  add<Result>(job: PageJob<Result>, signal: AbortSignal, place?: PlaceInDocument): Promise<Result>;
  /** Takes the document out. `abandoned` says that its caller has gone. */
  close(abandoned: boolean): void;
}

interface DocumentState {
  waiting: WaitingPage[];
  /** Pages that hold a slot. */
  running: number;
  bytes: number;
  sinceMs: number;
}

/**
 * Documents take turns page by page. The first page of every document is prepared ahead, and answered without a slot
 * where it is known or being read already; slots are for new readings only.
 */
export function createPageQueue(options: PageQueueOptions): PageQueue {
  const { concurrency, documentLimit, maxBytes, onIdle, onTurn, onWork, now = () => performance.now() } = options;
  const order = createRoundRobin<WaitingPage, DocumentState>();
  const clock = createPageClock();
  let running = 0;
  let heldBytes = 0;
  let abandonedLast = false;
  let busy = false;

  function status(): PageQueueStatus {
    const documents = order.documents();
    const waitingPages = documents.reduce((sum, { waiting }) => sum + waiting.length, 0);
    return { documents: documents.length, heldBytes, waitingPages, runningPages: running };
  }

  function admit(bytes: number): QueuedDocument {
    if (order.documents().length >= documentLimit) throw full(`${documentLimit} documents`);
    // A single document larger than the bound is taken when nothing else is held, or it could never be read.
    if (heldBytes > 0 && heldBytes + bytes > maxBytes) throw full(`${maxBytes} bytes`);
    const document: DocumentState = { waiting: [], running: 0, bytes, sinceMs: now() };
    order.add(document);
    heldBytes += bytes;
    busy = true;
    onWork?.();
    return {
      add: (job, signal, place = "last") => add(document, job, signal, place),
      close: (abandoned) => close(document, abandoned),
    };
  }

  function add<Result>(
    document: DocumentState,
    job: PageJob<Result>,
    signal: AbortSignal,
    place: PlaceInDocument,
  ): Promise<Result> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const start = () => {
      const started = job.start();
      document.running += 1;
      void started.slot.then(() => {
        document.running -= 1;
      });
      return started;
    };
    const { page, result } = createWaitingPage({ ...job, start }, signal, now());
    const leave = () => {
      remove(document.waiting, page);
      page.reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    if (place === "next") document.waiting.unshift(page);
    else document.waiting.push(page);
    queueMicrotask(advance);
    return result.finally(() => signal.removeEventListener("abort", leave));
  }

  function close(document: DocumentState, abandoned: boolean): void {
    if (!order.remove(document)) return;
    heldBytes -= document.bytes;
    document.waiting.length = 0;
    abandonedLast = abandoned;
    settle();
  }

  /** Lets start what can start, and prepares what comes next. */
  function advance(): void {
    while (running < concurrency) {
      const page = order.takeNext();
      if (page === undefined) break;
      void run(page);
    }
    for (const [place, document] of order.documents().entries()) {
      const next = document.waiting.slice(0, place === 0 ? concurrency : 1);
      for (const page of next) if (page.state === "waiting") void prepare(document, page);
    }
  }

  /** Prepares a waiting page; one that cannot be prepared fails without waiting for its turn. */
  async function prepare(document: DocumentState, page: WaitingPage): Promise<void> {
    page.state = "preparing";
    try {
      await page.prepare();
      page.state = "prepared";
      joinPrepared();
    } catch (error) {
      remove(document.waiting, page);
      page.reject(error);
    }
    advance();
  }

  function joinPrepared(): void {
    for (const document of order.documents()) {
      // A page that joins may put its pieces into the very list.
      for (const page of [...document.waiting]) {
        if (page.state === "prepared" && page.join()) remove(document.waiting, page);
      }
    }
  }

  /** Gives a page its slot until its reading has ended. */
  async function run(page: WaitingPage): Promise<void> {
    running += 1;
    try {
      await page.prepare();
      if (!page.isGone() && !page.join()) await hold(page);
    } catch (error) {
      page.reject(error);
    }
    running -= 1;
    advance();
    settle();
  }

  async function hold(page: WaitingPage): Promise<void> {
    const startedMs = now();
    onTurn?.(startedMs - page.sinceMs);
    const slot = page.start();
    joinPrepared();
    advance();
    await slot;
    clock.record(now() - startedMs);
  }

  function settle(): void {
    // A document between two pages, or between its admission and its first page, is not idleness.
    if (!busy || order.documents().length > 0 || running > 0) return;
    busy = false;
    onIdle?.(abandonedLast);
  }

  function full(bound: string): SidecarError {
    const { waitingPages, runningPages } = status();
    return queueFull(bound, clock.secondsFor(waitingPages + runningPages, concurrency));
  }

  const documents = () =>
    order.documents().map(({ waiting, running, bytes, sinceMs }) => ({
      waitingPages: waiting.length,
      runningPages: running,
      bytes,
      heldMs: now() - sinceMs,
    }));

  return { admit, status, documents };
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
