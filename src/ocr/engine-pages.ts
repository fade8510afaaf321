import { type ErrorCode, SidecarError } from "../errors.ts";
import type { OpenDocument } from "../pdf/document.ts";
import { type DeskJob, type DeskReading, type EngineDesk, pageJob } from "./engine-desk.ts";
import { documentFailure, isPageFault, skippedPage, timedOut } from "./page-faults.ts";
import { countCodePoints, type PageResult } from "./page-result.ts";
import type { Lane } from "./queue.ts";
import type { OcrRequest } from "./request.ts";
import type { Tally } from "./tally.ts";

/** The longer side of a page's picture, in pixels: what the model was trained on (A4 is about 154 dpi). */
const longestSidePx = 1800;

/** The engines of the service. */
export interface EngineDesks {
  /** The model where Ollama is configured, else the embedded engine. */
  primary: EngineDesk;
  /** Takes the pages that the configured engine could not read. */
  fallback: EngineDesk | undefined;
}

/** A document's place at an engine. */
export interface Admission {
  desk: EngineDesk;
  lane: Lane;
  engineVersion: string;
  /** Why the fallback engine reads the whole document, where it does. */
  note?: string;
}

/** One page for an engine. */
export interface EnginePage {
  /** 1-based. */
  page: number;
  /** The page is mostly a picture, so it may lie on its side. */
  scanned: boolean;
}

export interface EnginePages {
  document: OpenDocument;
  pages: readonly EnginePage[];
  request: OcrRequest;
  signal: AbortSignal;
  onTurn: ((waitedMs: number) => void) | undefined;
}

/**
 * Admits a document to an engine's queue.
 *
 * @throws SidecarError `ocr_not_configured`, `ocr_busy`, or what the engine's server answered
 */
export async function admit(desks: EngineDesks, { document, request, signal }: EnginePages): Promise<Admission> {
  const { primary, fallback } = desks;
  if (request.engine === "np-dms-ocr" && primary.engine.name !== "np-dms-ocr") {
    throw new SidecarError(
      "ocr_not_configured",
      "Pages need the OCR model, but no Ollama is configured; set OLLAMA_API_URL.",
    );
  }
  try {
    return await admitAt(primary, document, signal);
  } catch (error) {
    if (fallback === undefined || signal.aborted || !isEngineFault(error)) throw error;
    const note = `read by ${fallback.engine.name}, because the model failed: ${error.message}`;
    return { ...(await admitAt(fallback, document, signal)), note };
  }
}

/** Reads pages at the engine in turns, and adds each to the tally as it finishes. */
export async function readAtEngine(
  admission: Admission,
  desks: EngineDesks,
  work: EnginePages,
  tally: Tally,
): Promise<void> {
  const { desk } = admission;
  const stop = new AbortController();
  const signal = AbortSignal.any([work.signal, stop.signal]);
  const kept = () => (desk.memory.enabled ? tally.keptPages : 0);
  const second = desk === desks.fallback ? undefined : new SecondEngine(desks.fallback, work.document);
  const readOne = async (wanted: EnginePage) => {
    const { page } = wanted;
    const startedMs = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedMs);
    let attempts = 0;
    const onAttempt = () => {
      attempts += 1;
    };
    const read = (at: Admission) => readPage(at, { ...work, signal, onAttempt }, wanted, elapsedMs);
    try {
      tally.add(await read(admission).catch((error: unknown) => readAgain(second, error, signal, read)));
    } catch (error) {
      if (signal.aborted) return;
      if (work.request.onPageError === "skip" && isPageFault(error)) {
        tally.add(skippedPage(page, desk.engine.name, error, { attempts, ms: elapsedMs() }));
      } else {
        stop.abort(documentFailure(page, error, kept()));
      }
    }
  };
  try {
    await Promise.all(work.pages.map(readOne));
    if (work.signal.aborted) throw timedOut(work.signal.reason, kept());
    stop.signal.throwIfAborted();
  } finally {
    second?.close();
  }
}

async function admitAt(desk: EngineDesk, document: OpenDocument, signal: AbortSignal): Promise<Admission> {
  const lane = desk.queue.admit(document.sizeBytes);
  try {
    return { desk, lane, engineVersion: await desk.engine.version(signal) };
  } catch (error) {
    lane.close(isAbandoned(signal));
    throw error;
  }
}

async function readPage(
  { desk, lane, engineVersion }: Admission,
  { document, request, signal, onTurn, onAttempt }: EnginePages & { onAttempt: () => void },
  { page, scanned }: EnginePage,
  elapsedMs: () => number,
): Promise<PageResult> {
  const queuedMs = performance.now();
  const ticket = { document, page, scanned, longestSidePx, request, engineVersion, signal, onAttempt };
  const ask = async (alone: boolean): Promise<DeskReading> => {
    const job = pageJob(desk, ticket, alone);
    const start = () => {
      onTurn?.(performance.now() - queuedMs);
      return job.start();
    };
    try {
      return await lane.add({ ...job, start }, signal);
    } catch (error) {
      if (signal.aborted || !isOthersFault(job, error)) throw error;
      return await ask(true);
    }
  };
  const { text, attempts, truncated, turnDegrees, ...said } = await ask(false);
  const warnings = [...(said.notes ?? []), ...said.warnings];
  const chars = countCodePoints(text);
  const result = { page, source: desk.engine.name, text, chars, attempts, ms: elapsedMs(), truncated, warnings };
  return turnDegrees === 0 ? result : { ...result, rotation: turnDegrees };
}

/** A joined reading that failed for its own words, or ran out of the time of the request that began it. */
function isOthersFault(job: DeskJob, error: unknown): boolean {
  if (job.joined() === "no" || !isEngineFault(error)) return false;
  return job.joined() === "other-words" || error.code === "page_timeout";
}

/** Gives a page that one engine could not read to the other, and says so. */
async function readAgain(
  second: SecondEngine | undefined,
  error: unknown,
  signal: AbortSignal,
  read: (at: Admission) => Promise<PageResult>,
): Promise<PageResult> {
  if (second === undefined || signal.aborted || !isEngineFault(error)) throw error;
  // A fallback that is busy must not hide why it was asked.
  const admission = await second.admission(signal).catch(() => undefined);
  if (admission === undefined) throw error;
  const result = await read(admission);
  return {
    ...result,
    warnings: [`read by ${result.source}, because the model failed: ${error.message}`, ...result.warnings],
  };
}

/** The fallback engine's place for one document, taken when the first page needs it. */
class SecondEngine {
  readonly #desk: EngineDesk | undefined;
  readonly #document: OpenDocument;
  #admission: Promise<Admission> | undefined;
  #lane: Lane | undefined;

  constructor(desk: EngineDesk | undefined, document: OpenDocument) {
    this.#desk = desk;
    this.#document = document;
  }

  async admission(signal: AbortSignal): Promise<Admission | undefined> {
    if (this.#desk === undefined) return undefined;
    this.#admission ??= admitAt(this.#desk, this.#document, signal);
    const admission = await this.#admission;
    this.#lane = admission.lane;
    return admission;
  }

  close(): void {
    this.#lane?.close(false);
  }
}

const engineFaults: ReadonlySet<ErrorCode> = new Set([
  "ocr_failed",
  "page_timeout",
  "ollama_busy",
  "ollama_unreachable",
  "model_not_installed",
]);

const isEngineFault = (error: unknown): error is SidecarError =>
  error instanceof SidecarError && engineFaults.has(error.code);

/** Whether work ended because its caller has gone. */
export const isAbandoned = (signal: AbortSignal) =>
  signal.aborted && signal.reason instanceof SidecarError && signal.reason.code === "client_gone";
