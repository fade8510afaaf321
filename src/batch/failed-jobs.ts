import { ErrorCode, type Job } from "bullmq";
import { type FailureReason, readReason } from "./failure.ts";
import { pathOf } from "./job-path.ts";
import type { BatchQueue } from "./queue.ts";

/** Jobs that are fetched at once. */
const pageJobs = 500;

/** The jobs that were given up, newest first; the queue must not be changed meanwhile. */
async function* failedJobs(queue: BatchQueue): AsyncGenerator<Job> {
  for (let from = 0; ; from += pageJobs) {
    const jobs = await queue.getFailed(from, from + pageJobs - 1);
    // A job that was removed between its place and its content is no job any more.
    yield* jobs.filter((job) => job !== undefined);
    if (jobs.length < pageJobs) return;
  }
}

export interface FailedDocument extends FailureReason {
  path: string;
  tries: number;
  /** ISO 8601, UTC. */
  failedAt: string;
}

/** The documents that were given up, of one code or of all. */
export async function* failedDocuments(queue: BatchQueue, code: string | undefined): AsyncGenerator<FailedDocument> {
  for await (const job of failedJobs(queue)) {
    const reason = readReason(job.failedReason);
    if (code !== undefined && reason.code !== code) continue;
    yield {
      path: pathOf(job.data),
      ...reason,
      tries: job.attemptsMade,
      failedAt: new Date(job.finishedOn ?? 0).toISOString(),
    };
  }
}

/**
 * Lets the documents that were given up wait again, with all their tries. Returns how many.
 *
 * @throws what Redis answers when it takes no more, such as OOM or READONLY
 */
export async function retryFailed(queue: BatchQueue, code: string | undefined): Promise<number> {
  // All of them first, because the list shrinks with each that is taken from it.
  const chosen: Job[] = [];
  for await (const job of failedJobs(queue)) {
    if (code === undefined || readReason(job.failedReason).code === code) chosen.push(job);
  }
  let retried = 0;
  for (const job of chosen) {
    // Somebody else may have done it meanwhile.
    await job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true }).then(
      () => {
        retried += 1;
      },
      (error: unknown) => {
        if (!isNoLongerFailed(error)) throw error;
      },
    );
  }
  return retried;
}

const isNoLongerFailed = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === ErrorCode.JobNotInState || error.code === ErrorCode.JobNotExist);
