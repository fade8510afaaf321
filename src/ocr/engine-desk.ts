import { createHash } from "node:crypto";
import type { OpenDocument, RenderedPage } from "../pdf/document.ts";
import type { Orient } from "./orient.ts";
import type { EngineRequest, PageEngine, PageReading } from "./page-engine.ts";
import type { PageMemory, ReadingKey } from "./page-memory.ts";
import type { PageJob, PageQueue, StartedJob } from "./queue.ts";
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
}

/** A reading together with how far the page was turned for it. */
export interface DeskReading extends PageReading {
  /** Clockwise: 0, 90, 180 or 270. */
  turnDegrees: number;
}

interface Upright {
  picture: RenderedPage;
  turnDegrees: number;
}

/**
 * A page as a job of the queue. Preparing renders it and turns it upright; at its turn it is answered from memory,
 * joined to a running reading of the same page, or begun.
 */
export function pageJob(desk: EngineDesk, ticket: PageTicket): PageJob<DeskReading> {
  let preparing: Promise<void> | undefined;
  let upright: Upright | undefined;
  const prepare = async () => {
    upright = await renderUpright(desk, ticket);
  };
  return {
    prepare: () => {
      preparing ??= prepare();
      return preparing;
    },
    start: () => {
      if (upright === undefined) throw new Error("a page was started before it was prepared");
      const { picture, turnDegrees } = upright;
      // The picture is needed once; a queued document must not hold the pictures of its finished pages.
      upright = undefined;
      const { result, slot } = startReading(desk, ticket, picture);
      return { result: result.then((reading) => ({ ...reading, turnDegrees })), slot };
    },
  };
}

async function renderUpright({ orient }: EngineDesk, ticket: PageTicket): Promise<Upright> {
  const { document, page, longestSidePx, signal } = ticket;
  const picture = await document.render(page, { longestSidePx, turnDegrees: 0 }, signal);
  const turnDegrees = ticket.scanned && orient !== undefined ? await orient(picture, signal) : 0;
  if (turnDegrees === 0) return { picture, turnDegrees };
  return { picture: await document.render(page, { longestSidePx, turnDegrees }, signal), turnDegrees };
}

function startReading(desk: EngineDesk, ticket: PageTicket, picture: RenderedPage): StartedJob<PageReading> {
  const key = readingKey(desk.engine, ticket, picture);
  const kept = desk.memory.find(key);
  if (kept !== undefined) {
    const result = reused(kept.reading, "an earlier reading of this page", !kept.otherParameters);
    return { result: Promise.resolve(result), slot: undefined };
  }
  const joined = desk.running.join(key, ticket.signal);
  if (joined !== undefined) {
    const what = "a reading of this page that was under way";
    return { result: joined.result.then((reading) => reused(reading, what, joined.sameWords)), slot: undefined };
  }
  const read = async (signal: AbortSignal) => {
    const reading = await desk.engine.read(picture, ticket.request, signal);
    if (!reading.readEmpty) desk.memory.keep(key, reading);
    return reading;
  };
  const begun = desk.running.begin(key, read, ticket.signal);
  return { result: begun.result, slot: begun.settled };
}

function reused(reading: PageReading, what: string, sameWords: boolean): PageReading {
  const words = sameWords ? "" : ", made with another request's prompt, tags or parameters";
  return { ...reading, attempts: 0, warnings: [`${what} was used${words}`, ...reading.warnings] };
}

function readingKey(engine: PageEngine, ticket: PageTicket, rendered: RenderedPage): ReadingKey {
  const { request } = ticket;
  const tagged = request.dmsTags !== undefined && request.dmsTags.length > 0;
  const bare = request.systemPrompt === undefined && !tagged && Object.keys(request.options).length === 0;
  const picture = createHash("sha256").update(rendered.png).digest("hex");
  const words = createHash("sha256").update(engine.words(request)).digest("hex");
  return { page: `${engine.name}|${ticket.engineVersion}|${picture}`, parameters: words, bare };
}
