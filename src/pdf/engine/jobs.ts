import * as mupdf from "mupdf";
import type { PageFacts } from "../document.ts";
import { documentWithoutPages, tooManyPages } from "../document-faults.ts";
import type { EngineJob, JobResult, PageFault } from "../messages.ts";
import { coverWithoutPages } from "./embedded-files.ts";
import { readPage } from "./facts.ts";
import { EngineFault } from "./fault.ts";
import { loadPage, type OpenedDocument, orDamaged } from "./open-document.ts";
import { renderPage } from "./render.ts";
import { planTiles, renderTile } from "./tiles.ts";

/** After so long the pages that are read are answered, and others have their turn before the rest. */
const turnMs = 50;

/** Does one job. Throws EngineFault, or whatever broke the engine. */
export function runJob({ document, warnings }: OpenedDocument, job: EngineJob): JobResult {
  switch (job.type) {
    case "open":
      return { type: "open", pageCount: countPages(document, job.maxPages), warnings };
    case "read-pages":
      return { type: "read-pages", pages: readPages(document, job) };
    case "render":
      return { type: "render", ...renderPage(document, job) };
    case "plan-tiles":
      return { type: "plan-tiles", plan: planTiles(document, job) };
    case "render-tile":
      return { type: "render-tile", ...renderTile(document, job) };
    default:
      return job satisfies never;
  }
}

function readPages(
  document: mupdf.Document,
  { pages, ...limits }: Extract<EngineJob, { type: "read-pages" }>,
): (PageFacts | PageFault)[] {
  const endsAtMs = performance.now() + turnMs;
  const read: (PageFacts | PageFault)[] = [];
  for (const page of pages) {
    try {
      read.push(readPage(document, page, limits));
    } catch (error) {
      if (!(error instanceof EngineFault)) throw error;
      read.push({ page, code: error.code, message: error.message });
    }
    if (performance.now() >= endsAtMs) break;
  }
  return read;
}

function countPages(document: mupdf.Document, maxPages: number): number {
  const count = orDamaged(documentWithoutPages, () => document.countPages());
  if (count < 1) {
    const cover = document instanceof mupdf.PDFDocument ? coverWithoutPages(document) : undefined;
    throw new EngineFault("document_damaged", cover ?? documentWithoutPages);
  }
  if (count > maxPages) throw new EngineFault("too_many_pages", tooManyPages(count, maxPages));
  // Of a picture not even the signature has been looked at until now.
  if (!document.isPDF()) loadPage(document, 1).destroy();
  return count;
}
