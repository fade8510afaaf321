import type { FileHandle } from "node:fs/promises";
import { SidecarError } from "../../errors.ts";
import { openBelow } from "../../files/open-below.ts";
import {
  growingFileTooLarge,
  invalidPath,
  maxPathBytes,
  noSuchFile,
  pathOutsideBase,
  storedFileTooLarge,
} from "../document-faults.ts";
import type { DocumentFile, DocumentWriter } from "./document-file.ts";
import type { Spool } from "./spool.ts";

export interface GuardedRead {
  /** Absolute path of the only folder that may be read; it need not exist. */
  base: string;
  /** The path a caller named; nothing in it is decoded. */
  path: string;
  maxBytes: number;
  /** Where the copy goes. */
  spool: Pick<Spool, "create">;
  signal: AbortSignal;
}

const chunkBytes = 256 * 1024;

/**
 * Copies a regular file below `base` into the spool; the copy is the caller's to close. The file is opened and checked by
 * `openBelow`, and read from the descriptor that was checked. Whoever writes to the file meanwhile cannot change the copy,
 * nor make it larger than `maxBytes`.
 *
 * @throws SidecarError `invalid_path` (empty, NUL, over 4,096 bytes), `path_outside_base` (not absolute, written as
 *   outside, or led there by links, existing or not), `file_not_found` (inside, but no regular file), `file_too_large`,
 *   `ocr_busy`; or the signal's reason.
 */
export async function readBelowBase({ base, path, maxBytes, spool, signal }: GuardedRead): Promise<DocumentFile> {
  signal.throwIfAborted();
  if (path === "" || path.includes("\0") || Buffer.byteLength(path) > maxPathBytes) {
    throw new SidecarError("invalid_path", invalidPath(maxPathBytes));
  }
  const opening = await openBelow(base, path);
  switch (opening.outcome) {
    case "outside":
      throw new SidecarError("path_outside_base", pathOutsideBase);
    case "missing":
      throw notFound();
    case "opened":
      try {
        if (opening.sizeBytes > maxBytes) throw tooLarge(storedFileTooLarge(opening.sizeBytes, maxBytes));
        return await copyWhole(opening.file, maxBytes, await spool.create(), signal);
      } finally {
        await opening.file.close();
      }
  }
}

async function copyWhole(
  file: FileHandle,
  maxBytes: number,
  copy: DocumentWriter,
  signal: AbortSignal,
): Promise<DocumentFile> {
  const chunk = new Uint8Array(chunkBytes);
  try {
    for (let length = 0; ; ) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, length).catch((error: unknown) => {
        throw notFound(error);
      });
      signal.throwIfAborted();
      if (bytesRead === 0) return await copy.finish();
      length += bytesRead;
      if (length > maxBytes) throw tooLarge(growingFileTooLarge(maxBytes));
      await copy.write(chunk.subarray(0, bytesRead));
    }
  } catch (error) {
    copy.discard();
    throw error;
  }
}

const tooLarge = (sentence: string) => new SidecarError("file_too_large", sentence);

const notFound = (cause?: unknown) => new SidecarError("file_not_found", noSuchFile, { cause });
