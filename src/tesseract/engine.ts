import { SidecarError, shuttingDown } from "../errors.ts";
import { startProcess } from "../processes/kept-process.ts";
import { ProcessGone } from "../processes/process-exit.ts";
import { createSlots, type SlotsStatus } from "../processes/slots.ts";
import { type EngineReply, type EngineRequest, engineReply } from "./messages.ts";
import { decideOrientation, type Orientation } from "./orientation.ts";
import { readingWarnings } from "./reading-warnings.ts";
import type { RecogniserFiles } from "./recogniser/recogniser-files.ts";

export interface TesseractEngineOptions {
  /** Pages read at once, each by a process that takes 350 to 600 MB while it lives. */
  processes: number;
  /** Pages that wait for a process, and how long; beyond either a page is `ocr_busy`. */
  queueLimit: number;
  maxWaitMs: number;
  /** For one page once a process has taken it, by the clock. */
  pageTimeoutMs: number;
  /** CPU time for one page, which a busy machine does not use up. */
  maxPageCpuMs: number;
  /** A process without work for so long is ended; 0 ends it after each page. */
  idleMs: number;
  /** A process is replaced after so many pages, and when its WASM memory has grown beyond `maxHeapBytes`. */
  recyclePages: number;
  maxHeapBytes: number;
  /** Resident memory at which a process is ended while it reads. */
  maxMemoryBytes: number;
  /** Larger pictures are refused before they are decoded. */
  maxPixels: number;
  /** The network that finds lines of text; without it columns and tables are read straight across, and each page says so. */
  detectorFile: string | undefined;
  /** What reads lines once more on which two readings do not agree. */
  recogniser?: RecogniserFiles;
  /** What reads numbers once more; without it each page with numbers says so. */
  numberReader: RecogniserFiles | undefined;
  /** The program of a process; tests put a hostile one in its place. */
  program?: URL;
}

export interface TesseractReading {
  /** Lines in reading order; rows of tables and forms are lines. SARA AM may be in its decomposed spelling. */
  text: string;
  /** 0 to 100; 87 to 93 on pages whose error rates run from 4 % to 45 %, so never a reason to believe a page. */
  confidence: number;
  /** Share of the ink outside the recognised words, 0 to 1. */
  inkOutside: number;
  warnings: string[];
}

/** The embedded engine. Its methods take PNG as the page renderer makes them. */
export interface TesseractEngine {
  /**
   * Reads an upright page. Throws `ocr_failed` for a picture that cannot be read, `page_timeout`, `ocr_busy` when the
   * queue is full, `shutting_down` after `close`, or the signal's reason.
   */
  read(png: Uint8Array, signal: AbortSignal): Promise<TesseractReading>;
  /** How the page lies; errors as `read`. Takes 0.2 s. */
  detectOrientation(png: Uint8Array, signal: AbortSignal): Promise<Orientation>;
  status(): SlotsStatus;
  /** Ends all processes; what is being read or waits is rejected with `shutting_down`. */
  close(): Promise<void>;
}

const readyTimeoutMs = 30_000;
/**
 * For the C library: large blocks go back to the system when they are free. Without it the network that finds lines leaves
 * a process with 100 MB more after each page.
 */
const keptSmall = { MALLOC_ARENA_MAX: "1", MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" };
/**
 * For Bun's JavaScriptCore: only what of the recogniser's WebAssembly runs eight times as long as by default (50,000) is compiled
 * a second time, with all optimisations. The first page of a process takes 1 s of CPU less, later ones as much as before.
 * Bun has no stable name for it, and ends with an error where it knows none of this name: to be looked at with each new Bun.
 */
const compiledLater = { BUN_JSC_thresholdForOMGOptimizeAfterWarmUp: "400000" };

/** Nothing is started until the first page comes. */
export function createTesseractEngine(options: TesseractEngineOptions): TesseractEngine {
  const { pageTimeoutMs, maxPageCpuMs, maxHeapBytes, recyclePages } = options;
  const slots = createSlots<EngineRequest, EngineReply>({
    count: options.processes,
    idleMs: options.idleMs,
    start: () =>
      startProcess({
        name: "Tesseract process",
        program: options.program ?? new URL("./program.ts", import.meta.url),
        environment: { ...keptSmall, ...compiledLater },
        argv: [
          String(options.maxPixels),
          options.detectorFile ?? "",
          options.recogniser?.model ?? "",
          options.recogniser?.dictionary ?? "",
          options.numberReader?.model ?? "",
          options.numberReader?.dictionary ?? "",
        ],
        reply: engineReply,
        readyTimeoutMs,
        maxMemoryBytes: options.maxMemoryBytes,
      }),
    maxQueued: options.queueLimit,
    maxWaitMs: options.maxWaitMs,
    busy: () =>
      new SidecarError("ocr_busy", "The embedded engine has no room for another page; ask again in a moment.", {
        retryAfterSeconds: 5,
      }),
    judge(reply, { answered }) {
      if (reply.kind === "failed") return reply.broken ? "replace" : "keep";
      return answered >= recyclePages || reply.heapBytes > maxHeapBytes ? "recycle" : "keep";
    },
  });

  async function run(request: EngineRequest, signal: AbortSignal): Promise<Exclude<EngineReply, { kind: "failed" }>> {
    const bounds = { timeoutMs: pageTimeoutMs, maxCpuMs: maxPageCpuMs };
    const reply = await slots.run(request, { ...bounds, signal }).catch((error: unknown) => {
      throw error instanceof ProcessGone ? lost(error, bounds) : error;
    });
    if (reply.kind !== "failed") return reply;
    throw new SidecarError("ocr_failed", "The embedded engine cannot read this page.", { cause: reply.message });
  }

  return {
    async read(png, signal) {
      const answer = await run({ task: "read", png }, signal);
      if (answer.kind !== "page") throw answeredSomethingElse();
      const { text, confidence, inkOutside } = answer.page;
      return {
        text,
        confidence,
        inkOutside,
        warnings: readingWarnings({ ...answer.page, ...answer }),
      };
    },
    async detectOrientation(png, signal) {
      const answer = await run({ task: "orientation", png }, signal);
      if (answer.kind !== "orientation") throw answeredSomethingElse();
      return decideOrientation(answer.orientation);
    },
    status: slots.status,
    close: () => slots.close(shuttingDown()),
  };
}

function lost(error: ProcessGone, { timeoutMs, maxCpuMs }: { timeoutMs: number; maxCpuMs: number }): SidecarError {
  const { why } = error.exit;
  if (why === "timed-out") {
    const within = `within ${timeoutMs / 1000} s`;
    return new SidecarError("page_timeout", `The embedded engine did not read this page ${within}; raise OCR_TIMEOUT.`);
  }
  if (why === "out-of-cpu-time") {
    const spent = `${maxCpuMs / 1000} s of CPU time`;
    return new SidecarError(
      "page_timeout",
      `The embedded engine did not read this page in ${spent}; send a cleaner or smaller picture.`,
    );
  }
  return new SidecarError("ocr_failed", "The embedded engine stopped while it read this page; ask again.", {
    cause: error,
  });
}

const answeredSomethingElse = () => new SidecarError("internal_error", "The embedded engine answered something else.");
