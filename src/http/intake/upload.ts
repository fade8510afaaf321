import type { DocumentFile, DocumentWriter } from "../../pdf/files/document-file.ts";
import type { Spool } from "../../pdf/files/spool.ts";
import { fileTooLarge, invalidField, mebibyte } from "../answers/faults.ts";
import { readBody } from "./body.ts";
import { createFormFields } from "./form-fields.ts";
import { createFormSplitter, FormFault } from "./form-splitter.ts";
import type { Work } from "./work.ts";

/** By how much a form may be larger than its file. */
const maxFormOverheadBytes = mebibyte;
/** A form has a dozen fields; more parts than this are an attack or a mistake. */
const maxParts = 64;

/** What an upload consists of. */
export interface Upload<Order> {
  /** The `file` part; the caller's to close. */
  file: DocumentFile;
  /** What the text fields say. */
  order: Order;
}

export interface UploadOptions<Order> {
  /** Bytes of the `file` part; the whole body may be 1 MiB larger. */
  maxFileBytes: number;
  /** Milliseconds for the whole body. */
  timeoutMs: number;
  /** Where the file goes. */
  spool: Pick<Spool, "create">;
  /** Makes out what the text fields say; nothing is left of the file when it throws. */
  readFields(fields: ReadonlyMap<string, string>): Order;
}

/**
 * Receives a multipart form while it arrives, and stops at the first byte too many. The file goes to the spool piece by
 * piece; a sender who is faster than the disk waits. Nothing is left of a form that fails.
 *
 * @throws SidecarError `invalid_request`, `file_too_large`, `body_too_large`, `body_timeout`, `ocr_busy`, what
 * `readFields` throws, or the signal's reason
 */
export async function receiveUpload<Order>(
  request: Request,
  { maxFileBytes, timeoutMs, spool, readFields }: UploadOptions<Order>,
  work: Pick<Work, "signal" | "hasReceived">,
): Promise<Upload<Order>> {
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
    for await (const chunk of readBody(request, { maxBytes, timeoutMs }, work.signal)) {
      for (const piece of splitter.push(chunk)) await (piece.type === "part" ? begin(piece.header) : add(piece.bytes));
    }
    work.hasReceived();
    if (!splitter.isComplete) throw new FormFault("the last boundary is missing");
    if (document === undefined) throw invalidField("file", "The form holds no part named file");
    return { order: readFields(fields.read()), file: await document.finish() };
  } catch (error) {
    document?.discard();
    throw error instanceof FormFault
      ? invalidField("form", "The form is broken off or not well formed", { cause: error })
      : error;
  }
}

/** @throws SidecarError `invalid_request` when the name is not UTF-8 */
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

/**
 * The `name` of a part of a form, by its header lines; empty when it has none. Names of headers and parameters may be
 * written in capitals. Nothing else is looked at, the caller's name of a file least of all.
 *
 * @throws TypeError when the name is not UTF-8
 */
function partName(header: Uint8Array): string {
  // One character a byte: a name of a file in another encoding is no fault.
  const lines = Buffer.from(header)
    .toString("latin1")
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const disposition = lines.find((line) => /^content-disposition\s*:/i.test(line)) ?? "";
  for (const [, name = "", quoted, plain = ""] of disposition.matchAll(parameter)) {
    if (name.toLowerCase() !== "name") continue;
    const value = quoted === undefined ? plain.trim() : quoted.replaceAll(/\\(["\\])/g, "$1");
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(value, "latin1"));
  }
  return "";
}

/** `; name=value` or `; name="value"`, where a backslash stands before a quotation mark that is part of the value. */
const parameter = /;\s*([^\s;="]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]*))/g;
