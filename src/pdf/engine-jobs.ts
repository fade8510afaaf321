import type * as mupdf from "mupdf";
import { documentWithoutPages, tooManyPages } from "./document-faults.ts";
import { bytesOf, loadPage, orDamaged } from "./engine-document.ts";
import { readPage } from "./engine-facts.ts";
import { EngineFault } from "./engine-fault.ts";
import { renderPage } from "./engine-render.ts";
import type { DocumentShelf } from "./engine-shelf.ts";
import type { DocumentRef, WorkerJob, WorkerResult } from "./messages.ts";

/** Does one job; `onPage` is called after each page of a longer one. Throws EngineFault, or whatever broke the engine. */
export function runJob(shelf: DocumentShelf, source: DocumentRef, job: WorkerJob, onPage: () => void): WorkerResult {
  if (job.type === "hash") return { type: "hash", sha256: sha256(source) };
  const document = shelf.take(source);
  switch (job.type) {
    case "open":
      return { type: "open", pageCount: countPages(document, job.maxPages) };
    case "read-pages":
      return {
        type: "read-pages",
        pages: job.pages.map((page) => {
          const facts = readPage(document, page);
          onPage();
          return facts;
        }),
      };
    case "render":
      return { type: "render", ...renderPage(document, job) };
  }
}

function countPages(document: mupdf.Document, maxPages: number): number {
  const count = orDamaged(documentWithoutPages, () => document.countPages());
  if (count < 1) throw new EngineFault("document_damaged", documentWithoutPages);
  if (count > maxPages) throw new EngineFault("too_many_pages", tooManyPages(count, maxPages));
  // Of a picture not even the signature has been looked at until now.
  if (!document.isPDF()) loadPage(document, 1).destroy();
  return count;
}

/** In the worker, because 50 MB would hold up the service's own thread for 25 ms. */
const sha256 = (source: DocumentRef) => new Bun.CryptoHasher("sha256").update(bytesOf(source)).digest("hex");
