import { SidecarError } from "../errors.ts";

/** One page waiting for its turn. */
export interface PageJob<Result> {
  /** Work that needs no slot, begun shortly before the turn comes. Called any number of times, done once. */
  prepare(): Promise<void>;
  /** Called once, when a slot is free and the preparation is done. */
  start(): StartedJob<Result>;
}

export interface StartedJob<Result> {
  result: Promise<Result>;
  /** Settles when the slot is free again; undefined when the result needed no slot. Never rejects. */
  slot: Promise<void> | undefined;
}

/** The waiting pages of one admitted document. */
export interface Lane {
  /** Queues a page; rejects with the signal's reason if that is aborted before or while it runs. */
  add<Result>(job: PageJob<Result>, signal: AbortSignal): Promise<Result>;
  /** Takes the document out. `abandoned` says that its caller has gone. */
  close(abandoned: boolean): void;
}

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

interface Waiting {
  sinceMs: number;
  prepare(): Promise<void>;
  /** Runs the job; resolves when the slot is free again. */
  run(): Promise<void>;
}

interface LaneState {
  waiting: Waiting[];
  bytes: number;
}

/** A page of the target machine takes 30 s; used until pages have been timed. */
const assumedPageMs = 30_000;
const longestRetryAfterSeconds = 600;

/**
 * The one queue before the GPU. Documents take turns page by page, so that a letter does not wait behind a book:
 * the rotation holds the lanes in the order of their next turn, and a new document stands right before the one
 * that was served last. The pages next in turn are prepared while others hold the slots.
 */
export class PageQueue {
  readonly #options: PageQueueOptions;
  readonly #now: () => number;
  readonly #rotation: LaneState[] = [];
  #lastServed: LaneState | undefined;
  #running = 0;
  #heldBytes = 0;
  #pageMs: number | undefined;
  #abandoned = false;
  #busy = false;

  constructor(options: PageQueueOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  status(): PageQueueStatus {
    const waitingPages = this.#rotation.reduce((sum, lane) => sum + lane.waiting.length, 0);
    return { documents: this.#rotation.length, heldBytes: this.#heldBytes, waitingPages, runningPages: this.#running };
  }

  /**
   * Admits a document of `bytes` bytes.
   *
   * @throws SidecarError `ocr_busy` with an estimate of when to ask again.
   */
  admit(bytes: number): Lane {
    const { documentLimit, maxBytes } = this.#options;
    if (this.#rotation.length >= documentLimit) throw this.#busyError(`${documentLimit} documents`);
    // A single document larger than the bound is taken when nothing else is held, or it could never be read.
    if (this.#heldBytes > 0 && this.#heldBytes + bytes > maxBytes) throw this.#busyError(`${maxBytes} bytes`);
    const lane: LaneState = { waiting: [], bytes };
    const last = this.#rotation.at(-1);
    const place = last !== undefined && last === this.#lastServed ? this.#rotation.length - 1 : this.#rotation.length;
    this.#rotation.splice(place, 0, lane);
    this.#heldBytes += bytes;
    this.#options.onWork?.();
    return {
      add: (job, signal) => this.#add(lane, job, signal),
      close: (abandoned) => this.#close(lane, abandoned),
    };
  }

  #add<Result>(lane: LaneState, job: PageJob<Result>, signal: AbortSignal): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const leave = () => {
      const place = lane.waiting.indexOf(entry);
      if (place >= 0) lane.waiting.splice(place, 1);
      reject(signal.reason);
      this.#settle();
    };
    const entry: Waiting = {
      sinceMs: this.#now(),
      prepare: () => job.prepare(),
      run: async () => {
        try {
          await job.prepare();
          signal.throwIfAborted();
          const started = job.start();
          started.result.then(resolve, reject);
          await started.slot;
        } catch (error) {
          reject(error);
        }
      },
    };
    if (signal.aborted) return Promise.reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    this.#busy = true;
    lane.waiting.push(entry);
    queueMicrotask(() => this.#pump());
    return promise.finally(() => signal.removeEventListener("abort", leave));
  }

  #close(lane: LaneState, abandoned: boolean): void {
    const place = this.#rotation.indexOf(lane);
    if (place < 0) return;
    this.#rotation.splice(place, 1);
    this.#heldBytes -= lane.bytes;
    lane.waiting.length = 0;
    this.#abandoned = abandoned;
    this.#settle();
  }

  #pump(): void {
    while (this.#running < this.#options.concurrency) {
      const next = this.#takeNext();
      if (next === undefined) break;
      this.#running += 1;
      const startedAt = this.#now();
      this.#options.onTurn?.(startedAt - next.sinceMs);
      void next.run().then(() => {
        this.#running -= 1;
        this.#recordPageMs(this.#now() - startedAt);
        this.#pump();
        this.#settle();
      });
    }
    this.#prepareNext();
  }

  #takeNext(): Waiting | undefined {
    const place = this.#rotation.findIndex((lane) => lane.waiting.length > 0);
    const [lane] = place < 0 ? [] : this.#rotation.splice(place, 1);
    if (lane === undefined) return undefined;
    this.#rotation.push(lane);
    this.#lastServed = lane;
    return lane.waiting.shift();
  }

  /** Prepares as many pages ahead as may start next; their failures surface when their turn comes. */
  #prepareNext(): void {
    const heads = this.#rotation.flatMap((lane) => lane.waiting.slice(0, this.#options.concurrency));
    for (const entry of heads.slice(0, this.#options.concurrency)) entry.prepare().catch(() => undefined);
  }

  #settle(): void {
    // A document between two pages, or between its admission and its first page, is not idleness.
    if (!this.#busy || this.#rotation.length > 0 || this.#running > 0) return;
    this.#busy = false;
    this.#options.onIdle?.(this.#abandoned);
    this.#abandoned = false;
  }

  /** Exponential average; pages answered from memory take no time and say nothing about the GPU. */
  #recordPageMs(ms: number): void {
    if (ms < 50) return;
    this.#pageMs = this.#pageMs === undefined ? ms : this.#pageMs * 0.7 + ms * 0.3;
  }

  #busyError(bound: string): SidecarError {
    const { waitingPages, runningPages } = this.status();
    const aheadMs = ((waitingPages + runningPages) / this.#options.concurrency) * (this.#pageMs ?? assumedPageMs);
    const retryAfterSeconds = Math.min(longestRetryAfterSeconds, Math.max(1, Math.ceil(aheadMs / 1000)));
    const message = `The OCR queue is full (${bound}); send the document again in about ${retryAfterSeconds} s.`;
    return new SidecarError("ocr_busy", message, { retryAfterSeconds });
  }
}
