import { createHash } from "node:crypto";
import type { OpenDocument, RenderedPage } from "../pdf/document.ts";
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
}

export interface PageTicket {
  document: OpenDocument;
  page: number;
  longestSidePx: number;
  request: EngineRequest;
  /** From `engine.version`. */
  engineVersion: string;
  signal: AbortSignal;
}

/** Whose work a reading was: this caller's, or one that ran or was kept already. */
export interface DeskReading extends PageReading {
  reused: boolean;
}

/**
 * A page as a job of the queue. Preparing renders it; at its turn it is answered from memory, joined to a running
 * reading of the same page, or begun.
 */
export function pageJob(desk: EngineDesk, ticket: PageTicket): PageJob<DeskReading> {
  let rendering: Promise<RenderedPage> | undefined;
  let rendered: RenderedPage | undefined;
  const render = () => {
    const options = { longestSidePx: ticket.longestSidePx, turnDegrees: 0 };
    rendering ??= ticket.document.render(ticket.page, options, ticket.signal);
    return rendering;
  };
  return {
    prepare: async () => {
      rendered = await render();
    },
    start: () => {
      if (rendered === undefined) throw new Error("a page was started before it was prepared");
      const page = rendered;
      // The picture is needed once; a queued document must not hold the pictures of its finished pages.
      rendered = undefined;
      rendering = undefined;
      return startReading(desk, ticket, page);
    },
  };
}

function startReading(desk: EngineDesk, ticket: PageTicket, page: RenderedPage): StartedJob<DeskReading> {
  const key = readingKey(desk.engine, ticket, page);
  const kept = desk.memory.find(key);
  if (kept !== undefined) {
    return {
      result: Promise.resolve(reused(kept.reading, "an earlier reading of this page", !kept.otherParameters)),
      slot: undefined,
    };
  }
  const joined = desk.running.join(key, ticket.signal);
  if (joined !== undefined) {
    const result = joined.result.then((reading) =>
      reused(reading, "a reading of this page that was under way", joined.sameWords),
    );
    return { result, slot: undefined };
  }
  const read = async (signal: AbortSignal) => {
    const reading = await desk.engine.read(page, ticket.request, signal);
    if (!reading.readEmpty) desk.memory.keep(key, reading);
    return reading;
  };
  const begun = desk.running.begin(key, read, ticket.signal);
  return { result: begun.result.then((reading) => ({ ...reading, reused: false })), slot: begun.settled };
}

function reused(reading: PageReading, what: string, sameWords: boolean): DeskReading {
  const words = sameWords ? "" : ", made with another request's prompt, tags or parameters";
  return { ...reading, attempts: 0, reused: true, warnings: [`${what} was used${words}`, ...reading.warnings] };
}

function readingKey(engine: PageEngine, ticket: PageTicket, page: RenderedPage): ReadingKey {
  const { request } = ticket;
  const tagged = request.dmsTags !== undefined && request.dmsTags.length > 0;
  const bare = request.systemPrompt === undefined && !tagged && Object.keys(request.options).length === 0;
  const picture = createHash("sha256").update(page.png).digest("hex");
  const words = createHash("sha256").update(engine.words(request)).digest("hex");
  return { page: `${engine.name}|${ticket.engineVersion}|${picture}`, parameters: words, bare };
}
