import { Worker } from "node:worker_threads";
import { SidecarError } from "../errors.ts";
import { type WorkerMessage, type WorkerRequest, type WorkerSettings, workerMessage } from "./worker-messages.ts";

/** An answer of a thread; what goes wrong is thrown. */
export type WorkerAnswer = Extract<WorkerMessage, { kind: "page" | "orientation" }>;

export interface TesseractThread {
  /** Pages and orientations answered. */
  readonly answered: number;
  /** WASM memory after the last answer. */
  readonly heapBytes: number;
  /** False once the thread was ended, by `end`, by a time limit, by an abort or by its own failure. */
  readonly alive: boolean;
  /**
   * Does one task; the caller waits for it before asking for the next. Rejects with the signal's reason when that is
   * aborted, which ends the thread, because nothing else stops the recogniser; with `page_timeout` likewise.
   */
  run(request: WorkerRequest, signal: AbortSignal, timeoutMs: number): Promise<WorkerAnswer>;
  end(): Promise<void>;
}

/** Starts a thread; it takes its first task only after its module has loaded, because a message before that is lost. */
export function startThread(settings: WorkerSettings): TesseractThread {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: settings });
  let alive = true;
  let answered = 0;
  let heapBytes = 0;
  let receive: (message: WorkerMessage) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const ready = nextMessage();
  // A thread that dies while nobody waits for it is noticed by the next task.
  ready.catch(() => {});

  worker.on("message", (message: unknown) => receive(workerMessage.parse(message)));
  worker.on("error", (error: unknown) => stop(crashed(error)));
  worker.on("exit", () => stop(crashed("The thread ended.")));

  function nextMessage(): Promise<WorkerMessage> {
    return new Promise((resolve, reject) => {
      receive = resolve;
      fail = reject;
    });
  }

  /** `terminate` leaves the promise of a task in progress unsettled, so that is settled here. */
  function stop(error: Error): void {
    alive = false;
    fail(error);
  }

  async function end(error = new Error("The thread was ended.")): Promise<void> {
    stop(error);
    await worker.terminate();
  }

  async function run(request: WorkerRequest, signal: AbortSignal, timeoutMs: number): Promise<WorkerAnswer> {
    signal.throwIfAborted();
    if (!alive) throw crashed("The thread ended.");
    const abort = () => void end(signal.reason);
    const timer = setTimeout(() => void end(timedOut(timeoutMs)), timeoutMs);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await ready;
      const next = nextMessage();
      worker.postMessage(request);
      const message = await next;
      if (message.kind === "ready") throw crashed("An answer out of turn.");
      if (message.kind === "failed") {
        if (message.broken) await end();
        throw new SidecarError("ocr_failed", "The embedded engine cannot read this page.", { cause: message.message });
      }
      answered++;
      heapBytes = message.heapBytes;
      return message;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    }
  }

  return {
    get answered() {
      return answered;
    },
    get heapBytes() {
      return heapBytes;
    },
    get alive() {
      return alive;
    },
    run,
    end: () => end(),
  };
}

const crashed = (cause: unknown) =>
  new SidecarError("ocr_failed", "The embedded engine stopped while it read this page; ask again.", { cause });

const timedOut = (timeoutMs: number) =>
  new SidecarError("page_timeout", `The embedded engine did not read this page within ${timeoutMs / 1000} s.`);
