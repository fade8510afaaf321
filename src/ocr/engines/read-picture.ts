import type { PlaceInDocument } from "../queue/page-queue.ts";
import { type Admission, type EnginePage, type EnginePages, isEngineFault, type TextDelta } from "./admission.ts";
import { drawWholePage } from "./draw-page.ts";
import { createReadingJob, type DrawnPicture, type OrientedReading, type ReadingJob } from "./engine-pipeline.ts";
import type { EngineRequest } from "./page-engine.ts";

/** The work for a document, as far as one of its pictures needs it. */
export type PictureWork = Pick<EnginePages, "document" | "request" | "signal" | "onTurn" | "onDelta"> & {
  onAttempt: () => void;
};

export interface QueuedPicture {
  of: Pick<TextDelta, "page" | "tile">;
  draw(): Promise<DrawnPicture>;
  /** What of the request is not as the caller asked for. */
  instructions?: Pick<EngineRequest, "withoutTags">;
  place?: PlaceInDocument;
}

/** Has a picture of the document read in its turn, from the cache, or with a reading that runs already. */
export async function readPicture(
  { pipeline, queued, engineVersion }: Admission,
  { request, signal, onTurn, onAttempt, onDelta }: PictureWork,
  { of, draw, instructions, place }: QueuedPicture,
): Promise<OrientedReading> {
  const queuedMs = performance.now();
  const wanted = { draw, request: { ...request, ...instructions }, engineVersion, signal, onAttempt };
  let lastAttempt = 0;
  const ask = async (alone: boolean): Promise<OrientedReading> => {
    // Who asks again after a reading of others goes on counting: what is written then replaces theirs.
    const before = lastAttempt;
    const onPiece = (attempt: number, text: string) => {
      lastAttempt = before + attempt;
      onDelta?.({ ...of, attempt: lastAttempt, text });
    };
    const job = createReadingJob(pipeline, { ...wanted, onPiece: onDelta && onPiece }, alone);
    const start = () => {
      onTurn?.(performance.now() - queuedMs);
      return job.start();
    };
    try {
      const reading = await queued.add({ ...job, start }, signal, place);
      // Cut short by the other request's parameters.
      return reading.truncated && job.joined() === "other-instructions" ? await ask(true) : reading;
    } catch (error) {
      if (signal.aborted || !isOthersFault(job, error)) throw error;
      return await ask(true);
    }
  };
  return await ask(false);
}

/** Has a page read in one picture, upright where the engine's orientation is sure. */
export const readWholePage = (
  admission: Admission,
  work: PictureWork,
  wanted: EnginePage,
  place?: PlaceInDocument,
): Promise<OrientedReading> =>
  readPicture(admission, work, {
    of: { page: wanted.page },
    draw: () => drawWholePage({ ...work, orient: admission.pipeline.orient }, wanted),
    ...(place === undefined ? {} : { place }),
  });

/** A joined reading that failed for its own instructions, or ran out of the time of the request that began it. */
function isOthersFault(job: ReadingJob, error: unknown): boolean {
  if (job.joined() === "no" || !isEngineFault(error)) return false;
  return job.joined() === "other-instructions" || error.code === "page_timeout";
}
