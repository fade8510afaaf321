import { bodyTooLarge, bodyTooSlow } from "../answers/faults.ts";

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
