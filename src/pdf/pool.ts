import PQueue from "p-queue";
import { SidecarError, shuttingDown } from "../errors.ts";
import { type KeptProcess, startProcess } from "../processes/kept-process.ts";
import { ProcessGone } from "../processes/process-exit.ts";
import { createRefusals } from "../processes/refusals.ts";
import { createSlots } from "../processes/slots.ts";
import type { PdfPool } from "./document.ts";
import { breaksEngine, refusedDocument, refusedPage, tooSlowForEngine } from "./document-faults.ts";
import {
  type DocumentRef,
  type EngineJob,
  type JobResult,
  type ProcessReply,
  type ProcessRequest,
  processReply,
} from "./messages.ts";
import { openPooledDocument } from "./pooled-document.ts";

export interface PdfPoolOptions {
  /** Processes, at least 1; as many as cores is best. */
  processes: number;
  /** Time for one page. A page that needs more fails with `document_too_complex`, and the process is replaced. */
  pageTimeoutMs: number;
  /** Documents with more pages are refused before any page is read. */
  maxPages: number;
  /** Pixels that one picture on a page may have when decoded. */
  maxPagePixels: number;
  /** UTF-16 code units of all text layers of a document together; held at once by the service. Beyond it `text_too_large`. */
  maxTextCharacters: number;
  /** Pages with no more characters of text are looked at for what else is drawn on them. */
  fewCharacters: number;
  /** WASM memory above which a process is replaced after its task; twice as much is refused to it. A fresh one has 20 MiB. */
  maxProcessMemoryBytes: number;
  /** Tasks after which a process is replaced; default 20,000: a fresh one takes 2 s of CPU until it is as fast again. */
  recycleAfterTasks?: number;
  /** Tasks that may wait for a process; beyond them `ocr_busy`. Default 1,024. Documents themselves queue few at a time. */
  maxQueuedTasks?: number;
  /** Longest wait of a task for a process; beyond it `ocr_busy`. Default five minutes. */
  maxWaitMs?: number;
  /** The program of a process; tests put a hostile one in its place. */
  program?: URL;
}

type EngineProcess = KeptProcess<ProcessRequest, ProcessReply>;

/** A process is ready in 0.3 s; a loaded machine may take long, a broken one for ever. */
const readyTimeoutMs = 30_000;
/** So that one large page still can be read: 100 megapixels of colour take 600 MB, as file and as pixels. */
const hardLimit = 2;
/** Resident memory of a process beside that of its engine: Bun itself, and the pixels on their way. */
const besideEngineBytes = 256 * 1024 * 1024;
/** Documents that have had so much of the processes' time leave one process to the others, where there are several. */
const longWorkMs = 500;
/** Processes that one task, and one page, may kill. */
const killsAllowed = 2;
const refusalBounds = { deaths: killsAllowed, rememberMs: 10 * 60_000, maxEntries: 1000 };

/**
 * Starts the processes that open documents. One that crashes, runs out of time or reports a broken engine is replaced;
 * the task is repeated once on a fresh one, before those that wait (not after a time-out), and then fails alone with
 * `document_too_complex`. A page that two processes died of is refused for ten minutes, by the hash of its document, and so
 * is a document that they could not open. What is open is bounded by the callers.
 */
export function createPdfPool(options: PdfPoolOptions): PdfPool {
  const { pageTimeoutMs, maxProcessMemoryBytes, recycleAfterTasks = 20_000 } = options;
  const refusals = createRefusals({ ...refusalBounds, now: () => performance.now() });
  /** Keys of the documents that a process has probably still open. */
  const openIn = new WeakMap<EngineProcess, Set<number>>();
  const slots = createSlots<ProcessRequest, ProcessReply>({
    count: Math.max(1, options.processes),
    start: () =>
      startProcess({
        name: "PDF process",
        program: options.program ?? new URL("./engine/program.ts", import.meta.url),
        argv: [String(hardLimit * maxProcessMemoryBytes)],
        reply: processReply,
        readyTimeoutMs,
        maxMemoryBytes: hardLimit * maxProcessMemoryBytes + besideEngineBytes,
      }),
    maxQueued: options.maxQueuedTasks ?? 1024,
    maxWaitMs: options.maxWaitMs ?? 5 * 60_000,
    busy: tooManyDocuments,
    judge(reply, { answered }) {
      if (reply.type === "poisoned") return "replace";
      return reply.heapBytes > maxProcessMemoryBytes || answered >= recycleAfterTasks ? "recycle" : "keep";
    },
  });
  /** Time that the processes have spent on each open document, and the queue of those that have had much of it. */
  const usedMs = new WeakMap<DocumentRef, number>();
  const longWork = new PQueue({ concurrency: Math.max(1, options.processes - 1) });
  let lastKey = 0;

  /** Does a job, a second time where the first process died of it. */
  async function run(document: DocumentRef, sha256: string, job: EngineJob, signal: AbortSignal): Promise<JobResult> {
    for (let kills = 1; ; kills += 1) {
      const doIt = () => attempt(document, job, kills > 1, signal);
      const isLong = (usedMs.get(document) ?? 0) > longWorkMs;
      const outcome = await (isLong ? longWork.add(doIt, { signal }) : doIt());
      if ("result" in outcome) return outcome.result;
      const culprit = culpritOf(job, sha256);
      if (culprit !== undefined) refusals.processDied(culprit);
      if (kills >= killsAllowed || outcome.timedOut) throw tooComplex(job, outcome.timedOut, pageTimeoutMs);
    }
  }

  async function attempt(
    document: DocumentRef,
    job: EngineJob,
    isRepeated: boolean,
    signal: AbortSignal,
  ): Promise<{ result: JobResult } | { timedOut: boolean }> {
    let takenMs: number | undefined;
    try {
      const reply = await slots.run(
        { type: "task", document, job },
        {
          timeoutMs: pageTimeoutMs,
          signal,
          isRepeated,
          prefers: (process) => openIn.get(process)?.has(document.key) === true,
          onTaken: (process) => {
            takenMs = performance.now();
            noteOpen(process, document.key);
          },
        },
      );
      switch (reply.type) {
        case "done":
          return { result: reply.result };
        case "fault":
          throw new SidecarError(reply.code, reply.message);
        case "poisoned":
          return { timedOut: false };
        default:
          return reply satisfies never;
      }
    } catch (error) {
      if (error instanceof ProcessGone) return { timedOut: error.exit.why === "timed-out" };
      throw error;
    } finally {
      if (takenMs !== undefined) usedMs.set(document, (usedMs.get(document) ?? 0) + performance.now() - takenMs);
    }
  }

  function noteOpen(process: EngineProcess, key: number): void {
    const keys = openIn.get(process) ?? new Set();
    openIn.set(process, keys.add(key));
  }

  function forget(key: number): void {
    for (const process of slots.processes()) {
      if (openIn.get(process)?.delete(key)) process.tell({ type: "forget", key });
    }
  }

  return {
    open(file, kind, signal) {
      lastKey += 1;
      const document: DocumentRef = { key: lastKey, kind, path: file.path, sizeBytes: file.sizeBytes };
      return openPooledDocument({
        file,
        kind,
        signal,
        limits: options,
        refusal(page) {
          const seconds = refusals.secondsLeft(page === undefined ? file.sha256 : pageKey(file.sha256, page));
          return seconds === undefined ? undefined : refused(page, seconds);
        },
        run: (job, taskSignal) => run(document, file.sha256, job, taskSignal),
        freeProcesses() {
          const { ready, busy, queued } = slots.status();
          return Math.max(0, ready - busy - queued);
        },
        forget: () => forget(document.key),
      });
    },
    status: slots.status,
    close: () => slots.close(shuttingDown()),
  };
}

function tooComplex(job: EngineJob, timedOut: boolean, pageTimeoutMs: number): SidecarError {
  const page = pageOf(job);
  const sentence = timedOut ? tooSlowForEngine(page, pageTimeoutMs) : breaksEngine(page);
  return new SidecarError("document_too_complex", sentence);
}

function pageOf(job: EngineJob): number | undefined {
  switch (job.type) {
    case "open":
      return undefined;
    case "read-pages":
      return job.pages.length === 1 ? job.pages[0] : undefined;
    case "render":
    case "plan-tiles":
    case "render-tile":
      return job.page;
    default:
      return job satisfies never;
  }
}

/** What a process died of; of several pages it is not known which, and whoever wants to know asks for each alone. */
function culpritOf(job: EngineJob, sha256: string): string | undefined {
  if (job.type === "open") return sha256;
  const page = pageOf(job);
  return page === undefined ? undefined : pageKey(sha256, page);
}

const pageKey = (sha256: string, page: number) => `${sha256} ${page}`;

const refused = (page: number | undefined, retryAfterSeconds: number) =>
  new SidecarError("document_refused", page === undefined ? refusedDocument : refusedPage(page), { retryAfterSeconds });

const tooManyDocuments = () =>
  new SidecarError("ocr_busy", "Too many documents are being opened; try again shortly.", { retryAfterSeconds: 2 });
