import { SidecarError } from "../errors.ts";
import type { DocumentRef, WorkerJob, WorkerResult } from "./messages.ts";

/** A job that waits for a worker or runs in one. */
export interface PdfTask {
  readonly document: DocumentRef;
  readonly job: WorkerJob;
  /** Workers that died of it. */
  kills: number;
  /** Whether the caller has got its answer, or has gone. */
  readonly settled: boolean;
  resolve(result: WorkerResult): void;
  reject(reason: unknown): void;
}

export interface TaskQueue {
  readonly length: number;
  /** Adds a task at the end. `promise` rejects with the signal's reason as soon as that is aborted. */
  add(document: DocumentRef, job: WorkerJob, signal: AbortSignal): Promise<WorkerResult>;
  /** Puts a task that lost its worker back to the front. */
  putBack(task: PdfTask): void;
  take(): PdfTask | undefined;
  /** Rejects whatever waits or runs. */
  rejectAll(reason: unknown): void;
}

/** First in, first out; a task whose caller has gone leaves at once. Beyond `maxQueuedTasks`: `ocr_busy`. */
export function createTaskQueue(maxQueuedTasks: number): TaskQueue {
  const waiting: PdfTask[] = [];
  const unsettled = new Set<PdfTask>();
  return {
    get length() {
      return waiting.length;
    },
    add(document, job, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (waiting.length >= maxQueuedTasks) return Promise.reject(busy());
      const { promise, resolve, reject } = Promise.withResolvers<WorkerResult>();
      const settle = (answer: () => void) => {
        if (!unsettled.delete(task)) return;
        signal.removeEventListener("abort", onAbort);
        answer();
      };
      const onAbort = () => {
        const index = waiting.indexOf(task);
        if (index >= 0) waiting.splice(index, 1);
        task.reject(signal.reason);
      };
      const task: PdfTask = {
        document,
        job,
        kills: 0,
        get settled() {
          return !unsettled.has(task);
        },
        resolve: (result) => settle(() => resolve(result)),
        reject: (reason) => settle(() => reject(reason)),
      };
      unsettled.add(task);
      signal.addEventListener("abort", onAbort);
      waiting.push(task);
      return promise;
    },
    putBack: (task) => {
      if (!task.settled) waiting.unshift(task);
    },
    take: () => waiting.shift(),
    rejectAll(reason) {
      waiting.length = 0;
      for (const task of [...unsettled]) task.reject(reason);
    },
  };
}

const busy = () =>
  new SidecarError("ocr_busy", "Too many documents are being opened; try again shortly.", { retryAfterSeconds: 2 });
