import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

export interface Patience {
  /** Milliseconds in which nothing comes. */
  silentMs: number;
  /** Milliseconds in all. */
  longestMs: number;
}

/** A sender that pauses for so long has seen the answer. The whole is what nginx gives (`lingering_time`). */
const patience: Patience = { silentMs: 2000, longestMs: 30_000 };

/**
 * Closes a connection when its request is answered and the body was left unread: listening for as long as somebody sends
 * is no service to anybody. The answer leaves at once, but what comes meanwhile is thrown away before the connection
 * ends: many clients send the whole of a body before they look for an answer, and would find the connection broken
 * instead of the reason.
 *
 * @param stopping aborted when the service gives up running work
 */
export function closeUnread(stopping: AbortSignal): MiddlewareHandler<AppEnv> {
  return async function closeUnread(c, next) {
    const request = c.req.raw;
    await next();
    if (request.body === null || request.bodyUsed) return;
    const { body } = request;
    if (c.res.body !== null) {
      c.res = new Response(
        followedBy(c.res.body, () => discard(body, patience, stopping)),
        c.res,
      );
    }
    c.header("Connection", "close");
  };
}

/** A stream that ends when `rest` is done. */
function followedBy(stream: ReadableStream<Uint8Array>, rest: () => Promise<void>): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        await rest();
        controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Reads what comes and keeps nothing of it, until it ends, the patience does, or the signal aborts; never rejects. */
export async function discard(
  body: ReadableStream<Uint8Array>,
  { silentMs, longestMs }: Patience,
  signal: AbortSignal,
): Promise<void> {
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  const silence = setTimeout(stop, silentMs);
  const whole = setTimeout(stop, longestMs);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    while (!(await reader.read()).done) silence.refresh();
  } catch {
    // The client has gone.
  } finally {
    clearTimeout(silence);
    clearTimeout(whole);
    signal.removeEventListener("abort", stop);
    stop();
  }
}
