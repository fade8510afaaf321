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
  /** Rejects whatever waits or runs for a document that is closed. */
  drop(key: number): void;
  /** Rejects whatever waits or runs. */
  rejectAll(reason: unknown): void;
}

export interface TaskQueueBounds {
  maxTasks: number;
  /** Longest wait for a worker. It is reached when a long queue meets slow documents, or no worker can be started. */
  maxWaitMs: number;
}

/** First in, first out; a task whose caller has gone leaves at once. Beyond its bounds: `ocr_busy`. */
export function createTaskQueue({ maxTasks, maxWaitMs }: TaskQueueBounds): TaskQueue {
  const waiting: PdfTask[] = [];
  const timers = new Map<PdfTask, ReturnType<typeof setTimeout>>();
  const unsettled = new Set<PdfTask>();

  function leave(task: PdfTask): void {
    const index = waiting.indexOf(task);
    if (index >= 0) waiting.splice(index, 1);
    stopTimer(task);
  }

  function startTimer(task: PdfTask): void {
    const giveUp = () => {
      leave(task);
      task.reject(busy());
    };
    timers.set(task, setTimeout(giveUp, maxWaitMs));
  }

  function stopTimer(task: PdfTask): void {
    clearTimeout(timers.get(task));
    timers.delete(task);
  }

  return {
    get length() {
      return waiting.length;
    },
    add(document, job, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (waiting.length >= maxTasks) return Promise.reject(busy());
      const { promise, resolve, reject } = Promise.withResolvers<WorkerResult>();
      const settle = (answer: () => void) => {
        if (!unsettled.delete(task)) return;
        signal.removeEventListener("abort", onAbort);
        answer();
      };
      const onAbort = () => {
        leave(task);
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
      startTimer(task);
      return promise;
    },
    putBack: (task) => {
      if (task.settled) return;
      waiting.unshift(task);
      startTimer(task);
    },
    take() {
      const task = waiting.shift();
      if (task !== undefined) stopTimer(task);
      return task;
    },
    drop(key) {
      for (const task of [...unsettled].filter(({ document }) => document.key === key)) {
        leave(task);
        task.reject(new Error("the document is closed"));
      }
    },
    rejectAll(reason) {
      for (const task of [...waiting]) leave(task);
      for (const task of [...unsettled]) task.reject(reason);
    },
  };
}

const busy = () =>
  new SidecarError("ocr_busy", "Too many documents are being opened; try again shortly.", { retryAfterSeconds: 2 });
