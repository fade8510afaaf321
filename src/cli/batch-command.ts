import { type FailedDocument, failedDocuments, retryFailed } from "../batch/failed-jobs.ts";
import { withQueue } from "../batch/queue.ts";
import type { QueueAddress } from "../batch/redis.ts";
import type { SidecarClient } from "../client/client-types.ts";
import { runBatchAdd } from "./batch-add-command.ts";
import type { BatchCommand, QueueName } from "./batch-options.ts";
import { runBatchStatus } from "./batch-status-command.ts";
import { runBatchWork } from "./batch-work-command.ts";
import { plural } from "./progress.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes, UsageError } from "./usage.ts";

/** What a batch needs of the environment. */
export interface BatchSurroundings {
  /** May hold a password, and is never shown. */
  redisUrl: string | undefined;
  /** A client that repeats nothing: the queue does. @throws UsageError without an address */
  createClient(url: string | undefined): Promise<SidecarClient>;
}

/** Returns the exit code. @throws UsageError, Error when Redis cannot be used, or the signal's reason when interrupted */
export async function runBatch(
  command: BatchCommand,
  surroundings: BatchSurroundings,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const address = addressOf(command, surroundings.redisUrl);
  switch (command.name) {
    case "batch-add":
      return await runBatchAdd(command, address, terminal, signal);
    case "batch-work":
      return await runBatchWork(command, address, await surroundings.createClient(command.url), terminal, signal);
    case "batch-status":
      return await runBatchStatus(command, address, terminal, signal);
    case "batch-failures":
      return await withQueue(address, terminal.report, async (queue) => {
        for await (const failure of failedDocuments(queue, command.code)) {
          signal.throwIfAborted();
          await terminal.print(command.json ? JSON.stringify(failure) : failureLine(failure));
        }
        return exitCodes.success;
      });
    case "batch-retry":
      return await withQueue(address, terminal.report, async (queue) => {
        const retried = await retryFailed(queue, command.code);
        await terminal.print(`${plural(retried, "document")} will be tried again.`);
        return exitCodes.success;
      });
  }
}

const failureLine = ({ path, code, sentence, tries }: FailedDocument) =>
  `${path}: ${sentence} (${code}, ${tries === 1 ? "1 try" : `${tries} tries`})`;

function addressOf({ queue, prefix }: QueueName, redisUrl: string | undefined): QueueAddress {
  if (redisUrl === undefined) {
    throw new UsageError("REDIS_URL is not set; it should name the Redis of the queue, such as redis://redis:6379.");
  }
  // The value may hold a password and is not shown.
  if (!/^rediss?:$/.test(URL.parse(redisUrl)?.protocol ?? "")) {
    throw new UsageError("REDIS_URL should hold an address such as redis://redis:6379, or rediss:// with TLS.");
  }
  return { redisUrl, queue, prefix };
}
