import { closeSync, openSync, readSync } from "node:fs";
import * as mupdf from "mupdf";
import type { DocumentKind } from "../document.ts";
import { damagedDocument, damagedPage, encryptedDocument } from "../document-faults.ts";
import type { DocumentRef } from "../messages.ts";
import { EngineFault, isPoisoned } from "./fault.ts";

const mimeTypes: Record<DocumentKind, string> = {
  pdf: "application/pdf",
  png: "image/png",
  jpeg: "image/jpeg",
  tiff: "image/tiff",
};

/**
 * Opens a document over its file, which is closed with it: the engine fetches what it needs piece by piece, and nothing
 * is copied whole into the WASM heap. JavaScript and embedded files of a PDF are never looked at.
 *
 * @throws EngineFault `document_damaged`, `document_encrypted`, or `unsupported_file_type` when a declared PDF is none.
 */
export function openDocument(source: DocumentRef): mupdf.Document {
  const document = parse(source);
  try {
    if (document.isPDF() !== (source.kind === "pdf")) {
      throw new EngineFault("unsupported_file_type", `The file is not a ${source.kind.toUpperCase()} document.`);
    }
    // PDFs that only restrict printing or copying have an empty user password.
    if (document.needsPassword() && document.authenticatePassword("") === 0) {
      throw new EngineFault("document_encrypted", encryptedDocument);
    }
    return document;
  } catch (error) {
    document.destroy();
    throw error;
  }
}

/** @throws EngineFault `document_damaged` when the page cannot be loaded. */
export function loadPage(document: mupdf.Document, page: number): mupdf.Page {
  return orDamaged(damagedPage(page), () => document.loadPage(page - 1));
}

/** Runs an engine call; whatever it throws, short of a poisoned engine, is the document's fault. */
export function orDamaged<Value>(message: string, call: () => Value): Value {
  try {
    return call();
  } catch (error) {
    if (error instanceof EngineFault || isPoisoned(error)) throw error;
    throw new EngineFault("document_damaged", message, error);
  }
}

/** A document whose caller has left is closed, and gone, while this process is still asked for it. */
function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new EngineFault("document_damaged", damagedDocument, error);
    }
    throw error;
  }
}

function parse({ path, sizeBytes, kind }: DocumentRef): mupdf.Document {
  const file = openFile(path);
  return orDamaged(damagedDocument, () => {
    const stream = new mupdf.Stream({
      fileSize: () => sizeBytes,
      read: (memory, offset, length, position) => readSync(file, memory, offset, length, position),
      close: () => closeSync(file),
    });
    try {
      return mupdf.Document.openDocument(stream, mimeTypes[kind]);
    } finally {
      stream.destroy();
    }
  });
}
