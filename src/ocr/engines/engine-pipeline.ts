import { createHash } from "node:crypto";
import type { RenderedPage } from "../../pdf/document.ts";
import type { PageJob } from "../queue/page-job.ts";
import type { PageQueue } from "../queue/page-queue.ts";
import type { OcrRequest } from "../request.ts";
import type { PageCache, ReadingKey } from "./page-cache.ts";
import type { EngineRequest, OnPiece, Orient, PageEngine, PageReading, ReadingListener } from "./page-engine.ts";
import type { SharedReadings } from "./shared-readings.ts";

/** An engine with the queue before it and the cache behind it. */
export interface EnginePipeline {
  engine: PageEngine;
  queue: PageQueue;
  cache: PageCache<PageReading>;
  running: SharedReadings<PageReading>;
  /** Finds how scanned pages lie; undefined where they are read as they lie. */
  orient: Orient | undefined;
  /** Pieces that one page is read in, at most. */
  maxTiles: number;
}

/** A picture for the engine. */
export interface DrawnPicture {
  picture: RenderedPage;
  /** How far its page was turned for it, clockwise: 0, 90, 180 or 270. */
  turnDegrees: number;
}

/** A page or a piece of one, and under which instructions it is to be read. */
export interface PictureToRead extends ReadingListener {
  draw(): Promise<DrawnPicture>;
  request: EngineRequest & Pick<OcrRequest, "caller">;
  /** From `engine.version`. */
  engineVersion: string;
  signal: AbortSignal;
}

/** A reading together with how far the page was turned for it. */
export interface OrientedReading extends PageReading {
  /** Clockwise: 0, 90, 180 or 270. */
  turnDegrees: number;
}

/** A page as a job of the queue, with what became of it. */
export interface ReadingJob extends PageJob<OrientedReading> {
  /** Whether it was joined to a reading that another request had begun. */
  joined(): "no" | "same-instructions" | "other-instructions";
}

interface Prepared extends DrawnPicture {
  key: ReadingKey;
}

/**
 * A picture as a job of the queue. Preparing draws it; then it is answered from the cache, joined
 * to a running reading of the same page, or begun. `alone` forbids joining. What was read under other instructions than
 * those asked for is taken only from the same caller, who has given up on them, and only where it is whole.
 */
export function createReadingJob(pipeline: EnginePipeline, wanted: PictureToRead, alone = false): ReadingJob {
  let preparing: Promise<void> | undefined;
  let prepared: Prepared | undefined;
  let joined: ReturnType<ReadingJob["joined"]> = "no";
  const prepare = async () => {
    const drawn = await wanted.draw();
    prepared = { ...drawn, key: readingKey(pipeline.engine, wanted, drawn.picture) };
  };
  const turned = (result: Promise<PageReading>, { picture, turnDegrees }: Prepared) => {
    const { warnings = [] } = picture;
    // The picture is needed once; a queued document must not hold the pictures of its finished pages.
    prepared = undefined;
    return result.then((reading) => ({ ...reading, warnings: [...warnings, ...reading.warnings], turnDegrees }));
  };
  return {
    prepare: () => {
      preparing ??= prepare();
      return preparing;
    },
    join: () => {
      if (prepared === undefined) return undefined;
      const kept = pipeline.cache.find(prepared.key);
      if (kept !== undefined) {
        return turned(
          Promise.resolve(reused(kept.reading, "an earlier reading of this page", !kept.otherInstructions)),
          prepared,
        );
      }
      const running = alone ? undefined : pipeline.running.join(prepared.key, wanted.signal, wanted.onPiece);
      if (running === undefined) return undefined;
      joined = running.sameInstructions ? "same-instructions" : "other-instructions";
      const what = "a reading of this page that was under way";
      return turned(
        running.result.then((reading) => reused(reading, what, running.sameInstructions)),
        prepared,
      );
    },
    start: () => {
      if (prepared === undefined) throw new Error("a page was started before it was prepared");
      const { picture, key } = prepared;
      const { request, onAttempt } = wanted;
      const read = async (signal: AbortSignal, askedBy: ReadonlySet<string>, onPiece: OnPiece) => {
        const reading = await pipeline.engine.read(picture, request, signal, { onAttempt, onPiece });
        if (!reading.readEmpty) pipeline.cache.keep(key, reading, askedBy);
        return reading;
      };
      const begun = pipeline.running.begin(key, read, wanted.signal, wanted.onPiece);
      return { result: turned(begun.result, prepared), slot: begun.settled };
    },
    joined: () => joined,
  };
}

function reused(reading: PageReading, what: string, sameInstructions: boolean): PageReading {
  const { notes: _, ...kept } = reading;
  const difference = sameInstructions ? "" : ", made with another request's prompt, tags or parameters";
  return { ...kept, attempts: 0, warnings: [`${what} was used${difference}`, ...reading.warnings] };
}

function readingKey(engine: PageEngine, wanted: PictureToRead, rendered: RenderedPage): ReadingKey {
  const { request } = wanted;
  const tagged = request.dmsTags !== undefined && request.dmsTags.length > 0;
  const bare = request.systemPrompt === undefined && !tagged && Object.keys(request.options).length === 0;
  const picture = createHash("sha256").update(rendered.png).digest("hex");
  const instructions = createHash("sha256").update(engine.instructions(request)).digest("hex");
  return { page: `${engine.name}|${wanted.engineVersion}|${picture}`, instructions, bare, caller: request.caller };
}
