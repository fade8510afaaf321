import type { OllamaBase } from "./base-url.ts";
import { reset, silent, unreachable } from "./faults.ts";

/** The part of `fetch` that is used here; Bun's own fits. */
export type Fetch = (url: string, init: BunFetchRequestInit) => Promise<Response>;

/** One call: GET without a body, POST with one. */
export interface Call {
  path: string;
  body?: unknown;
}

/** Sends a call; only `signal` bounds it. Rejects with the signal's reason or a `SidecarError`. */
export type Send = (call: Call, signal: AbortSignal) => Promise<Response>;

/** Sends requests to Ollama with its credentials, and says what a failure of the network means. */
export function createSend(base: OllamaBase, fetch: Fetch): Send {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (base.authorization !== undefined) headers.authorization = base.authorization;

  return async ({ path, body }, signal) => {
    signal.throwIfAborted();
    const payload = body === undefined ? { method: "GET" } : { method: "POST", body: JSON.stringify(body) };
    try {
      return await fetch(`${base.url}${path}`, {
        ...payload,
        headers,
        signal,
        redirect: "manual",
        // Bun gives up after five minutes without a byte; a cold start and a long page may take longer.
        timeout: false,
        // A pooled connection of a server that restarted meanwhile fails the first POST sent over it.
        keepalive: false,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw isReset(error) ? reset() : unreachable(base);
    }
  };
}

const isReset = (error: unknown) => error instanceof Error && "code" in error && error.code === "ECONNRESET";

/** Runs a call under a short limit of its own, besides the caller's signal. */
export async function withinLimit<Result>(
  base: OllamaBase,
  timeoutMs: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await run(AbortSignal.any([signal, limit]));
  } catch (error) {
    signal.throwIfAborted();
    throw limit.aborted ? silent(base, timeoutMs) : error;
  }
}
