import * as mupdf from "mupdf";
import type { DocumentRef } from "../messages.ts";
import { type OpenedDocument, openDocument } from "./open-document.ts";

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
