import { SidecarError, shuttingDown } from "../../errors.ts";
import { clientGone, documentTooSlow } from "../answers/faults.ts";

export interface WorkSignalOptions {
  /** Aborted by the server when the client hangs up. */
  client: AbortSignal;
  /** Aborted when the service gives up running work. */
  stopping: AbortSignal;
  /** Milliseconds for the whole work; 0 = no limit. */
  timeoutMs: number;
}

/** The signal of one request's work; `release` frees its timer and listeners. */
export interface WorkSignal {
  signal: AbortSignal;
  release(): void;
}

/**
 * One signal for everything that is done for a request, made once at the door. Its reason is always a
 * `SidecarError`, so that whoever is stopped by it can say why.
 */
export function workSignal({ client, stopping, timeoutMs }: WorkSignalOptions): WorkSignal {
  const work = new AbortController();
  const gone = () => work.abort(clientGone());
  const stopped = () => work.abort(shuttingDown());
  const late = () => work.abort(documentTooSlow(timeoutMs));
  const timer = timeoutMs > 0 ? setTimeout(late, timeoutMs) : undefined;
  client.addEventListener("abort", gone, { once: true });
  stopping.addEventListener("abort", stopped, { once: true });
  if (client.aborted) gone();
  if (stopping.aborted) stopped();
  return {
    signal: work.signal,
    release: () => {
      clearTimeout(timer);
      client.removeEventListener("abort", gone);
      stopping.removeEventListener("abort", stopped);
    },
  };
}

/**
 * The time a caller gives a document, in milliseconds: the service's own limit, shortened by `X-Request-Timeout`
 * (seconds). 0 = no limit.
 *
 * @throws SidecarError `invalid_request`
 */
export function documentTimeoutMs(header: string | undefined, limitMs: number): number {
  if (header === undefined) return limitMs;
  const seconds = /^\d{1,6}(\.\d{1,3})?$/.test(header.trim()) ? Number(header) : 0;
  if (seconds <= 0)
    throw new SidecarError("invalid_request", "X-Request-Timeout must be a positive number of seconds.");
  return limitMs === 0 ? seconds * 1000 : Math.min(limitMs, seconds * 1000);
}
