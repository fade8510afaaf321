import type { DocumentFile, DocumentWriter } from "../../pdf/files/document-file.ts";
import type { Spool } from "../../pdf/files/spool.ts";
import { fileTooLarge, invalidField, mebibyte } from "../answers/faults.ts";
import { readBody } from "./body.ts";
import { createFormFields } from "./form-fields.ts";
import { createFormSplitter, FormFault } from "./form-splitter.ts";
import { partName } from "./part-name.ts";

/** By how much a form may be larger than its file. */
const maxFormOverheadBytes = mebibyte;
/** A form has a dozen fields; more parts than this are an attack or a mistake. */
const maxParts = 64;

export interface Upload {
  /** The `file` part; the caller's to close. */
  file: DocumentFile;
  /** The text fields. */
  fields: ReadonlyMap<string, string>;
}

export interface UploadOptions {
  /** Bytes of the `file` part; the whole body may be 1 MiB larger. */
  maxFileBytes: number;
  /** Milliseconds for the whole body. */
  timeoutMs: number;
  /** Where the file goes. */
  spool: Pick<Spool, "create">;
}

/**
 * Reads a multipart form while it arrives, and stops at the first byte too many. The file goes to the spool piece by
 * piece; a sender who is faster than the disk waits. Nothing is left of a form that fails.
 *
 * @throws SidecarError `invalid_request`, `file_too_large`, `body_too_large`, `body_timeout`, `ocr_busy`, or the
 * signal's reason
 */
export async function readUpload(
  request: Request,
  { maxFileBytes, timeoutMs, spool }: UploadOptions,
  signal: AbortSignal,
): Promise<Upload> {
  const maxBytes = maxFileBytes + maxFormOverheadBytes;
  const splitter = createFormSplitter(boundaryOf(request.headers.get("Content-Type")));
  const fields = createFormFields();
  let document: DocumentWriter | undefined;
  let fileBytes = 0;
  let parts = 0;
  let isFile = false;

  async function begin(header: Uint8Array): Promise<void> {
    parts += 1;
    if (parts > maxParts) throw invalidField("form", `The form has more than ${maxParts} parts`);
    const name = strictName(header);
    isFile = name === "file";
    if (!isFile) return fields.begin(name);
    if (document !== undefined) throw invalidField("file", "The form holds more than one part named file");
    document = await spool.create();
  }

  async function add(bytes: Uint8Array): Promise<void> {
    if (!isFile) return fields.add(bytes);
    fileBytes += bytes.byteLength;
    if (fileBytes > maxFileBytes) throw fileTooLarge(maxFileBytes);
    await document?.write(bytes);
  }

  try {
    for await (const chunk of readBody(request, { maxBytes, timeoutMs }, signal)) {
      for (const piece of splitter.push(chunk)) await (piece.type === "part" ? begin(piece.header) : add(piece.bytes));
    }
    if (!splitter.isComplete) throw new FormFault("the last boundary is missing");
    if (document === undefined) throw invalidField("file", "The form holds no part named file");
    return { fields: fields.read(), file: await document.finish() };
  } catch (error) {
    document?.discard();
    throw error instanceof FormFault
      ? invalidField("form", "The form is broken off or not well formed", { cause: error })
      : error;
  }
}

function strictName(header: Uint8Array): string {
  try {
    return partName(header);
  } catch (error) {
    throw invalidField("form", "The form holds text that is not UTF-8", { cause: error });
  }
}

function boundaryOf(contentType: string | null): string {
  const match = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType ?? "");
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw invalidField("Content-Type", "Send a form as multipart/form-data with a boundary");
  return boundary;
}
