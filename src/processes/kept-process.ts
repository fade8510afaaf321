import { getLogger } from "@logtape/logtape";
import type { z } from "zod";
import { fromChild, type ToChild } from "./messages.ts";
import { readOutput } from "./output.ts";
import { type ExitReason, type ProcessExit, ProcessGone } from "./process-exit.ts";
import { type ProcessUsage, readUsage } from "./process-usage.ts";

export interface ProcessOptions<Reply> {
  /** What it is, for the log: `PDF process`. */
  name: string;
  /** Its program, which calls `answerParent`. */
  program: URL;
  argv?: readonly string[];
  /** All the variables that it gets; none of the service's own, so that no secret reaches it. */
  environment?: Readonly<Record<string, string>>;
  /** What it may say; anything else ends it. */
  reply: z.ZodType<Reply>;
  /** Time from its start until it can be asked. */
  readyTimeoutMs: number;
  /** Resident memory at which it is ended while it works; looked at twice a second. */
  maxMemoryBytes: number;
  /** Tasks that it may have at a time, 1 unless given: it does them one after the other, without waiting for the next. */
  maxTasks?: number;
}

export interface AskOptions<Reply> {
  /** Longest silence; each progress starts it anew. */
  timeoutMs: number;
  /** CPU time that the process may take for the task; looked at twice a second, where there is /proc. */
  maxCpuMs?: number | undefined;
  /** When it is aborted the caller is let go at once, and the process has `graceMs` to finish by itself. */
  signal: AbortSignal;
  onProgress?: (reply: Reply) => void;
}

/** A child process that does one task after the other and is ended, by SIGKILL, as soon as anything is wrong with it. */
export interface KeptProcess<Request, Reply> {
  readonly pid: number;
  /** `busy` also while it finishes a task whose caller has gone. */
  readonly state: "starting" | "idle" | "busy" | "ended";
  /** Tasks answered. */
  readonly answered: number;
  /** Resolves with nothing when it can be asked; rejects with `ProcessGone`. */
  readonly ready: Promise<void>;
  /** Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /**
   * Has it do a task; only while it is idle, or has fewer tasks than it may have.
   *
   * @throws ProcessGone, or the signal's reason
   */
  ask(request: Request, options: AskOptions<Reply>): Promise<Reply>;
  /** Tells it something that needs no answer. */
  tell(request: Request): void;
  /** Resolves when it has nothing to do, or has ended. */
  rested(): Promise<void>;
  /** SIGKILL; resolves when it has gone. */
  kill(why: ExitReason): Promise<void>;
}

/** So long a task may run on when its caller has gone: a process that finishes by itself need not be started again. */
const graceMs = 300;
const lookEveryMs = 500;

/**
 * ONNX Runtime 1.30 sends what it runs to its makers, and keeps an identifier of the machine and a store of events below
 * HOME and the temporary folder, unless it finds this when it is loaded (microsoft/onnxruntime, pull request 27379).
 */
const withoutTelemetry = { ORT_DISABLE_TELEMETRY: "1" };

interface Task<Reply> {
  timeoutMs: number;
  maxCpuMs: number;
  /** What the process had taken before it, where its CPU time is bounded; none before it begins. */
  usageBefore: Promise<ProcessUsage | undefined> | undefined;
  /** Its caller has gone. */
  left: boolean;
  onProgress: ((reply: Reply) => void) | undefined;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

/**
 * Starts a process. It ends with its parent, however that ends and whatever it does at that moment (`--no-orphans`
 * of Bun, by the kernel's parent-death signal on Linux).
 */
export function startProcess<Request, Reply>(options: ProcessOptions<Reply>): KeptProcess<Request, Reply> {
  const { name, program, argv = [], environment = {}, reply, readyTimeoutMs, maxMemoryBytes, maxTasks = 1 } = options;
  const log = getLogger(["sidecar", "processes"]);
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<ProcessExit>();
  // Whoever waits for neither learns of the end by asking.
  ready.promise.catch(() => undefined);
  let state: KeptProcess<Request, Reply>["state"] = "starting";
  let why: ExitReason = "crashed";
  let answered = 0;
  /** The first is the one at work. */
  const tasks: Task<Reply>[] = [];
  let rest = Promise.withResolvers<void>();

  // Bun would hand the variables of a file .env in the working folder to every program that it starts.
  const child = Bun.spawn([process.execPath, "--no-orphans", "--no-env-file", Bun.fileURLToPath(program), ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    serialization: "advanced",
    env: { ...environment, ...withoutTelemetry },
    ipc: receive,
  });
  // Only now: a start that fails leaves nothing behind.
  let timer = setTimeout(() => end("timed-out"), readyTimeoutMs);
  const lookTimer = setInterval(() => void lookAtUsage(), lookEveryMs);
  const lastWords = readOutput(child.stdout, child.stderr, {
    onText: (text) => log.debug("{name} {pid}: {text}", { name, pid: child.pid, text }),
    onTooMuch: () => end("garbage"),
  });
  void child.exited.then(onExit);

  function receive(message: unknown): void {
    if (state === "ended") return;
    const parsed = fromChild.safeParse(message);
    if (!parsed.success) {
      end("garbage");
      return;
    }
    switch (parsed.data.type) {
      case "ready":
        if (state === "starting") becomeIdle();
        ready.resolve();
        return;
      case "progress":
        onReply(parsed.data.body, (said, at) => {
          if (at.left) return;
          startTimer(at.timeoutMs);
          at.onProgress?.(said);
        });
        return;
      case "answer":
        onReply(parsed.data.body, (said, at) => {
          answered += 1;
          tasks.shift();
          const [next] = tasks;
          if (next === undefined) becomeIdle();
          else begin(next);
          at.resolve(said);
        });
        return;
      default:
        parsed.data satisfies never;
    }
  }

  function onReply(body: unknown, use: (said: Reply, at: Task<Reply>) => void): void {
    const said = reply.safeParse(body);
    const [at] = tasks;
    if (at === undefined || !said.success) end("garbage");
    else use(said.data, at);
  }

  function becomeIdle(): void {
    clearTimeout(timer);
    state = "idle";
    rest.resolve();
  }

  function begin(task: Task<Reply>): void {
    if (Number.isFinite(task.maxCpuMs)) task.usageBefore = readUsage(child.pid);
    if (task.left) abandonSoon();
    else startTimer(task.timeoutMs);
  }

  function abandonSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => end("abandoned"), graceMs);
  }

  function startTimer(timeoutMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => end("timed-out"), timeoutMs);
  }

  function end(reason: ExitReason): void {
    if (state === "ended") return;
    state = "ended";
    why = reason;
    if (reason !== "closed" && reason !== "abandoned") {
      log.warning("{name} {pid} is ended: {reason}", { name, pid: child.pid, reason });
    }
    clearTimeout(timer);
    child.kill("SIGKILL");
  }

  async function onExit(): Promise<void> {
    const endedByItself = state !== "ended";
    const wasBusy = tasks.length > 0;
    state = "ended";
    clearTimeout(timer);
    clearInterval(lookTimer);
    const how = child.signalCode === null ? `ended with code ${child.exitCode}` : `was killed by ${child.signalCode}`;
    const exit: ProcessExit = { why, wasBusy, how, lastWords: await lastWords };
    if (endedByItself) log.warning("{name} {pid} {how}. {lastWords}", { name, pid: child.pid, ...exit });
    const gone = new ProcessGone(exit);
    ready.reject(gone);
    for (const task of tasks) task.reject(gone);
    exited.resolve(exit);
    rest.resolve();
  }

  async function lookAtUsage(): Promise<void> {
    const [at] = tasks;
    if (at === undefined) return;
    const [before, now] = await Promise.all([at.usageBefore, readUsage(child.pid)]);
    if (now === undefined || tasks[0] !== at) return;
    if (now.residentBytes > maxMemoryBytes) end("out-of-memory");
    else if (before !== undefined && now.cpuMs - before.cpuMs > at.maxCpuMs) end("out-of-cpu-time");
  }

  function send(message: ToChild): void {
    if (state === "ended") return;
    try {
      child.send(message);
    } catch {
      // It has closed its end, and its exit is on the way.
      end("crashed");
    }
  }

  return {
    pid: child.pid,
    get state() {
      return state;
    },
    get answered() {
      return answered;
    },
    ready: ready.promise,
    exited: exited.promise,
    async ask(request, { timeoutMs, maxCpuMs = Number.POSITIVE_INFINITY, signal, onProgress }) {
      signal.throwIfAborted();
      if (state === "ended") throw new ProcessGone(await exited.promise);
      if (state === "starting" || tasks.length >= maxTasks) throw new Error(`${name} has work already or is not ready`);
      const { promise, resolve, reject } = Promise.withResolvers<Reply>();
      if (state === "idle") rest = Promise.withResolvers<void>();
      state = "busy";
      const own: Task<Reply> = {
        timeoutMs,
        maxCpuMs,
        usageBefore: undefined,
        left: false,
        onProgress,
        resolve,
        reject,
      };
      tasks.push(own);
      if (tasks[0] === own) begin(own);
      send({ type: "ask", body: request });
      const leave = () => {
        own.left = true;
        reject(signal.reason);
        if (tasks[0] === own) abandonSoon();
      };
      signal.addEventListener("abort", leave, { once: true });
      try {
        return await promise;
      } finally {
        signal.removeEventListener("abort", leave);
      }
    },
    tell: (request) => send({ type: "tell", body: request }),
    rested: () => (state === "busy" ? rest.promise : Promise.resolve()),
    async kill(reason) {
      end(reason);
      await exited.promise;
    },
  };
}
