import type { Context } from "hono";
import { mebibyte } from "../answers/faults.ts";
import { note } from "../answers/request-record.ts";
import type { AppEnv } from "../context.ts";
import { workSignal } from "../intake/deadline.ts";
import type { Services } from "../services.ts";

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

/** How large the bodies of all retrieval endpoints may be. */
export const retrievalBodyBytes = {
  /** A thousand chunks of 8,192 characters of Thai. */
  maxBytes: 32 * mebibyte,
  /**
   * A thousand documents of sixty texts each have less. Bun 1.4.5 parses so many bytes of anything within 75 ms and 50 MB;
   * 32 MiB of brackets take it 5 s and 2.5 GB.
   */
  maxStructureBytes: 512 * 1024,
} as const;
