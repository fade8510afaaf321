import { createHash } from "node:crypto";
import type { OpenDocument, RenderedPage } from "../../pdf/document.ts";
import type { PageJob } from "../queue/page-job.ts";
import type { PageQueue } from "../queue/page-queue.ts";
import type { Orient } from "./orient.ts";
import type { EngineRequest, PageEngine, PageReading } from "./page-engine.ts";
import type { PageMemory, ReadingKey } from "./page-memory.ts";
import type { SharedReadings } from "./shared-readings.ts";

/** An engine with the queue before it and the memory behind it. */
export interface EngineDesk {
  engine: PageEngine;
  queue: PageQueue;
  memory: PageMemory<PageReading>;
  running: SharedReadings<PageReading>;
  /** Finds how scanned pages lie; undefined where they are read as they lie. */
  orient: Orient | undefined;
}

export interface PageTicket {
  document: OpenDocument;
  page: number;
  /** The page is mostly a picture, so it may lie on its side. */
  scanned: boolean;
  longestSidePx: number;
  request: EngineRequest;
  /** From `engine.version`. */
  engineVersion: string;
  signal: AbortSignal;
  /** Called whenever the page is given to the engine for this ticket. */
  onAttempt?: () => void;
}

/** A reading together with how far the page was turned for it. */
export interface DeskReading extends PageReading {
  /** Clockwise: 0, 90, 180 or 270. */
  turnDegrees: number;
}

/** A page as a job of the queue, with what became of it. */
export interface DeskJob extends PageJob<DeskReading> {
  /** Whether it was joined to a reading that another request had begun. */
  joined(): "no" | "same-words" | "other-words";
}

interface Prepared {
  picture: RenderedPage;
  turnDegrees: number;
  key: ReadingKey;
}

/**
 * A page as a job of the queue. Preparing renders it and turns it upright; then it is answered from memory, joined
 * to a running reading of the same page, or begun. `alone` forbids joining.
 */
export function pageJob(desk: EngineDesk, ticket: PageTicket, alone = false): DeskJob {
  let preparing: Promise<void> | undefined;
  let prepared: Prepared | undefined;
  let joined: ReturnType<DeskJob["joined"]> = "no";
  const prepare = async () => {
    prepared = await preparePage(desk, ticket);
  };
  const turned = (result: Promise<PageReading>, { turnDegrees }: Prepared) => {
    // The picture is needed once; a queued document must not hold the pictures of its finished pages.
    prepared = undefined;
    return result.then((reading) => ({ ...reading, turnDegrees }));
  };
  return {
    prepare: () => {
      preparing ??= prepare();
      return preparing;
    },
    join: () => {
      if (prepared === undefined) return undefined;
      const kept = desk.memory.find(prepared.key);
      if (kept !== undefined) {
        return turned(
          Promise.resolve(reused(kept.reading, "an earlier reading of this page", !kept.otherParameters)),
          prepared,
        );
      }
      const running = alone ? undefined : desk.running.join(prepared.key, ticket.signal);
      if (running === undefined) return undefined;
      joined = running.sameWords ? "same-words" : "other-words";
      const what = "a reading of this page that was under way";
      return turned(
        running.result.then((reading) => reused(reading, what, running.sameWords)),
        prepared,
      );
    },
    start: () => {
      if (prepared === undefined) throw new Error("a page was started before it was prepared");
      const { picture, key } = prepared;
      const read = async (signal: AbortSignal) => {
        const reading = await desk.engine.read(picture, ticket.request, signal, ticket.onAttempt);
        if (!reading.readEmpty) desk.memory.keep(key, reading);
        return reading;
      };
      const begun = desk.running.begin(key, read, ticket.signal);
      return { result: turned(begun.result, prepared), slot: begun.settled };
    },
    joined: () => joined,
  };
}

async function preparePage({ engine, orient }: EngineDesk, ticket: PageTicket): Promise<Prepared> {
  const { document, page, longestSidePx, signal } = ticket;
  const upright = await document.render(page, { longestSidePx, turnDegrees: 0 }, signal);
  const turnDegrees = ticket.scanned && orient !== undefined ? await orient(upright, signal) : 0;
  const picture = turnDegrees === 0 ? upright : await document.render(page, { longestSidePx, turnDegrees }, signal);
  return { picture, turnDegrees, key: readingKey(engine, ticket, picture) };
}

function reused(reading: PageReading, what: string, sameWords: boolean): PageReading {
  const { notes: _, ...kept } = reading;
  const words = sameWords ? "" : ", made with another request's prompt, tags or parameters";
  return { ...kept, attempts: 0, warnings: [`${what} was used${words}`, ...reading.warnings] };
}

function readingKey(engine: PageEngine, ticket: PageTicket, rendered: RenderedPage): ReadingKey {
  const { request } = ticket;
  const tagged = request.dmsTags !== undefined && request.dmsTags.length > 0;
  const bare = request.systemPrompt === undefined && !tagged && Object.keys(request.options).length === 0;
  const picture = createHash("sha256").update(rendered.png).digest("hex");
  const words = createHash("sha256").update(engine.words(request)).digest("hex");
  return { page: `${engine.name}|${ticket.engineVersion}|${picture}`, parameters: words, bare };
}
