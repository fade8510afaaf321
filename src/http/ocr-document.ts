import type { DocumentResult } from "../ocr/page-result.ts";
import type { Listener } from "../ocr/read-document.ts";
import type { OcrRequest } from "../ocr/request.ts";
import type { OpenDocument } from "../pdf/document.ts";
import { detectKind } from "../pdf/kind.ts";
import type { ByteLease } from "./byte-budget.ts";
import { unknownFileType } from "./faults.ts";
import type { OcrOrder } from "./ocr-fields.ts";
import type { Services } from "./services.ts";

/** A document that has come, and is not opened yet. */
export interface Received {
  /** In the document memory. */
  bytes: Uint8Array;
  /** Checks what the caller wants; throws `invalid_request`. */
  readOrder: () => OcrOrder;
}

/** Takes a document from a request. */
export type Receive = (lease: ByteLease, signal: AbortSignal) => Promise<Received>;

/** Reads a document. Once it is planned the queue before the engine answers for its bytes, and the lease is released. */
export async function readAndClose(
  services: Services,
  document: OpenDocument,
  request: OcrRequest,
  signal: AbortSignal,
  lease: ByteLease,
  listener: Listener,
): Promise<DocumentResult> {
  const onPlan: Listener["onPlan"] = (pages) => {
    lease.release();
    listener.onPlan?.(pages);
  };
  try {
    return await services.readDocument(document, request, signal, { ...listener, onPlan });
  } finally {
    document.close();
  }
}

/** Receives a document, checks what is wanted with it, and opens it; nothing is kept of one that is refused. */
export async function receiveAndOpen(
  services: Services,
  receive: Receive,
  lease: ByteLease,
  signal: AbortSignal,
): Promise<{ document: OpenDocument; order: OcrOrder }> {
  const received = await receive(lease, signal);
  const { kind, order } = examine(received, services);
  return { document: await services.openDocument(received.bytes, kind, signal), order };
}

function examine({ bytes, readOrder }: Received, { documentMemory }: Services) {
  try {
    const order = readOrder();
    const kind = detectKind(bytes);
    if (kind !== undefined) return { kind, order };
    throw unknownFileType();
  } catch (error) {
    documentMemory.giveBack(bytes.buffer);
    throw error;
  }
}
