import { z } from "zod";

const documentRef = z.object({
  /** Names the document between pool and worker; a worker keeps the last ones opened. */
  key: z.int().min(0),
  kind: z.enum(["pdf", "png", "jpeg", "tiff"]),
  /** Shared, never copied: the first `length` bytes from `offset` are the document. */
  buffer: z.instanceof(SharedArrayBuffer),
  offset: z.int().min(0),
  length: z.int().min(0),
  /** Known after the first job, `hash`. */
  sha256: z.string().length(64).optional(),
});

const job = z.discriminatedUnion("type", [
  /** The only job that does not touch the engine. */
  z.object({ type: z.literal("hash") }),
  z.object({ type: z.literal("open"), maxPages: z.int().min(1) }),
  z.object({ type: z.literal("read-pages"), pages: z.array(z.int().min(1)).min(1) }),
  z.object({
    type: z.literal("render"),
    page: z.int().min(1),
    longestSidePx: z.int().min(1),
    turnDegrees: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
    maxPagePixels: z.int().min(1),
  }),
]);

/** What a worker is started with: the memory that its engine may take, and its time for a page and for a task. */
export const workerArguments = z
  .tuple([z.coerce.number().int().positive(), z.coerce.number().positive(), z.coerce.number().positive()])
  .transform(([maxMemoryBytes, pageTimeoutMs, taskTimeoutMs]) => ({ maxMemoryBytes, pageTimeoutMs, taskTimeoutMs }));

/** From the pool to a worker: one task at a time, or a document that it need not keep any longer. */
export const workerRequest = z.discriminatedUnion("type", [
  z.object({ type: z.literal("task"), id: z.int(), document: documentRef, job }),
  /** `bytes`: of its memory, which the worker holds until its garbage is collected. */
  z.object({ type: z.literal("forget"), key: z.int(), bytes: z.int().min(0) }),
]);

const pageFacts = z.object({
  page: z.int().min(1),
  widthPt: z.number(),
  heightPt: z.number(),
  rotation: z.number(),
  text: z.string(),
  characters: z.int().min(0),
  imageCoverage: z.number().min(0).max(1),
  pathSegments: z.int().min(0),
  drawn: z.boolean(),
  scannerText: z.boolean(),
});

const result = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hash"), sha256: z.string().length(64) }),
  z.object({ type: z.literal("open"), pageCount: z.int().min(1) }),
  z.object({ type: z.literal("read-pages"), pages: z.array(pageFacts) }),
  z.object({
    type: z.literal("render"),
    png: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
    widthPx: z.int().min(1),
    heightPx: z.int().min(1),
    ink: z.number().min(0).max(1),
  }),
]);

const faultCode = z.enum([
  "document_damaged",
  "document_encrypted",
  "unsupported_file_type",
  "too_many_pages",
  "page_too_large",
  "document_too_complex",
]);

/** From a worker to the pool. `heapBytes` is the size of the WASM memory, which never shrinks. */
export const workerReply = z.discriminatedUnion("type", [
  /** The module has loaded; what is posted before is lost. */
  z.object({ type: z.literal("ready") }),
  /** A page of a longer task is done; its time starts anew. */
  z.object({ type: z.literal("progress"), id: z.int() }),
  z.object({ type: z.literal("done"), id: z.int(), heapBytes: z.int(), result }),
  /** The document is at fault; the worker goes on. */
  z.object({ type: z.literal("fault"), id: z.int(), heapBytes: z.int(), code: faultCode, message: z.string() }),
  /** The engine is at fault and must not be used again. */
  z.object({ type: z.literal("poisoned"), id: z.int(), message: z.string() }),
  /** The engine was stopped because its time was over; it must not be used again either. */
  z.object({ type: z.literal("timed-out"), id: z.int() }),
]);

export type DocumentRef = z.infer<typeof documentRef>;
export type WorkerJob = z.infer<typeof job>;
export type WorkerRequest = z.infer<typeof workerRequest>;
export type WorkerResult = z.infer<typeof result>;
export type WorkerReply = z.infer<typeof workerReply>;
export type FaultCode = z.infer<typeof faultCode>;
