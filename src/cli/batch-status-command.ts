import { setTimeout as sleep } from "node:timers/promises";
import { type BatchStatus, readStatus } from "../batch/batch-status.ts";
import { withQueue } from "../batch/queue.ts";
import type { QueueAddress } from "../batch/redis.ts";
import { duration } from "./progress.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes } from "./usage.ts";

const watchEveryMs = 2_000;

/** Tells where the batch stands; with `watch` again and again, until nothing is left to be read. */
export async function runBatchStatus(
  { watch, json }: { watch: boolean; json: boolean },
  address: QueueAddress,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  return await withQueue(address, terminal.report, async (queue, connection) => {
    for (;;) {
      const status = await readStatus(queue, connection, Date.now());
      await terminal.print(json ? JSON.stringify(status) : statusText(status));
      if (!watch || status.running + status.waiting + status.delayed === 0) return exitCodes.success;
      await sleep(watchEveryMs, undefined, { signal });
    }
  });
}

/** A status for people: one line, and one for each code of the documents that were given up. */
export function statusText(status: BatchStatus): string {
  const { done, running, runningPages, waiting, delayed, failed, failedByCode, pagesPerMinute, secondsLeft } = status;
  const parts = [
    `${done} done`,
    `${running} running${runningPages > 0 ? ` (${runningPages} pages finished)` : ""}`,
    `${waiting} waiting`,
    `${delayed} delayed`,
    `${failed} failed`,
  ];
  if (pagesPerMinute !== undefined) parts.push(`${pagesPerMinute.toFixed(1)} pages/min`);
  if (secondsLeft !== undefined && secondsLeft > 0) parts.push(`about ${duration(secondsLeft * 1000)} left`);
  const codes = Object.entries(failedByCode).sort(([, one], [, other]) => other - one);
  return [parts.join(", "), ...codes.map(([code, count]) => `  ${count} ${code}`)].join("\n");
}
