import { setTimeout as sleep } from "node:timers/promises";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import type { ResidencyPicture, Services } from "../services.ts";
import { note } from "./request-record.ts";

/** From the coming of a request on; what is decided later is told only where the work itself takes longer. */
const patienceMs = 50;

/**
 * Annotates a request with the residency decisions of the moment it came, and its response with their headers.
 * VRAM is read while the body arrives and the document is read. An answer that is there sooner waits 50 ms at most, and
 * then tells what follows from the last reading: a silent Ollama delays nobody who does not need it.
 */
export function annotateResidency(
  services: Pick<Services, "residency" | "lastResidency" | "stopping" | "metrics">,
): MiddlewareHandler<AppEnv> {
  return async function annotateResidency(c, next) {
    // While the service stops there may be no decision any more; that must not be the answer's own fault.
    const decided = services.residency(services.stopping).catch(() => undefined);
    const waited = sleep(patienceMs, undefined, { ref: false });
    c.set("residency", decided);
    await next();
    const picture = await Promise.race([decided, waited.then(() => services.lastResidency())]);
    if (picture === undefined) return;
    services.metrics.decision(picture.ocr.reason, "request");
    setResidencyHeaders(c, picture);
  };
}

/** Writes the three headers; a handler that answers on another device has set that header already. */
function setResidencyHeaders(c: Context<AppEnv>, { ocr, retrieval }: ResidencyPicture): void {
  note(c, { keepAlive: ocr.keepAliveSeconds, residencyReason: ocr.reason });
  c.header("X-Residency-Keep-Alive", String(ocr.keepAliveSeconds));
  c.header("X-Residency-Reason", ocr.reason);
  if (!c.res.headers.has("X-Residency-Device")) c.header("X-Residency-Device", retrieval.device);
}
