import type { MiddlewareHandler } from "hono";
import { SidecarError } from "../../errors.ts";
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
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(bodyTooSlow(limits.timeoutMs)), limits.timeoutMs);
  const within = AbortSignal.any([signal, late.signal]);
  const stop = () => void reader.cancel(within.reason).catch(() => undefined);
  within.addEventListener("abort", stop, { once: true });
  try {
    let receivedBytes = 0;
    for (;;) {
      const { done, value } = await reader.read();
      within.throwIfAborted();
      if (done) return;
      receivedBytes += value.byteLength;
      if (receivedBytes > limits.maxBytes) throw bodyTooLarge(limits.maxBytes);
      yield value;
    }
  } catch (error) {
    within.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    within.removeEventListener("abort", stop);
    await reader.cancel().catch(() => undefined);
  }
}

/** A compressed body would have to be bounded a second time, inflated; no client of ours sends one. */
export const refuseEncodedBody: MiddlewareHandler<AppEnv> = async function refuseEncodedBody(c, next) {
  const encoding = c.req.header("Content-Encoding")?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity") {
    throw new SidecarError("unsupported_media_type", "Send the body as it is, without a Content-Encoding.");
  }
  await next();
};
