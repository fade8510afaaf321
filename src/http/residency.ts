import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "./context.ts";
import { note } from "./request-record.ts";
import type { ResidencyPicture, Services } from "./services.ts";

/**
 * Annotates a request with the residency decisions of the moment it came, and its response with their headers.
 * VRAM is read while the body arrives and the document is read; only a slow answer of Ollama delays a quick one.
 */
export function annotateResidency(services: Pick<Services, "residency" | "stopping">): MiddlewareHandler<AppEnv> {
  return async function annotateResidency(c, next) {
    // While the service stops there may be no decision any more; that must not be the answer's own fault.
    const decided = services.residency(services.stopping).catch(() => undefined);
    c.set("residency", decided);
    await next();
    const picture = await decided;
    if (picture !== undefined) setResidencyHeaders(c, picture);
  };
}

/** Writes the three headers; a handler that answers on another device has set that header already. */
function setResidencyHeaders(c: Context<AppEnv>, { ocr, retrieval }: ResidencyPicture): void {
  note(c, { keepAlive: ocr.keepAliveSeconds, residencyReason: ocr.reason });
  c.header("X-Residency-Keep-Alive", String(ocr.keepAliveSeconds));
  c.header("X-Residency-Reason", ocr.reason);
  if (!c.res.headers.has("X-Residency-Device")) c.header("X-Residency-Device", retrieval.device);
}
