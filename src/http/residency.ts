import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "./context.ts";
import { note } from "./request-record.ts";
import type { Services } from "./services.ts";

/**
 * Annotates a request with the residency decisions of the moment it came, and its response with their headers.
 * VRAM is read while the body arrives, so a slow answer of Ollama costs the caller no time of its own.
 */
export function annotateResidency(services: Pick<Services, "residency" | "stopping">): MiddlewareHandler<AppEnv> {
  return async function annotateResidency(c, next) {
    c.set("residency", services.residency(services.stopping));
    await next();
    await setResidencyHeaders(c);
  };
}

/** Writes the three headers; a handler that answers on another device has set that header already. */
async function setResidencyHeaders(c: Context<AppEnv>): Promise<void> {
  const { ocr, retrieval } = await c.get("residency");
  note(c, { keepAlive: ocr.keepAliveSeconds, residencyReason: ocr.reason });
  c.header("X-Residency-Keep-Alive", String(ocr.keepAliveSeconds));
  c.header("X-Residency-Reason", ocr.reason);
  if (!c.res.headers.has("X-Residency-Device")) c.header("X-Residency-Device", retrieval.device);
}
