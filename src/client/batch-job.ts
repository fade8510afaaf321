import * as z from "zod/mini";
import { canonicalJson } from "./canonical-json.ts";

/** PATH_MAX of Linux. */
const maxPathCharacters = 4096;
const maxPromptCharacters = 100_000;
const maxTags = 1000;

/** One place below the shared folder, written in one way only: names and `/`, nothing empty, no `.` and no `..`. */
const isPlainPath = (path: string) =>
  !path.includes("\0") && path.split("/").every((name) => name !== "" && name !== "." && name !== "..");

const parameters = z.strictObject({
  temperature: z.optional(z.number()),
  top_p: z.optional(z.number()),
  top_k: z.optional(z.number()),
  repeat_penalty: z.optional(z.number()),
  max_tokens: z.optional(z.number()),
  seed: z.optional(z.number()),
  num_ctx: z.optional(z.number()),
});

/** How the document is read: the fields of `POST /ocr-upload`, without those that only shape an answer. */
export const batchOptionsSchema = z.strictObject({
  engine: z.optional(z.string()),
  pages: z.optional(z.string()),
  maxPages: z.optional(z.number().check(z.int(), z.nonnegative())),
  onPageError: z.optional(z.enum(["fail", "skip"])),
  textLayerFormat: z.optional(z.enum(["markdown", "plain"])),
  systemPrompt: z.optional(z.string().check(z.maxLength(maxPromptCharacters))),
  dmsTags: z.optional(z.array(z.string()).check(z.maxLength(maxTags))),
  runtimeParams: z.optional(parameters),
});

/** The data of a job: one document of a batch. Holds no secret, and no address. */
export const batchJobSchema = z.strictObject({
  /** Below the shared folder, such as `scans/2025/a.pdf`; its texts stand at the same place of the output folder. */
  path: z.string().check(z.maxLength(maxPathCharacters), z.refine(isPlainPath)),
  /** Of the document's bytes, as lower-case hexadecimal digits. */
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  options: batchOptionsSchema,
});

/** The value of a finished job. The text stands in the output folder. */
export const batchResultSchema = z.looseObject({
  pages: z.number(),
  /** Pages by what they were read with: `text-layer`, `np-dms-ocr`, `tesseract`, `blank`. */
  engines: z.record(z.string(), z.number()),
  /** How many; they stand in the `.json`. */
  warnings: z.number(),
  /** From the file to the written text. */
  ms: z.number(),
  /** The texts stood already when the job was taken, and the document was not read again. */
  earlier: z.boolean(),
});

/** The progress of a running job: finished pages, and how many there are as soon as that is known. */
export const batchProgressSchema = z.looseObject({ pages: z.number(), pageCount: z.optional(z.number()) });

export type BatchOptions = z.output<typeof batchOptionsSchema>;
export type BatchJob = z.output<typeof batchJobSchema>;
export type BatchResult = z.output<typeof batchResultSchema>;
export type BatchProgress = z.output<typeof batchProgressSchema>;

/** A job as `queue.add(name, data, opts)` and `queue.addBulk` of BullMQ take it. */
export interface QueuedBatchJob {
  name: "document";
  data: BatchJob;
  opts: {
    jobId: string;
    /** How often a document is tried whose fault may pass. */
    attempts: number;
    /** The worker chooses the wait, by what the fault says. */
    backoff: { type: "custom" };
  };
}

const attempts = 5;
const idCharacters = 32;

/**
 * The job of a document. Its id is made of the path, the hash and the options: the same document with the same options is
 * one job however often it is added, a changed document is another one, and equal bytes at two paths are two, because both
 * places get their texts.
 *
 * @throws ZodError when the job does not have the documented form
 */
export async function toQueuedBatchJob(job: BatchJob): Promise<QueuedBatchJob> {
  const data = batchJobSchema.parse(job);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonicalJson(data)));
  const digits = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    name: "document",
    data,
    opts: { jobId: digits.slice(0, idCharacters), attempts, backoff: { type: "custom" } },
  };
}
