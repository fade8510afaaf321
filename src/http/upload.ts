import { setImmediate } from "node:timers/promises";
import {
  MaxFileSizeExceededError,
  MaxPartsExceededError,
  MaxTotalSizeExceededError,
  MultipartParseError,
  MultipartParser,
  type MultipartPart,
} from "@remix-run/multipart-parser";
import { SidecarError } from "../errors.ts";
import { createByteCollector } from "../pdf/byte-collector.ts";
import { readBody } from "./body.ts";
import type { ByteLease } from "./byte-budget.ts";

const mebibyte = 1024 * 1024;
const bytesBetweenYields = 2 * mebibyte;

/** A form has a dozen fields; more parts than this are an attack or a mistake. */
const maxParts = 64;
/** Bytes of all text fields. They are parsed and validated in one go, in which nobody else is served. */
const maxFieldBytes = mebibyte;

export interface Upload {
  /** The bytes of the `file` part, in shared memory, where the PDF workers take them without a copy. */
  file: Uint8Array;
  /** The text fields. */
  fields: Map<string, string>;
}

export interface UploadLimits {
  /** Bytes of the `file` part; the whole body may be 1 MiB larger. */
  maxFileBytes: number;
  /** Milliseconds for the whole body. */
  timeoutMs: number;
}

/**
 * Reads a multipart form while it arrives, and stops at the first byte too many.
 *
 * @throws SidecarError `invalid_request`, `file_too_large`, `body_too_large`, `body_timeout`, `ocr_busy`, or the
 * signal's reason
 */
export async function readUpload(
  request: Request,
  { maxFileBytes, timeoutMs }: UploadLimits,
  lease: ByteLease,
  signal: AbortSignal,
): Promise<Upload> {
  const maxBytes = maxFileBytes + mebibyte;
  const boundary = boundaryOf(request.headers.get("Content-Type"));
  const parser = new MultipartParser(boundary, { maxFileSize: maxFileBytes, maxParts, maxTotalSize: maxBytes });
  const upload: Collected = { file: undefined, fields: new Map(), fieldBytes: 0 };
  try {
    for await (const chunk of readBody(request, { maxBytes, timeoutMs }, signal)) {
      lease.take(chunk.byteLength);
      // What follows the last boundary is to be ignored (RFC 2046, 5.1.1); be it only a line break that comes late.
      if (isFinished(parser)) continue;
      for (const part of parser.write(chunk)) await addPart(upload, part);
    }
    parser.finish();
  } catch (error) {
    throw explain(error, maxFileBytes);
  }
  const { file, fields } = upload;
  if (file === undefined) throw invalid("file", "The form holds no part named file");
  return { file, fields };
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

async function addPart(upload: Collected, part: MultipartPart): Promise<void> {
  const name = decoded("form", () => part.name ?? "");
  if (name === "file") {
    if (upload.file !== undefined) throw invalid("file", "The form holds more than one part named file");
    upload.file = await gather(part);
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

/** Fresh memory costs about 1 ms a MiB to fill: in one go 50 MiB would hold up everybody else for that long. */
async function gather(part: MultipartPart): Promise<Uint8Array> {
  const file = createByteCollector(part.size);
  let sinceYieldBytes = 0;
  for (const piece of part.content) {
    file.append(piece);
    sinceYieldBytes += piece.byteLength;
    if (sinceYieldBytes < bytesBetweenYields) continue;
    sinceYieldBytes = 0;
    await setImmediate();
  }
  return file.bytes();
}

function boundaryOf(contentType: string | null): string {
  const match = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType ?? "");
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw invalid("Content-Type", "Send a form as multipart/form-data with a boundary");
  return boundary;
}

function explain(error: unknown, maxFileBytes: number): unknown {
  if (error instanceof MaxFileSizeExceededError) {
    return new SidecarError("file_too_large", `The file is larger than ${maxFileBytes / mebibyte} MiB.`, {
      cause: error,
    });
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
