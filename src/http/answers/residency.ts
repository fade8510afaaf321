import { setTimeout as sleep } from "node:timers/promises";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";

/** From the coming of a request on; what is decided later is told only where the work itself takes longer. */
const patienceMs = 50;

/**
 * Annotates a request with the residency decisions of the moment it came (`c.var.residency`): made once, told by the
 * headers of the answer, the log line and the metrics, and by nothing else. The policy does not act here. While pages wait
 * every call of the model keeps it for the positive window, whatever was decided; the policy is asked again, and acts, when
 * the queue has run empty: `ocr/engines/model-residency.ts` then unloads the model or lets it stay. On which
 * device retrieval runs is decided with each batch, so a request that ran tells the device itself.
 *
 * VRAM is read while the body arrives and the document is read. An answer that is there sooner waits 50 ms at most, and
 * then tells what follows from the last reading: a silent Ollama delays nobody who does not need it.
 */
export function annotateResidency(
  services: Pick<Services, "residency" | "lastResidency" | "stopping">,
): MiddlewareHandler<AppEnv> {
  return async function annotateResidency(c, next) {
    // The reading is shared, and wanted even where the time of this request is over. While the service stops there may be no
    // decision any more; that must not be the answer's own fault.
    let isDecided = false;
    const decided = services
      .residency(services.stopping)
      .catch(() => undefined)
      .finally(() => {
        isDecided = true;
      });
    const comingMs = performance.now();
    await next();
    const leftMs = comingMs + patienceMs - performance.now();
    const lastOnes = () => sleep(Math.max(0, leftMs), undefined, { ref: false }).then(() => services.lastResidency());
    // Most are decided by now: a timer and a second decision for each request would be for nothing.
    const picture = await (isDecided ? decided : Promise.race([decided, lastOnes()]));
    if (picture === undefined) return;
    c.set("residency", picture);
    c.header("X-Residency-Keep-Alive", String(picture.ocr.keepAliveSeconds));
    c.header("X-Residency-Reason", picture.ocr.reason);
    // Where retrieval ran it has told the device already.
    if (!c.res.headers.has("X-Residency-Device")) c.header("X-Residency-Device", picture.retrieval.device);
  };
}
