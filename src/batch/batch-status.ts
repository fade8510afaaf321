import type { Redis } from "ioredis";
import { batchProgressSchema, batchResultSchema } from "../client/batch-job.ts";
import { readReason } from "./failure.ts";
import type { BatchQueue } from "./queue.ts";

/** Where a batch stands. Ended jobs count as long as the queue keeps them. */
export interface BatchStatus {
  done: number;
  running: number;
  /** Finished pages of the documents that run. */
  runningPages: number;
  waiting: number;
  /** Waiting for another try. */
  delayed: number;
  failed: number;
  failedByCode: Record<string, number>;
  /** Of the documents that ended in the last ten minutes; absent when none did. */
  pagesPerMinute: number | undefined;
  documentsPerMinute: number | undefined;
  /** For what waits, runs and is delayed, at the pace of the last ten minutes. */
  secondsLeft: number | undefined;
}

const windowMs = 10 * 60_000;
/** Newest ended documents that the pace is taken from. */
const paceJobs = 500;

/** Jobs whose fields are asked for at once. */
const askedAtOnce = 500;

/** @param connection of the queue: of ended jobs only what is counted is fetched, for each holds its whole prompt */
export async function readStatus(queue: BatchQueue, connection: Redis, nowMs: number): Promise<BatchStatus> {
  const counts = await queue.getJobCounts("wait", "prioritized", "active", "delayed", "completed", "failed");
  const { completed: done = 0, active: running = 0, delayed = 0, failed = 0 } = counts;
  const waiting = (counts.wait ?? 0) + (counts.prioritized ?? 0);
  const active = await queue.getActive(0, paceJobs);
  const runningPages = active.reduce(
    (sum, job) => sum + (batchProgressSchema.safeParse(job.progress).data?.pages ?? 0),
    0,
  );
  const failedByCode = await countFailures(queue, connection);
  const pace = paceOf(await endedJobs(queue, connection), nowMs);
  const left = waiting + running + delayed;
  return {
    ...{ done, running, runningPages, waiting, delayed, failed, failedByCode },
    pagesPerMinute: pace?.pagesPerMinute,
    documentsPerMinute: pace?.documentsPerMinute,
    secondsLeft: pace === undefined ? undefined : Math.round((left * 60) / pace.documentsPerMinute),
  };
}

export interface EndedJob {
  /** Milliseconds since 1970. */
  startedMs: number;
  endedMs: number;
  pages: number;
}

async function countFailures(queue: BatchQueue, connection: Redis): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let from = 0; ; from += askedAtOnce) {
    const ids = await connection.zrevrange(queue.toKey("failed"), from, from + askedAtOnce - 1);
    for (const [reason] of await fieldsOf(queue, connection, ids, ["failedReason"])) {
      // A job that was removed between its place and its reason is no job any more.
      if (reason === null || reason === undefined) continue;
      const { code } = readReason(reason);
      counts[code] = (counts[code] ?? 0) + 1;
    }
    if (ids.length < askedAtOnce) return counts;
  }
}

async function endedJobs(queue: BatchQueue, connection: Redis): Promise<EndedJob[]> {
  const ids = await connection.zrevrange(queue.toKey("completed"), 0, paceJobs - 1);
  const jobs = await fieldsOf(queue, connection, ids, ["processedOn", "finishedOn", "returnvalue"]);
  return jobs.flatMap(([processedOn, finishedOn, returned]) => {
    const result = batchResultSchema.safeParse(parsed(returned ?? ""));
    // Texts that stood already cost nothing and say nothing about the pace.
    if (!result.success || result.data.earlier || !processedOn || !finishedOn) return [];
    return [{ startedMs: Number(processedOn), endedMs: Number(finishedOn), pages: result.data.pages }];
  });
}

/** These fields of jobs, as BullMQ names them in the hash of each. */
const fieldsOf = (queue: BatchQueue, connection: Redis, ids: readonly string[], names: readonly string[]) =>
  Promise.all(ids.map((id) => connection.hmget(queue.toKey(id), ...names)));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The pace of the documents that ended in the last ten minutes, from the start of the first of them until now. */
export function paceOf(
  ended: readonly EndedJob[],
  nowMs: number,
): { pagesPerMinute: number; documentsPerMinute: number } | undefined {
  const recent = ended.filter(({ endedMs }) => endedMs > nowMs - windowMs);
  if (recent.length === 0) return undefined;
  const firstMs = Math.max(nowMs - windowMs, Math.min(...recent.map(({ startedMs }) => startedMs)));
  const minutes = Math.max(1, nowMs - firstMs) / 60_000;
  const pages = recent.reduce((sum, job) => sum + job.pages, 0);
  return { pagesPerMinute: pages / minutes, documentsPerMinute: recent.length / minutes };
}
