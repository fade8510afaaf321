import type { Redis } from "ioredis";
import { type BatchOptions, type QueuedBatchJob, toQueuedBatchJob } from "../client/batch-job.ts";
import { hashDocument } from "./document-source.ts";
import { DocumentFailure, StorageFault } from "./failure.ts";
import type { BatchQueue } from "./queue.ts";

export interface AddOptions {
  /** The shared folder. */
  root: string;
  options: BatchOptions;
  /** Documents that ended, read or given up, are added again; those that wait or run are left. */
  again: boolean;
  /** A document that cannot be added; the others go on. */
  onRefused(path: string, sentence: string): void;
  onProgress(counts: AddCounts): void;
}

export interface AddCounts {
  added: number;
  /** There already, in whatever state. */
  known: number;
  refused: number;
}

/** Jobs of one call to Redis; 500 of them are about 150 kB. */
const bulk = 500;
/** Files that are hashed side by side. */
const sideBySide = 16;

/**
 * Adds a job for each document. Adding the same ones again adds nothing, so that a run that was killed is simply repeated.
 *
 * @param paths below the shared folder, as in the data of a job
 */
export async function addDocuments(
  paths: Iterable<string>,
  queue: BatchQueue,
  connection: Redis,
  options: AddOptions,
  signal: AbortSignal,
): Promise<AddCounts> {
  const counts: AddCounts = { added: 0, known: 0, refused: 0 };
  for (const part of partsOf(paths)) {
    const jobs = await hashAll(part, options, signal);
    if (options.again) await Promise.all(jobs.map(({ opts }) => removeEnded(queue, opts.jobId)));
    const known = await countKnown(queue, connection, jobs);
    await queue.addBulk(jobs);
    counts.added += jobs.length - known;
    counts.known += known;
    counts.refused += part.length - jobs.length;
    options.onProgress(counts);
  }
  return counts;
}

function* partsOf(paths: Iterable<string>): Generator<string[]> {
  let part: string[] = [];
  for (const path of paths) {
    part.push(path);
    if (part.length < bulk) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

async function hashAll(paths: readonly string[], options: AddOptions, signal: AbortSignal): Promise<QueuedBatchJob[]> {
  const jobs = new Map<string, QueuedBatchJob>();
  const left = paths.values();
  const hashSome = async () => {
    for (const path of left) {
      const job = await jobOf(path, options, signal);
      if (job !== undefined) jobs.set(path, job);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, hashSome));
  // In the order of the paths, so that a batch is read in an order that people expect.
  return paths.flatMap((path) => jobs.get(path) ?? []);
}

async function jobOf(path: string, options: AddOptions, signal: AbortSignal): Promise<QueuedBatchJob | undefined> {
  try {
    const sha256 = await hashDocument(options.root, path, signal);
    return await toQueuedBatchJob({ path, sha256, options: options.options });
  } catch (error) {
    if (!(error instanceof DocumentFailure || error instanceof StorageFault)) throw error;
    options.onRefused(path, error.message);
    return undefined;
  }
}

async function removeEnded(queue: BatchQueue, id: string): Promise<void> {
  const state = await queue.getJobState(id);
  // A job that a worker took in between is locked and stays.
  if (state === "completed" || state === "failed") await queue.remove(id);
}

/** Asked before they are added, because adding a job that is there is silent. */
async function countKnown(queue: BatchQueue, connection: Redis, jobs: readonly QueuedBatchJob[]): Promise<number> {
  const found = await Promise.all(jobs.map(({ opts }) => connection.exists(queue.toKey(opts.jobId))));
  return found.filter((count) => count === 1).length;
}
