import * as mupdf from "mupdf";
import { openDocument } from "./engine-document.ts";
import type { DocumentRef } from "./messages.ts";

/** The documents that a worker keeps open, so that the pages of one do not open it again and again. */
export interface DocumentShelf {
  /** The opened document; the one used longest ago is closed when there is no room. Throws as `openDocument` does. */
  take(source: DocumentRef): mupdf.Document;
  forget(key: number): void;
}

/** @param capacity documents kept open, at least 1 */
export function createDocumentShelf(capacity: number): DocumentShelf {
  const open = new Map<number, mupdf.Document>();
  const forget = (key: number) => {
    const document = open.get(key);
    if (document === undefined) return;
    open.delete(key);
    document.destroy();
    mupdf.emptyStore();
  };
  return {
    take(source) {
      const document = open.get(source.key) ?? openDocument(source);
      open.delete(source.key);
      open.set(source.key, document);
      const oldest = open.keys().next();
      if (open.size > capacity && !oldest.done) forget(oldest.value);
      return document;
    },
    forget,
  };
}
