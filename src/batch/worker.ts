import { DelayedError, type Job, Worker as QueueWorker, UnrecoverableError, WaitingError } from "bullmq";
import type { Redis } from "ioredis";
import type { BatchJob, BatchResult } from "../client/batch-job.ts";
import type { SidecarClient } from "../client/client-types.ts";
import { type Breather, createBreather, type Sleep } from "./breather.ts";
import { type Decision, decide, retryDelayMs } from "./decide.ts";
import { type FailureReason, writeReason } from "./failure.ts";
import { pathOf } from "./job-path.ts";
import { createProgressReporter } from "./progress-reporter.ts";
import { retention } from "./queue.ts";
import { ClaimLost, readJob } from "./read-job.ts";
import type { QueueAddress } from "./redis.ts";

/** How one try at a document ended. */
export type JobOutcome =
  | { kind: "read"; path: string; result: BatchResult }
  | { kind: "failed"; path: string; reason: FailureReason }
  | { kind: "again"; path: string; reason: FailureReason }
  | { kind: "handed-back"; path: string };

export interface WorkerOptions {
  connection: Redis;
  address: Pick<QueueAddress, "queue" | "prefix">;
  client: Pick<SidecarClient, "ocrUpload" | "health">;
  /** The shared folder, and the folder for the texts. */
  root: string;
  out: string;
  /** Documents at once. */
  parallel: number;
  /** After so many milliseconds without a sign of this worker its documents are another one's. */
  takeoverMs: number;
  /** Running documents are stopped and handed back when it is aborted. */
  handBack: AbortSignal;
  onOutcome(outcome: JobOutcome): void;
  onNotice(sentence: string): void;
  /** The worker cannot go on; it has handed its documents back and takes no more. */
  onStop(reason: FailureReason): void;
  /** How the worker waits for a service that takes nothing. */
  sleep?: Sleep;
}

/** Workers that may end while they have one document; with the last of them it is given up. */
const maxLostWorkers = 5;
/** Starts of a document after which it goes behind the others when it is handed back, so that none blocks the queue. */
const patientStarts = 3;
const behindOthersMs = 60_000;

/** An error that carries the wait before the next try to the strategy that is asked for it. */
class TryAgain extends Error {
  override readonly stack = "";
  readonly retryAfterSeconds: number | undefined;
  constructor(reason: FailureReason, retryAfterSeconds: number | undefined) {
    super(writeReason(reason));
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const neverAborted = new AbortController().signal;

export type BatchWorker = QueueWorker<BatchJob, BatchResult>;

/** Takes documents from the queue and reads them, until it is closed. */
export function startWorker(options: WorkerOptions): BatchWorker {
  const { connection, address, takeoverMs, client, handBack } = options;
  const worker: BatchWorker = new QueueWorker(
    address.queue,
    // BullMQ gives the signal only to a function that names three parameters, none of them with a default.
    (job, token, signal) => processJob(job, token ?? "", signal ?? neverAborted, breather, options),
    {
      ...retention,
      connection,
      prefix: address.prefix,
      concurrency: options.parallel,
      lockDuration: takeoverMs,
      // So often that three quarters of the time are left whenever Redis goes away.
      lockRenewTime: takeoverMs / 4,
      stalledInterval: takeoverMs / 4,
      // BullMQ gives up at one more than this.
      maxStalledCount: maxLostWorkers - 1,
      runRetryDelay: 1_000,
      autorun: false,
      settings: {
        backoffStrategy: (triesMade, _type, error) =>
          retryDelayMs(triesMade, error instanceof TryAgain ? error.retryAfterSeconds : undefined, Math.random()),
      },
    },
  );
  const breather = createBreather({
    worker,
    look: (signal) => client.health({ signal }),
    onNotice: options.onNotice,
    signal: handBack,
    sleep: options.sleep,
  });
  worker.on("lockRenewalFailed", (ids) => {
    for (const id of ids) worker.cancelJob(id, "another worker has it");
  });
  worker.on("stalled", (id) => options.onNotice(`the worker of job ${id} is gone; it waits again`));
  // The connection tells of its own faults; the others end with their job, which says so.
  worker.on("error", () => undefined);
  return worker;
}

async function processJob(
  job: Job<BatchJob, BatchResult>,
  token: string,
  claimed: AbortSignal,
  breather: Breather,
  options: WorkerOptions,
): Promise<BatchResult> {
  const path = pathOf(job.data);
  const progress = createProgressReporter((news) => job.updateProgress(news));
  try {
    const result = await readJob(job.data, {
      ...options,
      claim: async () => (await job.extendLock(token, options.takeoverMs)) === 1,
      onProgress: progress.report,
      temporarySuffix: `${shortened(token)}.partial`,
      signal: AbortSignal.any([claimed, options.handBack]),
    });
    breather.reset();
    options.onOutcome({ kind: "read", path, result });
    return result;
  } catch (error) {
    // Whatever became of the document here, it is another worker's now.
    if (error instanceof ClaimLost || claimed.aborted) throw error;
    if (options.handBack.aborted) return await giveBack(job, token, path, options);
    return await settle(decide(error, job.attemptsStarted), job, token, path, breather, options);
  }
}

/** Of `worker:count`, because a file's whole name may have 255 bytes, which are 85 letters of Thai. */
const shortened = (token: string) => token.replace(/^(.{8})[^:]*:/, "$1-");

/** Carries a decision out, always by an error that BullMQ knows. */
async function settle(
  decision: Decision,
  job: Job<BatchJob, BatchResult>,
  token: string,
  path: string,
  breather: Breather,
  options: WorkerOptions,
): Promise<never> {
  const { reason } = decision;
  switch (decision.action) {
    case "fail":
      throw failed(reason, path, options);
    case "retry": {
      if (decision.isServiceAway) await breather.pause(reason.sentence, decision.retryAfterSeconds);
      if (job.attemptsMade + 1 >= (job.opts.attempts ?? 0)) throw failed(reason, path, options);
      options.onOutcome({ kind: "again", path, reason });
      throw new TryAgain(reason, decision.retryAfterSeconds);
    }
    case "hand-back":
      await breather.pause(reason.sentence, decision.retryAfterSeconds);
      if (job.attemptsStarted <= patientStarts) return await giveBack(job, token, path, options);
      await job.moveToDelayed(Date.now() + behindOthersMs, token);
      options.onOutcome({ kind: "handed-back", path });
      throw new DelayedError();
    case "stop":
      options.onStop(reason);
      return await giveBack(job, token, path, options);
  }
}

async function giveBack(job: Job, token: string, path: string, options: WorkerOptions): Promise<never> {
  await job.moveToWait(token);
  options.onOutcome({ kind: "handed-back", path });
  throw new WaitingError();
}

function failed(reason: FailureReason, path: string, options: WorkerOptions): UnrecoverableError {
  options.onOutcome({ kind: "failed", path, reason });
  const error = new UnrecoverableError(writeReason(reason));
  error.stack = "";
  return error;
}
