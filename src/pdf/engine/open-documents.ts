import type { DocumentRef } from "../messages.ts";
import { type OpenedDocument, openDocument } from "./open-document.ts";

/** The documents that a process keeps open, so that the pages of one do not open it again and again. */
export interface OpenDocuments {
  /** The opened document; the one used longest ago is closed when there is no room. Throws as `openDocument` does. */
  open(source: DocumentRef): OpenedDocument;
  close(key: number): void;
}

/** @param capacity documents kept open, at least 1; opening one whose cross-reference table is broken means reading it whole */
export function createOpenDocuments(capacity: number): OpenDocuments {
  const documents = new Map<number, OpenedDocument>();
  const close = (key: number) => {
    documents.get(key)?.document.destroy();
    documents.delete(key);
  };
  return {
    open(source) {
      const opened = documents.get(source.key) ?? openDocument(source);
      documents.delete(source.key);
      documents.set(source.key, opened);
      const oldest = documents.keys().next();
      if (documents.size > capacity && !oldest.done) close(oldest.value);
      return opened;
    },
    close,
  };
}
