import { documentFailure, isPageFault, skippedPage, timedOut } from "../page-faults.ts";
import { countCodePoints, type PageResult } from "../page-result.ts";
import type { Tally } from "../tally.ts";
import { type Admission, type EngineDesks, type EnginePage, type EnginePages, isEngineFault } from "./admission.ts";
import { type DeskJob, type DeskReading, pageJob } from "./engine-desk.ts";
import { SecondEngine } from "./second-engine.ts";

/** The longer side of a page's picture, in pixels: what the model was trained on (A4 is about 154 dpi). */
const longestSidePx = 1800;

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
  } catch (error) {
    // Nothing of the document may go on when it is closed.
    stop.abort(error);
    throw error;
  } finally {
    second?.close();
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
