import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { BatchJob, BatchResult } from "../client/batch-job.ts";
import { connectRedis, type QueueAddress } from "./redis.ts";

/** The jobs of a batch. What others add is checked when it is taken. */
export type BatchQueue = Queue<BatchJob, BatchResult>;

const daySeconds = 24 * 60 * 60;

/** How long and how many ended jobs the queue keeps: the count bounds what Redis holds, about 1 kB and the system prompt each. */
export const retention = {
  removeOnComplete: { age: 7 * daySeconds, count: 50_000 },
  removeOnFail: { age: 30 * daySeconds, count: 50_000 },
} as const;

/** Each page and each step of a job is an event for whoever listens; the newest are kept. */
const keptEvents = 1_000;

/** Opens the queue for one use, and closes what was opened. @throws as `connectRedis` */
export async function withQueue<Result>(
  address: QueueAddress,
  onNotice: (sentence: string) => void,
  use: (queue: BatchQueue, connection: Redis) => Promise<Result>,
): Promise<Result> {
  const connection = await connectRedis(address.redisUrl, onNotice);
  const queue = openQueue(connection.redis, address);
  try {
    return await use(queue, connection.redis);
  } finally {
    await queue.close();
    connection.close();
  }
}

/** The queue for whoever adds and looks; the connection stays its owner's. */
export function openQueue(connection: Redis, { queue, prefix }: Pick<QueueAddress, "queue" | "prefix">): BatchQueue {
  const opened: BatchQueue = new Queue(queue, { connection, prefix, streams: { events: { maxLen: keptEvents } } });
  // The connection tells of its faults itself, and a command that fails rejects.
  opened.on("error", () => undefined);
  return opened;
}
