import type { Context } from "hono";
import { bodyTooLarge, bodyTooSlow } from "../answers/faults.ts";
import type { AppEnv } from "../context.ts";

export interface BodyLimits {
  /** Bytes of the whole body. */
  maxBytes: number;
  /** Milliseconds from the first read to the last byte, so that a sender of one byte a minute is let go. */
  timeoutMs: number;
}

/**
 * The chunks of a request's body as they arrive, bounded in bytes and time. The reader is let go whatever
 * happens, which closes a connection that still sends.
 *
 * @throws SidecarError `body_too_large`, `body_timeout`, or the signal's reason
 */
export async function* readBody(
  request: Request,
  limits: BodyLimits,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("Content-Length") ?? 0) > limits.maxBytes) throw bodyTooLarge(limits.maxBytes);
  if (request.body === null) return;
  const reader = request.body.getReader();
  let late: Error | undefined;
  const stop = () => void reader.cancel(signal.reason ?? late).catch(() => undefined);
  const timer = setTimeout(() => {
    late = bodyTooSlow(limits.timeoutMs);
    stop();
  }, limits.timeoutMs);
  signal.addEventListener("abort", stop, { once: true });
  const throwIfStopped = () => {
    signal.throwIfAborted();
    if (late !== undefined) throw late;
  };
  try {
    throwIfStopped();
    let receivedBytes = 0;
    for (;;) {
      const { done, value } = await reader.read();
      throwIfStopped();
      if (done) return;
      receivedBytes += value.byteLength;
      if (receivedBytes > limits.maxBytes) throw bodyTooLarge(limits.maxBytes);
      yield value;
    }
  } catch (error) {
    throwIfStopped();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    await reader.cancel().catch(() => undefined);
  }
}

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
 * @param request as it came
 * @param stopping aborted when the service gives up running work
 */
export function closeUnread(c: Context<AppEnv>, { body, bodyUsed }: Request, stopping: AbortSignal): void {
  if (body === null || bodyUsed) return;
  if (c.res.body !== null) {
    c.res = new Response(
      followedBy(c.res.body, () => discard(body, patience, stopping)),
      c.res,
    );
  }
  c.header("Connection", "close");
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
