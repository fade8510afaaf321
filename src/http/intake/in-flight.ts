import type { Context } from "hono";
import type { AppEnv } from "../context.ts";

/** A request whose work has not ended. */
export interface RunningRequest {
  requestId: string;
  path: string;
  /** Of its body as the caller declared it; absent where that is sent in pieces of unknown length. */
  bodyBytes?: number;
}

/** Knows the requests whose work has not ended, so that a stop can wait for them and an operator can see them. */
export interface InFlight {
  readonly count: number;
  /** Call what it returns when the work has ended; it may be called twice. */
  enter(request: RunningRequest): () => void;
  /** Those that run longest, first the oldest, with the seconds they have run. */
  longest(atMost: number): Array<RunningRequest & { seconds: number }>;
  /** Resolves when nothing runs, or when the signal is aborted. */
  whenIdle(signal: AbortSignal): Promise<void>;
}

/** Begins with none. */
export function createInFlight(now: () => number = () => performance.now()): InFlight {
  // In the order of their beginning.
  const running = new Set<{ request: RunningRequest; sinceMs: number }>();
  let waiting: (() => void)[] = [];
  return {
    get count() {
      return running.size;
    },
    enter(request) {
      const entry = { request, sinceMs: now() };
      running.add(entry);
      return () => {
        if (!running.delete(entry) || running.size > 0) return;
        for (const resolve of waiting) resolve();
        waiting = [];
      };
    },
    longest: (atMost) =>
      [...running.values().take(atMost)].map(({ request, sinceMs }) => ({
        ...request,
        seconds: Math.round((now() - sinceMs) / 1000),
      })),
    whenIdle(signal) {
      if (running.size === 0 || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    },
  };
}

/** What an operator is told of a request that runs; never text, prompts, keys or file names. */
export function runningRequest(c: Context<AppEnv>): RunningRequest {
  const declared = c.req.header("Content-Length") ?? "";
  const request = { requestId: c.var.requestId, path: c.req.path };
  return /^\d{1,15}$/.test(declared) ? { ...request, bodyBytes: Number(declared) } : request;
}
