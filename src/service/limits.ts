import type { Env } from "./env-schema.ts";
import type { Machine } from "./machine.ts";

const mebibyte = 1024 * 1024;

/**
 * What the operator sets, what follows from the machine, and the fixed bounds of whole rooms, with the reason for each
 * number. A part of the result goes to the room that keeps to it; `docs/architecture.md` says where each acts. Bounds of
 * one algorithm or one format stand with it.
 */
export function limitsOf(env: Env, machine: Machine) {
  const cores = Math.max(1, Math.floor(machine.cpus));
  const embeddedProcesses = env.TESSERACT_WORKERS || Math.max(1, Math.min(4, cores - 1));
  const maxProcessMemoryBytes = env.PDF_WORKER_MAX_MB * mebibyte;
  return {
    /** What one request may ask for, and how long its parts may take. */
    request: {
      maxUploadBytes: env.MAX_UPLOAD_MB * mebibyte,
      bodyTimeoutMs: env.BODY_TIMEOUT_SECONDS * 1000,
      idleTimeoutSeconds: env.IDLE_TIMEOUT_SECONDS,
      maxSystemPromptChars: env.MAX_SYSTEM_PROMPT_LENGTH,
      defaultMaxPages: env.OCR_MAX_PAGES,
      maxTexts: env.MAX_CLIENT_BATCH,
      onPageError: env.OCR_ON_PAGE_ERROR,
      textLayerFormat: env.OCR_TEXT_LAYER_FORMAT,
      documentTimeoutMs: env.OCR_DOCUMENT_TIMEOUT * 1000,
    },
    /** JSON bodies of all requests: one of the largest and some common ones; parsed, each is held four times for a moment. */
    jsonBodies: { maxHeldBytes: 40 * mebibyte },
    /** Answers that wait for slow readers: two documents of the longest text there may be, in Thai, with their pages. */
    answers: { maxHeldBytes: 96 * mebibyte },
    /** Documents that are received or read. */
    spool: {
      maxBytes: env.OCR_SPOOL_MAX_MB * mebibyte,
      /** Far more than are read at once, and far fewer than the 1,024 descriptors that a process has at least. */
      maxFiles: 256,
    },
    /** The folder of stored documents, which may be a share that hangs. */
    storedFolder: {
      /** Half of the threads for files. */
      atOnce: Math.max(1, Math.floor(machine.fileThreads / 2)),
      /** As many documents as the spool takes. */
      maxWaiting: 256,
      /** As long as a document may take to be sent. */
      maxWaitMs: env.BODY_TIMEOUT_SECONDS * 1000,
    },
    /** The processes that open documents. */
    pdf: {
      processes: env.PDF_WORKERS || pdfProcesses(cores, machine.memoryBytes, maxProcessMemoryBytes),
      pageTimeoutMs: env.PDF_PAGE_TIMEOUT_SECONDS * 1000,
      /** Of a document; one with more is refused. */
      maxPages: env.MAX_PAGES_PER_DOCUMENT,
      maxPagePixels: env.MAX_PAGE_MEGAPIXELS * 1_000_000,
      fewCharacters: env.OCR_CHAR_THRESHOLD,
      /** Four times a book of the most pages there may be; judging, cleaning and sending it holds nobody else up for long. */
      maxTextCharacters: 8_000_000,
      maxProcessMemoryBytes,
    },
    /** The embedded engine. */
    embedded: {
      processes: embeddedProcesses,
      /** The queue of pages before it lets in few more than are read; orientation asks beside that. */
      queueLimit: 256,
      maxWaitMs: 300_000,
      /** By the clock, which runs on while the machine is busy with other things. */
      pageTimeoutMs: env.OCR_TIMEOUT * 1000,
      /** A letter takes 5 s, noise of 4 megapixels 40 s; a page that has taken so much will not be read. */
      maxPageCpuMs: 120_000,
      idleMs: 60_000,
      recyclePages: 200,
      maxHeapBytes: 512 * mebibyte,
      /** A letter takes 460 MB at its peak. */
      maxMemoryBytes: 700 * mebibyte,
      maxPixels: 4_000_000,
    },
    /** Pages at the model, and documents that wait for it; the embedded engine's queue is bounded alike. */
    queue: {
      concurrency: env.OCR_CONCURRENCY,
      documentLimit: env.OCR_QUEUE_LIMIT,
      maxBytes: env.OCR_QUEUE_MAX_MB * mebibyte,
    },
    /** Readings of one page. */
    page: {
      maxAttempts: env.OCR_PAGE_ATTEMPTS,
      maxTiles: env.OCR_MAX_TILES,
      timeoutMs: env.OCR_TIMEOUT * 1000,
      /** The contract gives a call whose caller has gone one second. */
      abandonedMs: 400,
      /** Between pages the model is kept even where the operator wants it gone at the end of the queue. */
      keepAliveSeconds: env.OCR_RESIDENCY_WINDOW_SECONDS || 60,
      deferMs: env.OCR_DEFER_SECONDS * 1000,
    },
    /** What `/activity` tells of the last minutes: an hour's work of a busy service is some hundred requests. */
    activity: {
      keepMs: 15 * 60_000,
      everyMs: 5000,
      idleEveryMs: 60_000,
      maxDecisions: 500,
      maxRequests: 1000,
    },
    /** Finished pages that are kept. */
    pageCache: { maxBytes: env.OCR_PAGE_CACHE_MB * mebibyte, ttlMs: 30 * 60_000 },
    retrieval: {
      timeoutMs: env.RETRIEVAL_TIMEOUT_SECONDS * 1000,
      gpuIdleMs: env.RETRIEVAL_GPU_IDLE_SECONDS * 1000,
      threads: env.RETRIEVAL_THREADS,
      /** One that would need more is ended before the kernel ends whatever it likes. */
      maxChildMemoryBytes: 0.85 * machine.memoryBytes,
    },
  };
}

export type ServiceLimits = ReturnType<typeof limitsOf>;

/** No machine of this kind has work for more. */
const mostPdfProcesses = 8;
/** Of the memory, for PDF processes that have grown as far as they may between two tasks. */
const pdfMemoryShare = 0.25;

/** One for each core, as long as the memory bears it. */
function pdfProcesses(cores: number, memoryBytes: number, bytesOfOne: number): number {
  const fitting = Math.floor((pdfMemoryShare * memoryBytes) / bytesOfOne);
  return Math.max(1, Math.min(cores, mostPdfProcesses, fitting));
}
