import { documentFailure, isPageFault, skippedPage, timedOut } from "../page-faults.ts";
import { countCodePoints, type PageResult } from "../page-result.ts";
import type { ResultBuilder } from "../result-builder.ts";
import { type Admission, type EnginePage, type EnginePages, type EnginePipelines, isEngineFault } from "./admission.ts";
import { createReadingJob, type OrientedReading, type ReadingJob } from "./engine-pipeline.ts";
import { createFallback } from "./fallback.ts";

/** The longer side of a page's picture, in pixels: what the model was trained on (A4 is about 154 dpi). */
const longestSidePx = 1800;

/** Reads pages at the engine in turns, and adds each to the result as it finishes. */
export async function readAtEngine(
  admission: Admission,
  pipelines: EnginePipelines,
  work: EnginePages,
  result: ResultBuilder,
): Promise<void> {
  const { pipeline } = admission;
  const stop = new AbortController();
  const signal = AbortSignal.any([work.signal, stop.signal]);
  const kept = () => (pipeline.cache.enabled ? result.keptPages() : 0);
  const fallback = createFallback(pipeline === pipelines.fallback ? undefined : pipelines.fallback, work.document);
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
      result.add(await read(admission).catch((error: unknown) => fallback.readInstead(error, signal, read)));
    } catch (error) {
      if (signal.aborted) return;
      if (work.request.onPageError === "skip" && isPageFault(error)) {
        result.add(skippedPage(page, pipeline.engine.name, error, { attempts, ms: elapsedMs() }));
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
    fallback.close();
  }
}

async function readPage(
  { pipeline, queued, engineVersion }: Admission,
  { document, request, signal, onTurn, onAttempt }: EnginePages & { onAttempt: () => void },
  { page, scanned }: EnginePage,
  elapsedMs: () => number,
): Promise<PageResult> {
  const queuedMs = performance.now();
  const wanted = { document, page, scanned, longestSidePx, request, engineVersion, signal, onAttempt };
  const ask = async (alone: boolean): Promise<OrientedReading> => {
    const job = createReadingJob(pipeline, wanted, alone);
    const start = () => {
      onTurn?.(performance.now() - queuedMs);
      return job.start();
    };
    try {
      const reading = await queued.add({ ...job, start }, signal);
      // Cut short by the other request's parameters.
      return reading.truncated && job.joined() === "other-instructions" ? await ask(true) : reading;
    } catch (error) {
      if (signal.aborted || !isOthersFault(job, error)) throw error;
      return await ask(true);
    }
  };
  const { text, attempts, truncated, turnDegrees, ...said } = await ask(false);
  const warnings = [...(said.notes ?? []), ...said.warnings];
  const chars = countCodePoints(text);
  const result = { page, source: pipeline.engine.name, text, chars, attempts, ms: elapsedMs(), truncated, warnings };
  return turnDegrees === 0 ? result : { ...result, rotation: turnDegrees };
}

/** A joined reading that failed for its own instructions, or ran out of the time of the request that began it. */
function isOthersFault(job: ReadingJob, error: unknown): boolean {
  if (job.joined() === "no" || !isEngineFault(error)) return false;
  return job.joined() === "other-instructions" || error.code === "page_timeout";
}
