import type { Context } from "hono";
import type { AppEnv } from "./context.ts";
import { workSignal } from "./deadline.ts";
import { tooManyTexts } from "./faults.ts";
import { note } from "./request-record.ts";
import type { Services } from "./services.ts";

/**
 * Runs inference for a request: it stops when the client has gone or the service stops, and the response says on
 * which device it really ran.
 */
export async function infer<Result extends { device: "cpu" | "cuda"; waitedMs: number; computedMs: number }>(
  c: Context<AppEnv>,
  services: Services,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const leave = services.inFlight.enter();
  const work = workSignal({ client: c.get("clientSignal"), stopping: services.stopping, timeoutMs: 0 });
  try {
    const result = await run(work.signal);
    c.header("X-Residency-Device", result.device);
    note(c, {
      device: result.device,
      waitedMs: Math.round(result.waitedMs),
      computedMs: Math.round(result.computedMs),
    });
    return result;
  } finally {
    work.release();
    leave();
  }
}

/** @throws SidecarError `too_many_texts` */
export function assertCount(field: string, count: number, max: number): void {
  if (count > max) throw tooManyTexts(field, count, max);
}
