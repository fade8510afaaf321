import type { DocumentResult } from "../../ocr/page-result.ts";
import type { Listener } from "../../ocr/read-document.ts";
import type { OcrRequest } from "../../ocr/request.ts";
import type { OpenDocument } from "../../pdf/document.ts";
import type { DocumentFile } from "../../pdf/files/document-file.ts";
import { detectKind } from "../../pdf/files/kind.ts";
import { unknownFileType } from "../answers/faults.ts";
import type { OcrOrder } from "../intake/ocr-fields.ts";
import type { Services } from "../services.ts";

/** A document that has come, and is not opened yet. */
export interface Received {
  /** Closed by whoever holds it. */
  file: DocumentFile;
  /** Checks what the caller wants; throws `invalid_request`. */
  readOrder: () => OcrOrder;
}

/** Takes a document from a request. */
export type Receive = (signal: AbortSignal) => Promise<Received>;

/** Reads a document, and closes it however that ends. */
export async function readAndClose(
  services: Services,
  document: OpenDocument,
  request: OcrRequest,
  signal: AbortSignal,
  listener: Listener,
): Promise<DocumentResult> {
  try {
    return await services.readDocument(document, request, signal, listener);
  } finally {
    document.close();
  }
}

/** Receives a document, checks what is wanted with it, and opens it; nothing is kept of one that is refused. */
export async function receiveAndOpen(
  services: Services,
  receive: Receive,
  signal: AbortSignal,
): Promise<{ document: OpenDocument; order: OcrOrder }> {
  const received = await receive(signal);
  const { kind, order } = examine(received);
  return { document: await services.openDocument(received.file, kind, signal), order };
}

/** Closes the file of what is refused. */
function examine({ file, readOrder }: Received) {
  try {
    const order = readOrder();
    const kind = detectKind(file.head);
    if (kind !== undefined) return { kind, order };
    throw unknownFileType();
  } catch (error) {
    file.close();
    throw error;
  }
}
