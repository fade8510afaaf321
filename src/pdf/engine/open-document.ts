import { closeSync, openSync, readSync } from "node:fs";
import * as mupdf from "mupdf";
import type { DocumentKind } from "../document.ts";
import { damagedDocument, damagedPage, encryptedDocument, inflates } from "../document-faults.ts";
import type { DocumentRef } from "../messages.ts";
import { keepTicks } from "./check-boxes.ts";
import type { DecodedPictures } from "./closer-look.ts";
import { standInWarnings } from "./embedded-files.ts";
import { encryptionPlaces, leavesContentAlone, maskEncryption } from "./encryption.ts";
import { EngineFault, isCompressionBomb, isPoisoned } from "./fault.ts";
import { damageCount } from "./log.ts";
import { mendBoxes } from "./page-boxes.ts";
import type { InspectedJpegs } from "./page-jpegs.ts";
import { mendPageTree } from "./page-tree.ts";
import { type OpenedPicture, openedPictures } from "./picture-file.ts";

const mimeTypes: Record<DocumentKind, string> = {
  pdf: "application/pdf",
  png: "image/png",
  jpeg: "image/jpeg",
  tiff: "image/tiff",
  bmp: "image/bmp",
  gif: "image/gif",
  jp2: "image/jp2",
};

export interface OpenedDocument {
  document: mupdf.Document;
  /** Its pages, where it is a picture. */
  pictures: readonly OpenedPicture[] | undefined;
  /** What is known of its JPEGs, where it is a PDF. */
  jpegs: InspectedJpegs;
  /** What is to be said of the document as a whole. */
  warnings: string[];
  decoded: DecodedPictures;
}

/**
 * Opens a document over its file, which is closed with it: the engine fetches what it needs piece by piece, and nothing
 * is copied whole into the WASM heap. JavaScript and embedded files of a PDF are never looked at.
 *
 * @param maxPagePixels that a picture may have when decoded
 * @throws EngineFault `document_damaged`, `document_encrypted`, or `unsupported_file_type` when a declared PDF is none.
 */
export function openDocument(source: DocumentRef, maxPagePixels: number): OpenedDocument {
  const { kind } = source;
  const pictures = kind === "pdf" ? undefined : openedPictures(kind, bytesOf(source), maxPagePixels);
  const document = kind === "pdf" ? openReadable(source) : parse(source);
  try {
    if (document.isPDF() !== (kind === "pdf")) {
      throw new EngineFault("unsupported_file_type", `The file is not a ${kind.toUpperCase()} document.`);
    }
    return {
      document,
      pictures,
      jpegs: new Map(),
      warnings: document instanceof mupdf.PDFDocument ? prepare(document) : [],
      decoded: { pixels: 0 },
    };
  } catch (error) {
    document.destroy();
    throw error;
  }
}

/** Makes the engine see what other readers see. */
function prepare(document: mupdf.PDFDocument): string[] {
  return orDamaged(damagedDocument, () => {
    const mended = mendPageTree(document);
    const catalogue = document.getTrailer().get("Root");
    // What this tree says instead of what is drawn would be taken for the text of the page, and need not be like it.
    if (catalogue.isDictionary()) catalogue.delete("StructTreeRoot");
    return [...(mended === undefined ? [] : [mended]), ...standInWarnings(document)];
  });
}

/**
 * A document whose content can be read. Where its encryption is not the engine's to undo, it may still be for embedded
 * files only: the document is then opened as if it had none.
 */
function openReadable(source: DocumentRef): mupdf.Document {
  let document: mupdf.Document | undefined;
  try {
    document = parse(source);
    // PDFs that only restrict printing or copying have an empty user password.
    if (!document.needsPassword() || document.authenticatePassword("") !== 0) return document;
  } catch (error) {
    if (isPoisoned(error) || findEncryption(source).length === 0) throw error;
  }
  document?.destroy();
  return openUnencrypted(source);
}

function openUnencrypted(source: DocumentRef): mupdf.Document {
  let document: mupdf.Document | undefined;
  try {
    document = parse(source, findEncryption(source));
    if (document instanceof mupdf.PDFDocument && leavesContentAlone(document)) return document;
  } catch (error) {
    if (isPoisoned(error)) throw error;
  }
  document?.destroy();
  throw new EngineFault("document_encrypted", encryptedDocument);
}

function findEncryption({ path, sizeBytes }: DocumentRef): number[] {
  const file = openFile(path);
  try {
    return encryptionPlaces(file, sizeBytes);
  } finally {
    closeSync(file);
  }
}

/** @throws EngineFault `document_damaged` when the page cannot be loaded, or what speaks against reading a picture. */
export function loadPage({ document, pictures }: OpenedDocument, page: number): mupdf.Page {
  const picture = pictures?.[page - 1];
  if (picture?.fault !== undefined) throw picture.fault;
  return orDamaged(damagedPage(page), () => {
    if (document instanceof mupdf.PDFDocument) keepTicks(document, document.findPage(page - 1));
    const loaded = document.loadPage(picture?.index ?? page - 1);
    if (loaded instanceof mupdf.PDFPage) mendBoxes(loaded.getObject());
    return loaded;
  });
}

/**
 * Does something with a page. A PDF with a fault in it may still be read; a picture with one is a part of a picture, and
 * the engine says so only once.
 *
 * @throws EngineFault `document_damaged` for a page that is a picture
 */
export function watchingPicture<Value>({ pictures }: OpenedDocument, page: number, use: () => Value): Value {
  const damageBefore = damageCount();
  const value = use();
  const picture = pictures?.[page - 1];
  if (picture === undefined || damageCount() <= damageBefore) return value;
  picture.fault = new EngineFault("document_damaged", damagedPage(page));
  throw picture.fault;
}

/** Runs an engine call; whatever it throws, short of a poisoned engine, is the document's fault. */
export function orDamaged<Value>(message: string, call: () => Value): Value {
  try {
    return call();
  } catch (error) {
    if (error instanceof EngineFault || isPoisoned(error)) throw error;
    if (isCompressionBomb(error)) throw new EngineFault("document_too_complex", inflates, error);
    throw new EngineFault("document_damaged", message, error);
  }
}

/** Mapped, not copied. */
function bytesOf({ path, sizeBytes }: DocumentRef): Uint8Array {
  closeSync(openFile(path));
  return sizeBytes === 0 ? new Uint8Array(0) : Bun.mmap(path);
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

/** @param hidden where the file names its encryption, which the engine is not to see */
function parse({ path, sizeBytes, kind }: DocumentRef, hidden: readonly number[] = []): mupdf.Document {
  const file = openFile(path);
  return orDamaged(damagedDocument, () => {
    const stream = new mupdf.Stream({
      fileSize: () => sizeBytes,
      read: (memory, offset, length, position) => {
        const read = readSync(file, memory, offset, length, position);
        if (hidden.length > 0) maskEncryption(hidden, memory.subarray(offset, offset + read), position);
        return read;
      },
      close: () => closeSync(file),
    });
    try {
      return mupdf.Document.openDocument(stream, mimeTypes[kind]);
    } finally {
      stream.destroy();
    }
  });
}
