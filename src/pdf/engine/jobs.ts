import * as mupdf from "mupdf";
import type { PageFacts } from "../document.ts";
import { documentWithoutPages, tooManyPages } from "../document-faults.ts";
import type { DocumentRef, EngineJob, JobResult, PageFault } from "../messages.ts";
import { coverWithoutPages } from "./embedded-files.ts";
import { readPage } from "./facts.ts";
import { EngineFault } from "./fault.ts";
import { loadPage, type OpenedDocument, openDocument, orDamaged, watchingPicture } from "./open-document.ts";
import { renderPage } from "./render.ts";
import { planTiles, renderTile } from "./tiles.ts";

/** After so long the pages that are read are answered, and others have their turn before the rest. */
const turnMs = 50;

/**
 * Whether a page is to be drawn for others, in its true colours, or read. The engine tells the colour of every text that
 * it reads, and what converts colours by their profiles takes it 5 ms or more to set up, each time that its store has been
 * emptied. Without profiles it reads the same text.
 */
export type Purpose = "read" | "draw";

/** The documents that a process keeps open, so that the pages of one do not open it again and again. */
export interface OpenDocuments {
  /** The opened document; the one used longest ago is closed when there is no room. Throws as `openDocument` does. */
  open(source: DocumentRef, maxPagePixels: number, purpose: Purpose): OpenedDocument;
  close(key: number): void;
}

/** @param capacity documents kept open, at least 1; opening one whose cross-reference table is broken means reading it whole */
export function createOpenDocuments(capacity: number): OpenDocuments {
  const documents = new Map<number, OpenedDocument>();
  let last: { key: number; purpose: Purpose } | undefined;
  const close = (key: number) => {
    documents.get(key)?.document.destroy();
    documents.delete(key);
  };
  return {
    open(source, maxPagePixels, purpose) {
      // The engine keeps fonts and other resources by what is written of them, and takes those of another document for
      // the same where only the streams differ that they point to. Colours with and without profiles it keeps as one, too.
      if (source.key !== last?.key || purpose !== last.purpose) mupdf.emptyStore();
      last = { key: source.key, purpose };
      if (purpose === "draw") mupdf.enableICC();
      else mupdf.disableICC();
      const opened = documents.get(source.key) ?? openDocument(source, maxPagePixels);
      documents.delete(source.key);
      documents.set(source.key, opened);
      const oldest = documents.keys().next();
      if (documents.size > capacity && !oldest.done) close(oldest.value);
      return opened;
    },
    close,
  };
}

/** Does one job with a document. Throws EngineFault, or whatever broke the engine. */
export function runJob(documents: OpenDocuments, document: DocumentRef, job: EngineJob): JobResult {
  const openTo = (purpose: Purpose) => documents.open(document, job.maxPagePixels, purpose);
  switch (job.type) {
    case "open": {
      const opened = openTo("read");
      return { type: "open", pageCount: countPages(opened, job.maxPages), warnings: opened.warnings };
    }
    case "read-pages":
      return { type: "read-pages", pages: readPages(openTo("read"), job) };
    case "render":
      return { type: "render", ...renderPage(openTo("draw"), job) };
    case "plan-tiles":
      return { type: "plan-tiles", plan: planTiles(openTo("draw"), job) };
    case "render-tile":
      return { type: "render-tile", ...renderTile(openTo("draw"), job) };
    default:
      return job satisfies never;
  }
}

function readPages(
  opened: OpenedDocument,
  { pages, ...limits }: Extract<EngineJob, { type: "read-pages" }>,
): (PageFacts | PageFault)[] {
  const endsAtMs = performance.now() + turnMs;
  const read: (PageFacts | PageFault)[] = [];
  for (const page of pages) {
    try {
      read.push(watchingPicture(opened, page, () => readPage(opened, page, limits)));
    } catch (error) {
      if (!(error instanceof EngineFault)) throw error;
      read.push({ page, code: error.code, message: error.message });
    }
    if (performance.now() >= endsAtMs) break;
  }
  return read;
}

function countPages(opened: OpenedDocument, maxPages: number): number {
  const { document, pictures } = opened;
  const count = pictures?.length ?? orDamaged(documentWithoutPages, () => document.countPages());
  if (count < 1) {
    const cover = document instanceof mupdf.PDFDocument ? coverWithoutPages(document) : undefined;
    throw new EngineFault("document_damaged", cover ?? documentWithoutPages);
  }
  if (count > maxPages) throw new EngineFault("too_many_pages", tooManyPages(count, maxPages));
  // Of a picture no more than headers have been looked at until now; of several one may be sound.
  if (pictures?.length === 1) watchingPicture(opened, 1, () => loadPage(opened, 1).destroy());
  return count;
}
