import { constants } from "node:fs";
import { type FileHandle, open, readlink, realpath, stat } from "node:fs/promises";
import { normalize, resolve } from "node:path/posix";
import { SidecarError } from "../../errors.ts";
import {
  growingFileTooLarge,
  invalidPath,
  maxPathBytes,
  noSuchFile,
  pathOutsideBase,
  storedFileTooLarge,
} from "../document-faults.ts";
import { canonicalise } from "./canonical-path.ts";
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
 * Copies a regular file below `base` into the spool; the copy is the caller's to close. A path is judged by its text
 * first, with the dots and the names before them taken away: nothing outside is looked for, so that no answer tells what
 * is there. Then links are followed. The file is opened once, and what is checked and read is the opened descriptor: a
 * link swapped in between gains nothing. Whoever writes to the file meanwhile cannot change the copy, nor make it larger
 * than `maxBytes`.
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
  if (!path.startsWith("/")) throw outsideBase();
  const written = normalize(path);
  const folder = await canonicalise(resolve(base));
  if (!isWithin(resolve(base), written) && !isWithin(folder.path, written)) throw outsideBase();
  const wanted = await canonicalise(written);
  if (!isWithin(folder.path, wanted.path)) throw outsideBase();
  // A lone surrogate becomes U+FFFD on its way to the kernel and would so name a file that the caller did not name.
  if (!wanted.reached || wanted.path === folder.path || !path.isWellFormed()) throw notFound();
  const file = await openWithoutWaiting(wanted.path);
  try {
    const stats = await file.stat();
    if (!(await isOpenedBelow(folder.path, wanted.path, file))) throw outsideBase();
    if (!stats.isFile()) throw notFound();
    if (stats.size > maxBytes) throw tooLarge(storedFileTooLarge(stats.size, maxBytes));
    return await copyWhole(file, maxBytes, await spool.create(), signal);
  } finally {
    await file.close();
  }
}

/** O_NONBLOCK: a FIFO without a writer opens at once. O_NOFOLLOW: the canonical path ends in no link, unless swapped. */
async function openWithoutWaiting(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch {
    throw notFound();
  }
}

async function isOpenedBelow(base: string, path: string, file: FileHandle): Promise<boolean> {
  const opened = await readlink(`/proc/self/fd/${file.fd}`).catch(() => undefined);
  // A file deleted meanwhile reads as "<path> (deleted)", which is still below its folder.
  if (opened !== undefined) return isWithin(base, opened);
  return await isStillThere(base, path, file);
}

/** Systems without /proc: the path must still lead, inside the base, to the very file that is open. */
async function isStillThere(base: string, path: string, file: FileHandle): Promise<boolean> {
  try {
    const [real, named, opened] = await Promise.all([realpath(path), stat(path), file.stat()]);
    return isWithin(base, real) && named.dev === opened.dev && named.ino === opened.ino;
  } catch {
    return false;
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
      signal.throwIfAborted();
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

const isWithin = (base: string, path: string) => path === base || path.startsWith(base === "/" ? base : `${base}/`);

const tooLarge = (sentence: string) => new SidecarError("file_too_large", sentence);

const outsideBase = () => new SidecarError("path_outside_base", pathOutsideBase);

const notFound = (cause?: unknown) => new SidecarError("file_not_found", noSuchFile, { cause });
