import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { assertMounted } from "./document-source.ts";
import { type FailureReason, WorkerFault } from "./failure.ts";
import { openQueue } from "./queue.ts";
import { connectRedis, type QueueAddress } from "./redis.ts";
import { type BatchWorker, startWorker, type WorkerOptions } from "./worker.ts";

export interface WorkOptions extends Omit<WorkerOptions, "connection" | "address" | "handBack" | "onStop"> {
  address: QueueAddress;
  /** Time for running documents to end when the worker stops; then they are handed back. */
  stopGraceMs: number;
  /** Ends when no document waits, runs or is delayed. */
  untilDone: boolean;
}

const lookEveryMs = 500;
/** For handing documents back, which takes Redis a few milliseconds when it is there. */
const handBackMs = 5_000;

/**
 * Works until the signal is aborted, the queue is done, or the worker cannot go on; then waits for the running documents or
 * hands them back.
 *
 * @returns why the worker could not go on, if it could not
 * @throws WorkerFault when the folders cannot be used, Error when Redis cannot
 */
export async function work(options: WorkOptions, signal: AbortSignal): Promise<FailureReason | undefined> {
  await assertMounted(options.root);
  await assertWritable(options.out);
  const connection = await connectRedis(options.address.redisUrl, options.onNotice);
  const handBack = new AbortController();
  const end = Promise.withResolvers<FailureReason | undefined>();
  const onAbort = () => end.resolve(undefined);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const worker = startWorker({
      ...options,
      connection: connection.redis,
      handBack: handBack.signal,
      onStop: (reason) => {
        handBack.abort();
        end.resolve(reason);
        void worker.pause(true);
      },
    });
    worker.run().catch(end.reject);
    if (signal.aborted) onAbort();
    if (options.untilDone) untilDone(connection.redis, options.address, handBack.signal).then(end.resolve, end.reject);
    try {
      return await end.promise;
    } finally {
      await stop(worker, connection.redis.status === "ready", handBack, options.stopGraceMs);
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    connection.close();
  }
}

/**
 * Running documents have the grace to end; then they are handed back. Where Redis is not there to take anything back,
 * they are left, and other workers take them over in time.
 */
async function stop(
  worker: BatchWorker,
  isRedisThere: boolean,
  handBack: AbortController,
  graceMs: number,
): Promise<void> {
  if (!isRedisThere) handBack.abort();
  const closed = worker.close(!isRedisThere);
  const given = new AbortController();
  const giveUp = async () => {
    await sleep(graceMs, undefined, { signal: given.signal });
    handBack.abort();
    await sleep(handBackMs, undefined, { signal: given.signal });
  };
  await Promise.race([closed, giveUp()]);
  given.abort();
  handBack.abort();
}

/** Asks the queue and not the worker, whose word that it found nothing may come before its last job. */
async function untilDone(
  connection: Parameters<typeof openQueue>[0],
  address: QueueAddress,
  signal: AbortSignal,
): Promise<undefined> {
  const queue = openQueue(connection, address);
  try {
    for (;;) {
      await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return undefined;
      const counts = await queue.getJobCounts("wait", "active", "delayed", "prioritized");
      if (Object.values(counts).every((count) => count === 0)) return undefined;
    }
  } finally {
    await queue.close();
  }
}

async function assertWritable(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    await access(out, constants.W_OK);
  } catch (cause) {
    throw new WorkerFault(`The output folder ${out} cannot be written to.`, { cause });
  }
}
