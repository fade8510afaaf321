import { setImmediate as nextTurn } from "node:timers/promises";
import PQueue from "p-queue";
import type { KeptProcess } from "./kept-process.ts";
import { createPendingTask, type PendingTask } from "./pending-task.ts";
import type { ProcessExit } from "./process-exit.ts";
import { createSlot, type Slot } from "./slot.ts";

export interface SlotsOptions<Request, Reply> {
  /** Processes at most, at least 1. One that is ended counts until it has gone. */
  count: number;
  start(): KeptProcess<Request, Reply>;
  /**
   * A process without work for so long is ended, and one is started when there is work. Without it all are started at
   * once and kept up.
   */
  idleMs?: number;
  /** Tasks that may wait for a process, and how long; beyond either the task is refused with what `busy` makes. */
  maxQueued: number;
  maxWaitMs: number;
  busy(): Error;
  /** What is to become of a process after this answer: `recycle` for one that is worn, `replace` for a broken one. */
  judge?(reply: Reply, process: KeptProcess<Request, Reply>): Judgement;
}

export type Judgement = "keep" | "recycle" | "replace";

export interface RunOptions<Request, Reply> {
  timeoutMs: number;
  /** As in `AskOptions`. */
  maxCpuMs?: number | undefined;
  signal: AbortSignal;
  /** It had its turn and its process died: it is next, and is not refused because many wait. */
  isRepeated?: boolean;
  /** Which of the free processes is best for the task. */
  prefers?(process: KeptProcess<Request, Reply>): boolean;
  /** Told which process takes it. */
  onTaken?(process: KeptProcess<Request, Reply>): void;
}

export interface SlotsStatus {
  /** Processes that there may be, and those that are up. */
  processes: number;
  ready: number;
  busy: number;
  queued: number;
  /** Processes that were ended, or ended themselves, before their time. */
  replaced: number;
  /** Processes that were worn. */
  recycled: number;
  /** Processes that were ended because whoever had asked them had gone. */
  abandoned: number;
}

/** A bounded number of like processes, and a queue before them. */
export interface Slots<Request, Reply> {
  /**
   * Has the next free process do a task.
   *
   * @throws ProcessGone when it died of it; what `busy` makes; the reason given to `close`; the signal's reason
   */
  run(request: Request, options: RunOptions<Request, Reply>): Promise<Reply>;
  /** The processes that are alive. */
  processes(): Iterable<KeptProcess<Request, Reply>>;
  status(): SlotsStatus;
  /** Ends all processes; what runs or waits is rejected with the reason. Resolves when they have gone. */
  close(reason: Error): Promise<void>;
}

/** Starts like processes and keeps them. */
export function createSlots<Request, Reply>(options: SlotsOptions<Request, Reply>): Slots<Request, Reply> {
  const { count, idleMs, maxQueued, maxWaitMs, busy, judge = () => "keep" } = options;
  type Process = KeptProcess<Request, Reply>;
  const queue = new PQueue({ concurrency: count });
  const unanswered = new Set<PendingTask<Reply>>();
  let closed: Error | undefined;
  let replaced = 0;
  let recycled = 0;
  let abandoned = 0;
  const slots = Array.from({ length: count }, () =>
    createSlot<Request, Reply>({ start: options.start, idleMs, onEnded }),
  );
  // In a turn of its own: whoever opens the port at the same time is not held up by it.
  if (idleMs === undefined) setImmediate(startAll);

  function startAll(): void {
    for (const slot of slots) slot.startAgain();
  }

  function onEnded({ why }: ProcessExit): void {
    if (why === "abandoned") abandoned += 1;
    else if (why !== "closed") replaced += 1;
  }

  function choose(prefers: (process: Process) => boolean): Slot<Request, Reply> {
    const free = slots.filter(({ isTaken }) => !isTaken);
    const idle = free.filter(({ process }) => process?.state === "idle");
    const slot = idle.find(({ process }) => process !== undefined && prefers(process)) ?? idle.at(-1) ?? free[0];
    // The queue lets no more tasks run than there are slots.
    if (slot === undefined) throw new Error("no process is free");
    return slot;
  }

  /** Does the task in a process, and resolves when that is free again, be it later than the caller was answered. */
  async function work(request: Request, task: PendingTask<Reply>, options: RunOptions<Request, Reply>): Promise<void> {
    task.begin();
    const slot = choose(options.prefers ?? (() => false));
    slot.take();
    try {
      const process = await slot.ready(task.signal);
      task.taken();
      options.onTaken?.(process);
      const { timeoutMs, maxCpuMs } = options;
      const reply = await process.ask(request, { timeoutMs, maxCpuMs, signal: task.signal });
      slot.hasAnswered();
      task.resolve(reply);
      await wear(process, judge(reply, process));
    } catch (error) {
      task.reject(error);
      // So that whoever repeats it does so before the slot is free for those that wait.
      await nextTurn();
    } finally {
      await slot.release();
    }
  }

  async function wear(process: Process, judgement: Judgement): Promise<void> {
    if (judgement === "keep") return;
    if (judgement === "recycle") recycled += 1;
    await process.kill(judgement === "recycle" ? "closed" : "broken");
  }

  return {
    async run(request, options) {
      if (closed !== undefined) throw closed;
      options.signal.throwIfAborted();
      const { isRepeated = false } = options;
      if (!isRepeated && queue.pending >= count && queue.size >= maxQueued) throw busy();
      const task = createPendingTask<Reply>(options.signal, maxWaitMs, busy);
      unanswered.add(task);
      // It rejects when the wait ends before the task has begun, which the caller hears from the task.
      queue
        .add(() => work(request, task, options), { signal: task.waiting, priority: isRepeated ? 1 : 0 })
        .catch((error: unknown) => task.reject(error));
      try {
        return await task.answer;
      } finally {
        unanswered.delete(task);
      }
    },
    *processes() {
      for (const { process } of slots) if (process !== undefined && process.state !== "ended") yield process;
    },
    status: () => {
      const inState = (...states: readonly Process["state"][]) =>
        slots.filter(({ process }) => process !== undefined && states.includes(process.state)).length;
      return {
        processes: count,
        ready: inState("idle", "busy"),
        busy: inState("busy"),
        queued: queue.size,
        replaced,
        recycled,
        abandoned,
      };
    },
    async close(reason) {
      closed = reason;
      for (const task of unanswered) task.reject(reason);
      await Promise.all(slots.map((slot) => slot.close()));
      await queue.onIdle();
    },
  };
}
