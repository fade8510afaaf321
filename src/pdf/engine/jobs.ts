import * as mupdf from "mupdf";
import type { PageFacts } from "../document.ts";
import { documentWithoutPages, tooManyPages } from "../document-faults.ts";
import type { EngineJob, JobResult, PageFault } from "../messages.ts";
import { coverWithoutPages } from "./embedded-files.ts";
import { readPage } from "./facts.ts";
import { EngineFault } from "./fault.ts";
import { loadPage, type OpenedDocument, orDamaged, watchingPicture } from "./open-document.ts";
import { renderPage } from "./render.ts";
import { planTiles, renderTile } from "./tiles.ts";

/** After so long the pages that are read are answered, and others have their turn before the rest. */
const turnMs = 50;

/** Does one job. Throws EngineFault, or whatever broke the engine. */
export function runJob(opened: OpenedDocument, job: EngineJob): JobResult {
  switch (job.type) {
    case "open":
      return { type: "open", pageCount: countPages(opened, job.maxPages), warnings: opened.warnings };
    case "read-pages":
      return { type: "read-pages", pages: readPages(opened, job) };
    case "render":
      return { type: "render", ...renderPage(opened, job) };
    case "plan-tiles":
      return { type: "plan-tiles", plan: planTiles(opened, job) };
    case "render-tile":
      return { type: "render-tile", ...renderTile(opened, job) };
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
