import { getLogger } from "@logtape/logtape";
import { backOffMs } from "./back-off.ts";
import type { KeptProcess } from "./kept-process.ts";
import type { ProcessExit } from "./process-exit.ts";

export interface SlotOptions<Request, Reply> {
  start(): KeptProcess<Request, Reply>;
  /** A process without work for so long is ended, and one is started when there is work; without it one is kept up. */
  idleMs: number | undefined;
  onEnded(exit: ProcessExit): void;
}

/** The place of one process: another is started when it ends, after a pause that grows while they do nothing. */
export interface Slot<Request, Reply> {
  /** The one that is there, ready or not. */
  readonly process: KeptProcess<Request, Reply> | undefined;
  readonly isTaken: boolean;
  /** Starts the process if there is none, or will after the pause. */
  startAgain(): void;
  /** Keeps the slot for one task. */
  take(): void;
  /** The process, as soon as it can be asked; throws the signal's reason. */
  ready(signal: AbortSignal): Promise<KeptProcess<Request, Reply>>;
  /** Tells that the process was of use. */
  hasAnswered(): void;
  /** Gives the slot back as soon as its process has nothing to do. */
  release(): Promise<void>;
  /** Ends the process for good; resolves when it has gone. */
  close(): Promise<void>;
}

const log = getLogger(["sidecar", "processes"]);

/** Makes an empty slot. */
export function createSlot<Request, Reply>(options: SlotOptions<Request, Reply>): Slot<Request, Reply> {
  type Process = KeptProcess<Request, Reply>;
  const { idleMs, onEnded } = options;
  let process: Process | undefined;
  let isTaken = false;
  let isClosed = false;
  /** Ends in a row of processes that had nothing to do, as one that was never ready. */
  let fruitlessStarts = 0;
  /** Of the next start, when the last ones did nothing. */
  let startTimer: ReturnType<typeof setTimeout> | undefined;
  /** Of the end of a process without work. */
  let idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** Called when there is a process that can be asked. */
  let onReady: (() => void) | undefined;

  /** Whether a process is to be up, or somebody waits for it. */
  const isWanted = () => idleMs === undefined || onReady !== undefined;

  function start(): void {
    const started = tryToStart();
    process = started;
    if (started === undefined) {
      fruitlessStarts += 1;
      if (isWanted()) startAgain();
      return;
    }
    started.ready.then(
      () => onReady?.(),
      () => undefined,
    );
    void started.exited.then((exit) => {
      process = undefined;
      onEnded(exit);
      if (exit.why !== "closed" && !exit.wasBusy) fruitlessStarts += 1;
      if (isWanted()) startAgain();
    });
  }

  function tryToStart(): Process | undefined {
    try {
      return options.start();
    } catch (error) {
      log.error("A process cannot be started: {error}", { error });
      return undefined;
    }
  }

  function startAgain(): void {
    if (isClosed || process !== undefined || startTimer !== undefined) return;
    if (fruitlessStarts === 0) {
      start();
      return;
    }
    startTimer = setTimeout(() => {
      startTimer = undefined;
      if (isWanted()) start();
    }, backOffMs(fruitlessStarts));
  }

  return {
    get process() {
      return process;
    },
    get isTaken() {
      return isTaken;
    },
    startAgain,
    take() {
      isTaken = true;
      clearTimeout(idleTimer);
    },
    async ready(signal) {
      while (process?.state !== "idle") {
        signal.throwIfAborted();
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const leave = () => reject(signal.reason);
        signal.addEventListener("abort", leave, { once: true });
        onReady = resolve;
        startAgain();
        try {
          await promise;
        } finally {
          onReady = undefined;
          signal.removeEventListener("abort", leave);
        }
      }
      return process;
    },
    hasAnswered() {
      fruitlessStarts = 0;
    },
    async release() {
      await process?.rested();
      isTaken = false;
      if (idleMs !== undefined && !isClosed) idleTimer = setTimeout(() => void process?.kill("closed"), idleMs);
    },
    async close() {
      isClosed = true;
      clearTimeout(startTimer);
      clearTimeout(idleTimer);
      await process?.kill("closed");
    },
  };
}
