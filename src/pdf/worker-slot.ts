import { getLogger } from "@logtape/logtape";
import type { EndingWorkers } from "./ending-workers.ts";
import type { DocumentRef, WorkerJob, WorkerReply } from "./messages.ts";
import { startWorkerThread, type WorkerThread } from "./worker-thread.ts";

export interface WorkerSlotOptions {
  workerUrl: URL;
  /** Longest silence of a busy worker; each finished page starts it anew, up to four times as long for a whole task. */
  pageTimeoutMs: number;
  /** WASM memory above which a worker is replaced after its task; it never gets more than twice as much. */
  maxWorkerMemoryBytes: number;
  /** Tasks after which a worker is replaced. */
  recycleAfterTasks: number;
  /** Shared by all slots: bounds the threads that were ended and still run. */
  ending: EndingWorkers;
  /** Called whenever the slot can take a task. */
  onIdle: () => void;
}

/** How a task left the worker. After `killed` the worker has been replaced; the task may not be to blame. */
export type TaskOutcome = Extract<WorkerReply, { type: "done" | "fault" }> | { type: "killed"; why: WorkerDeath };

export type WorkerDeath = "crashed" | "poisoned" | "timed-out";

/** One place for a worker thread, which is replaced as often as needed. */
export interface WorkerSlot {
  readonly state: "starting" | "idle" | "busy" | "closed";
  readonly respawns: number;
  readonly recycled: number;
  /** Whether the worker has probably still opened this document. */
  holds(key: number): boolean;
  /** Whether the worker is at work on this document, be it for nobody. */
  reads(key: number): boolean;
  /** Only while idle. Never rejects; stays unsettled when the slot is closed. */
  run(document: DocumentRef, job: WorkerJob): Promise<TaskOutcome>;
  forget(document: DocumentRef): void;
  close(): void;
}

const logger = getLogger(["sidecar", "pdf"]);
/** A worker is ready in 0.1 s; a loaded machine may take long, a broken one for ever. */
const readyTimeoutMs = 30_000;
/** So that one large page still can be read: 100 megapixels of colour take 600 MB, as file and as pixels. */
const hardLimit = 2;
/** Page limits that one task of many pages may take, so that others wait minutes for a slow document and not for hours. */
const taskPages = 4;
const firstRetryMs = 100;
const longestRetryMs = 5_000;

/**
 * The worker's own clocks run a little ahead of ours: it stops its engine by itself and is then ended at rest. A thread
 * that is ended in the middle of a WASM loop runs on for good, with all of its memory (Bun 1.4.5).
 */
const workerShare = 0.9;

function workerArgv({ maxWorkerMemoryBytes, pageTimeoutMs }: WorkerSlotOptions): string[] {
  const pageMs = pageTimeoutMs * workerShare;
  return [hardLimit * maxWorkerMemoryBytes, pageMs, taskPages * pageMs].map(String);
}

export function createWorkerSlot(options: WorkerSlotOptions): WorkerSlot {
  let state: WorkerSlot["state"] = "starting";
  let thread: WorkerThread | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: { id: number; key: number; settle: (outcome: TaskOutcome) => void } | undefined;
  let held = new Set<number>();
  let tasks = 0;
  let closed = false;
  let respawns = 0;
  let recycled = 0;
  let retryMs = firstRetryMs;
  let taskEndsAtMs = 0;

  function spawn(): void {
    state = "starting";
    options.ending.whenRoom(spawnNow);
  }

  function spawnNow(): void {
    if (closed) return;
    held = new Set();
    tasks = 0;
    thread = startWorkerThread({
      url: options.workerUrl,
      argv: workerArgv(options),
      onReply,
      onBroken: () => replace("crashed"),
    });
    startTimer(readyTimeoutMs);
  }

  function onReply(reply: WorkerReply): void {
    if (reply.type !== "ready" && reply.id !== running?.id) return;
    switch (reply.type) {
      case "ready":
        retryMs = firstRetryMs;
        becomeIdle();
        break;
      case "progress":
        startTimer(Math.min(options.pageTimeoutMs, taskEndsAtMs - performance.now()));
        break;
      case "poisoned":
        logger.warn("A PDF worker is replaced: {message}", { message: reply.message });
        replace("poisoned");
        break;
      case "timed-out":
        replace("timed-out");
        break;
      case "done":
      case "fault":
        finish(reply);
        break;
    }
  }

  function finish(reply: Extract<TaskOutcome, { heapBytes: number }>): void {
    settle(reply);
    tasks += 1;
    if (reply.heapBytes <= options.maxWorkerMemoryBytes && tasks < options.recycleAfterTasks) {
      becomeIdle();
      return;
    }
    recycled += 1;
    stopWorker();
    spawn();
  }

  function replace(why: WorkerDeath): void {
    const started = state !== "starting";
    respawns += 1;
    stopWorker();
    state = "starting";
    if (started) spawn();
    else {
      logger.error("A PDF worker does not start; trying again in {retryMs} ms.", { retryMs });
      timer = setTimeout(spawn, retryMs);
      retryMs = Math.min(longestRetryMs, retryMs * 2);
    }
    settle({ type: "killed", why });
  }

  function becomeIdle(): void {
    clearTimeout(timer);
    state = "idle";
    options.onIdle();
  }

  function settle(outcome: TaskOutcome): void {
    const settled = running;
    running = undefined;
    settled?.settle(outcome);
  }

  function startTimer(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => replace("timed-out"), ms);
  }

  function stopWorker(): void {
    clearTimeout(timer);
    const worker = thread?.release();
    thread = undefined;
    if (worker !== undefined) options.ending.end(worker);
  }

  spawn();
  let lastId = 0;
  return {
    get state() {
      return state;
    },
    get respawns() {
      return respawns;
    },
    get recycled() {
      return recycled;
    },
    holds: (key) => held.has(key),
    reads: (key) => running?.key === key,
    run(document, job) {
      state = "busy";
      held.add(document.key);
      lastId += 1;
      const { promise, resolve } = Promise.withResolvers<TaskOutcome>();
      running = { id: lastId, key: document.key, settle: resolve };
      taskEndsAtMs = performance.now() + taskPages * options.pageTimeoutMs;
      startTimer(options.pageTimeoutMs);
      thread?.post({ type: "task", id: lastId, document, job });
      return promise;
    },
    forget({ key, buffer }) {
      if (held.delete(key)) thread?.post({ type: "forget", key, bytes: buffer.byteLength });
    },
    close() {
      state = "closed";
      closed = true;
      stopWorker();
    },
  };
}
