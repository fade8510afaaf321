import { SidecarError } from "../errors.ts";
import type { PdfPool } from "./document.ts";
import { breaksEngine, tooSlowForEngine } from "./document-faults.ts";
import type { DocumentMemory } from "./document-memory.ts";
import { createEndingWorkers } from "./ending-workers.ts";
import type { DocumentRef, WorkerJob } from "./messages.ts";
import { openPooledDocument } from "./pooled-document.ts";
import { createRefusals } from "./refusals.ts";
import { createTaskQueue, type PdfTask } from "./task-queue.ts";
import { createWorkerSlot, type TaskOutcome, type WorkerDeath, type WorkerSlot } from "./worker-slot.ts";

export interface PdfPoolOptions {
  /** Worker threads, at least 1; as many as cores is best. */
  workers: number;
  /** Time for one page in a worker. A page that needs more fails with `document_too_complex`, and the worker is replaced. */
  pageTimeoutMs: number;
  /** Documents with more pages are refused before any page is read. */
  maxPages: number;
  /** Pixels that one picture on a page may have when decoded. */
  maxPagePixels: number;
  /** WASM memory above which a worker is replaced after its task; twice as much is refused to it. A fresh one has 20 MiB. */
  maxWorkerMemoryBytes: number;
  /** Gets the bytes of every document when it is closed. */
  memory: DocumentMemory;
  /** Tasks after which a worker is replaced; default 1,000. */
  recycleAfterTasks?: number;
  /** Tasks that may wait for a worker; beyond them `ocr_busy`. Default 1,024. Documents themselves queue few at a time. */
  maxQueuedTasks?: number;
  /** Longest wait of a task for a worker; beyond it `ocr_busy`. Default five minutes. */
  maxWaitMs?: number;
  /** The worker's module; tests put a hostile one in its place. */
  workerUrl?: URL;
}

/** Ended threads that may still run before no worker is replaced; each takes what it gets of a core. */
const fewestEnding = 2;
/** Workers that one task, and one document, may kill. */
const killsAllowed = 2;
const refusalDefaults = { deaths: killsAllowed, rememberMs: 10 * 60_000, maxDocuments: 1000 };

/**
 * Starts the threads that open documents. A worker that crashes, runs out of time or reports a broken engine is replaced;
 * the task is repeated once on a fresh worker (not after a time-out) and then fails alone with `document_too_complex`.
 * A document that two workers died of is refused by its hash for ten minutes. What is
 * open is bounded by the callers. The bytes of a document are the pool's from `open` on, also when that fails.
 */
export function createPdfPool(options: PdfPoolOptions): PdfPool {
  const { maxQueuedTasks = 1024, maxWaitMs = 5 * 60_000 } = options;
  const queue = createTaskQueue({ maxTasks: maxQueuedTasks, maxWaitMs });
  const refusals = createRefusals({ ...refusalDefaults, now: () => performance.now() });
  const { memory } = options;
  /** Bytes of documents that a worker was ended over: its thread may run on, and read. */
  const stillRead = new WeakSet<SharedArrayBuffer>();
  const slots: WorkerSlot[] = [];
  const ending = createEndingWorkers(Math.max(fewestEnding, options.workers));
  let closed = false;
  for (let index = 0; index < Math.max(1, options.workers); index += 1) {
    slots.push(
      createWorkerSlot({
        workerUrl: options.workerUrl ?? new URL("./worker.ts", import.meta.url),
        pageTimeoutMs: options.pageTimeoutMs,
        maxWorkerMemoryBytes: options.maxWorkerMemoryBytes,
        recycleAfterTasks: options.recycleAfterTasks ?? 1000,
        ending,
        onIdle: dispatch,
      }),
    );
  }

  function dispatch(): void {
    for (let idle = idleSlots(); idle.length > 0 && queue.length > 0; idle = idleSlots()) {
      const task = queue.take();
      if (task === undefined) return;
      const slot = idle.find((candidate) => candidate.holds(task.document.key)) ?? idle[0];
      if (slot === undefined) return;
      void slot.run(task.document, task.job).then((outcome) => onOutcome(task, outcome));
    }
  }

  function onOutcome(task: PdfTask, outcome: TaskOutcome): void {
    switch (outcome.type) {
      case "done":
        task.resolve(outcome.result);
        break;
      case "fault":
        task.reject(new SidecarError(outcome.code, outcome.message));
        break;
      case "killed":
        onKilled(task, outcome.why);
        break;
    }
  }

  function onKilled(task: PdfTask, why: WorkerDeath): void {
    stillRead.add(task.document.buffer);
    if (task.document.sha256 !== undefined) refusals.workerDied(task.document.sha256);
    task.kills += why === "timed-out" ? killsAllowed : 1;
    if (task.kills >= killsAllowed) {
      task.reject(tooComplex(task.job, why, options.pageTimeoutMs));
      return;
    }
    queue.putBack(task);
    dispatch();
  }

  function forget(document: DocumentRef): void {
    // What waits would read these bytes when they are another document's.
    queue.drop(document.key);
    const isRead = stillRead.has(document.buffer) || slots.some((slot) => slot.reads(document.key));
    for (const slot of slots) slot.forget(document);
    if (isRead) memory.drop(document.buffer);
    else memory.giveBack(document.buffer);
  }

  const idleSlots = () => slots.filter((slot) => slot.state === "idle");
  const sum = (count: (slot: WorkerSlot) => number) => slots.reduce((total, slot) => total + count(slot), 0);

  return {
    open: (bytes, kind, signal) =>
      openPooledDocument({
        bytes,
        kind,
        signal,
        limits: options,
        memory,
        check: refusals.check,
        run(document: DocumentRef, job: WorkerJob, taskSignal: AbortSignal) {
          if (closed) return Promise.reject(shuttingDown());
          const result = queue.add(document, job, taskSignal);
          dispatch();
          return result;
        },
        forget,
      }),
    status: () => ({
      workers: slots.length,
      ready: sum(({ state }) => (state === "idle" || state === "busy" ? 1 : 0)),
      busy: sum(({ state }) => (state === "busy" ? 1 : 0)),
      queued: queue.length,
      respawns: sum((slot) => slot.respawns),
      recycled: sum((slot) => slot.recycled),
      ending: ending.count,
      heldUp: ending.isFull,
    }),
    async close() {
      closed = true;
      for (const slot of slots) slot.close();
      queue.rejectAll(shuttingDown());
    },
  };
}

function tooComplex(job: WorkerJob, why: WorkerDeath, pageTimeoutMs: number): SidecarError {
  const page = job.type === "render" ? job.page : undefined;
  const sentence = why === "timed-out" ? tooSlowForEngine(page, pageTimeoutMs) : breaksEngine(page);
  return new SidecarError("document_too_complex", sentence);
}

const shuttingDown = () => new SidecarError("shutting_down", "The service is stopping; try again shortly.");
