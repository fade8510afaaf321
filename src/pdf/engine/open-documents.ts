import * as mupdf from "mupdf";
import type { DocumentRef } from "../messages.ts";
import { type OpenedDocument, openDocument } from "./open-document.ts";

/** The documents that a process keeps open, so that the pages of one do not open it again and again. */
export interface OpenDocuments {
  /** The opened document; the one used longest ago is closed when there is no room. Throws as `openDocument` does. */
  open(source: DocumentRef, maxPagePixels: number): OpenedDocument;
  close(key: number): void;
}

/** @param capacity documents kept open, at least 1; opening one whose cross-reference table is broken means reading it whole */
export function createOpenDocuments(capacity: number): OpenDocuments {
  const documents = new Map<number, OpenedDocument>();
  let lastKey: number | undefined;
  const close = (key: number) => {
    documents.get(key)?.document.destroy();
    documents.delete(key);
  };
  return {
    open(source, maxPagePixels) {
      // The engine keeps fonts and other resources by what is written of them, and takes those of another document for
      // the same where only the streams differ that they point to.
      if (source.key !== lastKey) mupdf.emptyStore();
      lastKey = source.key;
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
