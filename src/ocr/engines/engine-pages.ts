import { documentFailure, isPageFault, skippedPage, timedOut } from "../page-faults.ts";
import { countCodePoints, type PageResult } from "../page-result.ts";
import type { ResultBuilder } from "../result-builder.ts";
import { readLargePage } from "../tiles/read-large-page.ts";
import type { TiledReading } from "../tiles/read-tiles.ts";
import type { Admission, EnginePage, EnginePages, EnginePipelines } from "./admission.ts";
import { mayNeedPieces } from "./draw-page.ts";
import type { OrientedReading } from "./engine-pipeline.ts";
import { createFallback } from "./fallback.ts";
import { readWholePage } from "./read-picture.ts";

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
  const next = pipeline === pipelines.embedded ? undefined : pipelines.fallback;
  const fallback = createFallback(next, work.document);
  const readOne = async (wanted: EnginePage) => {
    const { page } = wanted;
    const startedMs = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedMs);
    let attempts = 0;
    const onAttempt = () => {
      attempts += 1;
    };
    const read = (at: Admission) => {
      // Before a fallback, which reads the page whole, a piece that fails is the end of it.
      const keepsOtherPieces = work.request.onPageError === "skip" && (next === undefined || at.pipeline === next);
      return readPage(at, { ...work, signal, onAttempt, keepsOtherPieces }, wanted, elapsedMs);
    };
    try {
      result.add(await read(admission).catch((error: unknown) => fallback.readInstead(error, signal, read)));
    } catch (error) {
      if (signal.aborted) return;
      if (work.request.onPageError === "skip" && isPageFault(error)) {
        result.add(skippedPage(page, pipeline.engine.name, error, { attempts, ms: elapsedMs() }));
      } else {
        const progress = { kept: kept(), read: result.readPages(), wanted: work.wantedPages };
        stop.abort(documentFailure(page, error, progress));
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
  admission: Admission,
  work: EnginePages & { onAttempt: () => void; keepsOtherPieces: boolean },
  wanted: EnginePage,
  elapsedMs: () => number,
): Promise<PageResult> {
  const reading: OrientedReading & Partial<TiledReading> = mayNeedPieces(wanted)
    ? await readLargePage(admission, work, wanted)
    : await readWholePage(admission, work, wanted);
  const { text, attempts, truncated, turnDegrees, tiles, ...said } = reading;
  const result: PageResult = {
    page: wanted.page,
    source: admission.pipeline.engine.name,
    text,
    chars: countCodePoints(text),
    attempts,
    ms: elapsedMs(),
    truncated,
    warnings: [...(said.notes ?? []), ...said.warnings],
  };
  if (turnDegrees !== 0) result.rotation = turnDegrees;
  if (tiles !== undefined) result.tiles = tiles;
  return result;
}
