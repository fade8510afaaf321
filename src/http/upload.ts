import {
  MaxFileSizeExceededError,
  MaxPartsExceededError,
  MaxTotalSizeExceededError,
  MultipartParseError,
  MultipartParser,
  type MultipartPart,
} from "@remix-run/multipart-parser";
import { SidecarError } from "../errors.ts";
import { type ByteCollector, createByteCollector } from "../pdf/byte-collector.ts";
import type { DocumentMemory } from "../pdf/document-memory.ts";
import { readBody } from "./body.ts";
import type { ByteLease } from "./byte-budget.ts";
import { fileTooLarge } from "./faults.ts";
import type { Turns } from "./turns.ts";

const mebibyte = 1024 * 1024;

/** By how much a form may be larger than its file. */
export const maxFormOverheadBytes = mebibyte;
/** A form has a dozen fields; more parts than this are an attack or a mistake. */
const maxParts = 64;
/** Bytes of all text fields. They are parsed and validated in one go, in which nobody else is served. */
const maxFieldBytes = mebibyte;

export interface Upload {
  /** The bytes of the `file` part, as a rule in shared memory, where the PDF workers take them without a copy. */
  file: Uint8Array;
  /** The text fields. */
  fields: Map<string, string>;
}

export interface UploadOptions {
  /** Bytes of the `file` part; the whole body may be 1 MiB larger. */
  maxFileBytes: number;
  /** Milliseconds for the whole body. */
  timeoutMs: number;
  lease: ByteLease;
  /** Where the body goes; the file's share of it is the caller's to give back. */
  memory: DocumentMemory;
  /** Taken for every chunk. */
  turns: Turns;
}

/**
 * Reads a multipart form while it arrives, and stops at the first byte too many. The body goes to shared memory chunk by
 * chunk, and the file is a view of it: copied in one go when it has come, 50 MB would hold up everybody else.
 *
 * @throws SidecarError `invalid_request`, `file_too_large`, `body_too_large`, `body_timeout`, `ocr_busy`, or the
 * signal's reason
 */
export async function readUpload(
  request: Request,
  { maxFileBytes, timeoutMs, lease, memory, turns }: UploadOptions,
  signal: AbortSignal,
): Promise<Upload> {
  const maxBytes = maxFileBytes + maxFormOverheadBytes;
  const boundary = boundaryOf(request.headers.get("Content-Type"));
  const parser = new MultipartParser(boundary, { maxFileSize: maxFileBytes, maxParts, maxTotalSize: maxBytes });
  const declaredBytes = Number(request.headers.get("Content-Length")) || 0;
  const shared = memory.take(Math.min(maxBytes, declaredBytes));
  const body = createByteCollector(shared, maxBytes);
  const upload: Collected = { file: undefined, fields: new Map(), fieldBytes: 0 };
  try {
    for await (const chunk of readBody(request, { maxBytes, timeoutMs }, signal)) {
      lease.take(chunk.byteLength);
      await turns.next(signal);
      // What follows the last boundary is to be ignored (RFC 2046, 5.1.1); be it only a line break that comes late.
      if (isFinished(parser)) continue;
      for (const part of parser.write(body.append(chunk))) addPart(upload, part, body);
    }
    parser.finish();
    const { file, fields } = upload;
    if (file === undefined) throw invalid("file", "The form holds no part named file");
    if (file.buffer !== shared) memory.giveBack(shared);
    return { file, fields };
  } catch (error) {
    memory.giveBack(shared);
    throw explain(error, maxFileBytes);
  }
}

interface Collected {
  file: Uint8Array | undefined;
  fields: Map<string, string>;
  fieldBytes: number;
}

function isFinished(parser: MultipartParser): boolean {
  try {
    parser.finish();
    return true;
  } catch {
    return false;
  }
}

function addPart(upload: Collected, part: MultipartPart, body: ByteCollector): void {
  const name = decoded("form", () => part.name ?? "");
  if (name === "file") {
    if (upload.file !== undefined) throw invalid("file", "The form holds more than one part named file");
    // Only of a part that came in tiny chunks is there nothing but the parser's copies.
    upload.file = body.joined(part.content) ?? part.bytes;
    return;
  }
  const shownName = name.slice(0, 100);
  if (upload.fields.has(name)) throw invalid(shownName, "The form holds a field twice");
  upload.fieldBytes += name.length + part.size;
  if (upload.fieldBytes > maxFieldBytes) {
    throw new SidecarError("body_too_large", "The text fields of the form are larger than 1 MiB together.");
  }
  upload.fields.set(
    name,
    decoded(shownName, () => part.text),
  );
}

/** The parser decodes strictly, and when it is asked. */
function decoded(path: string, decode: () => string): string {
  try {
    return decode();
  } catch {
    throw invalid(path, "The form holds text that is not UTF-8");
  }
}

function boundaryOf(contentType: string | null): string {
  const match = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType ?? "");
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw invalid("Content-Type", "Send a form as multipart/form-data with a boundary");
  return boundary;
}

function explain(error: unknown, maxFileBytes: number): unknown {
  if (error instanceof MaxFileSizeExceededError) {
    return fileTooLarge(maxFileBytes, error);
  }
  if (error instanceof MaxTotalSizeExceededError) {
    return new SidecarError("body_too_large", `The request is larger than ${maxFileBytes / mebibyte + 1} MiB.`, {
      cause: error,
    });
  }
  if (error instanceof MaxPartsExceededError) return invalid("form", `The form has more than ${maxParts} parts`);
  if (error instanceof MultipartParseError) return invalid("form", "The form is broken off or not well formed");
  return error;
}

const invalid = (path: string, message: string) =>
  new SidecarError("invalid_request", `${message}.`, { issues: [{ path, message }] });
