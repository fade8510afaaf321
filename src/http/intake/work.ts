import type { MiddlewareHandler } from "hono";
import { SidecarError, shuttingDown } from "../../errors.ts";
import { clientGone, documentTooSlow } from "../answers/faults.ts";
import type { AppEnv } from "../context.ts";
import { closeUnread } from "./body.ts";

/** What is done for one request, until its answer is made and, where that is a stream of events, until the stream ends. */
export interface Work {
  /**
   * The one signal of the request, from the door to the engine: aborted when the client hangs up, the service stops or the
   * time is over. Its reason is always a `SidecarError`, so that whoever is stopped by it can say why.
   */
  readonly signal: AbortSignal;
  /** Resolves when the work has ended; never rejects. */
  readonly ended: Promise<void>;
  /** To be called when the body has come: until the work ends the silence of the connection is the service's own. */
  hasReceived(): void;
  /** Gives the work up so many milliseconds from now, with `document_timeout`; 0 = never. To be called once. */
  limitTime(timeoutMs: number): void;
  /** Gives the work up. */
  giveUp(fault: SidecarError): void;
  /** Lets the work go on when its answer has begun; what it returns is to be called once, when the rest is done. */
  outliveAnswer(): () => void;
}

export interface WorkOptions {
  /** Aborted when the service gives up running work. */
  stopping: AbortSignal;
  /** Seconds a connection may stay silent on which nothing is done. */
  idleTimeoutSeconds: number;
}

/**
 * Opens the work of each request, first of all that happens to it, and last sees to a body that nobody read. The idle limit of the connection is for the silence of
 * clients alone: Ollama may need seconds for an answer, a page minutes.
 */
export function openWork({ stopping, idleTimeoutSeconds }: WorkOptions): MiddlewareHandler<AppEnv> {
  return async function openWork(c, next) {
    const request = c.req.raw;
    const client = request.signal;
    const work = new AbortController();
    const ended = Promise.withResolvers<void>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let unfinished = 1;
    const gone = () => work.abort(clientGone());
    const stopped = () => work.abort(shuttingDown());
    const hasReceived = () => c.env.setIdleTimeout?.(0);
    const finish = () => {
      unfinished -= 1;
      if (unfinished > 0) return;
      clearTimeout(timer);
      client.removeEventListener("abort", gone);
      stopping.removeEventListener("abort", stopped);
      c.env.setIdleTimeout?.(idleTimeoutSeconds);
      ended.resolve();
    };
    client.addEventListener("abort", gone, { once: true });
    stopping.addEventListener("abort", stopped, { once: true });
    if (client.aborted) gone();
    if (stopping.aborted) stopped();
    if (request.body === null) hasReceived();
    c.set("work", {
      signal: work.signal,
      ended: ended.promise,
      hasReceived,
      limitTime: (timeoutMs) => {
        if (timeoutMs > 0) timer = setTimeout(() => work.abort(documentTooSlow(timeoutMs)), timeoutMs);
      },
      giveUp: (fault) => work.abort(fault),
      outliveAnswer: () => {
        unfinished += 1;
        return finish;
      },
    });
    try {
      await next();
    } finally {
      finish();
    }
    closeUnread(c, request, stopping);
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
