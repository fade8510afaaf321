import { z } from "zod";
import { until } from "./until.ts";

const report = z.object({
  queue: z.object({
    documents: z.number(),
    heldBytes: z.number(),
    waitingPages: z.number(),
    runningPages: z.number(),
  }),
  requests: z.object({ inFlight: z.number(), jsonBytes: z.number(), answerBytes: z.number() }),
  spool: z.object({ files: z.number(), bytes: z.number() }),
  pdfWorkers: z.object({ busy: z.number(), queued: z.number() }),
});

/** Waits until nothing of any request is left in the service: no document, no byte, no waiting page or task. */
export async function untilNothingIsLeft(residency: () => Promise<Response>, timeoutMs = 30_000): Promise<void> {
  let last: unknown;
  let left = Number.POSITIVE_INFINITY;
  let asking = false;
  const ask = async () => {
    asking = true;
    const { queue, requests, spool, pdfWorkers } = report.parse(await (await residency()).json());
    last = { queue, requests, spool, pdfWorkers };
    const numbers = [queue, requests, spool].flatMap((part) => Object.values<number>(part));
    left = numbers.reduce((sum, number) => sum + number, pdfWorkers.busy + pdfWorkers.queued);
    asking = false;
  };
  await until(
    () => {
      if (!asking && left !== 0) ask().catch(() => (asking = false));
      return left === 0;
    },
    "nothing is left behind",
    timeoutMs,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last)}`);
  });
}
