import { constants } from "node:fs";
import { type FileHandle, open, readlink, realpath, stat } from "node:fs/promises";
import { SidecarError } from "../errors.ts";
import { canonicalise } from "./canonical-path.ts";
import { invalidPath, maxPathBytes, noSuchFile, pathOutsideBase, storedFileTooLarge } from "./document-faults.ts";
import type { DocumentMemory } from "./document-memory.ts";

export interface GuardedRead {
  /** Absolute path of the only folder that may be read; it need not exist. */
  base: string;
  /** The path a caller named; nothing in it is decoded. */
  path: string;
  maxBytes: number;
  /** Told the size before memory is taken for it; may throw. */
  reserve?: (bytes: number) => void;
  /** Where the bytes go; they are the caller's to give back. */
  memory: DocumentMemory;
  signal: AbortSignal;
}

const chunkBytes = 8 * 1024 * 1024;

/**
 * Reads a regular file below `base` whole; the bytes stand in shared memory, so that `PdfPool.open` need not copy them.
 * The file is opened once, and what is checked and read is the opened descriptor: a link swapped in between gains nothing.
 *
 * @throws SidecarError `invalid_path` (empty, NUL, over 4,096 bytes), `path_outside_base` (not absolute, or canonically
 *   outside, existing or not), `file_not_found` (inside, but no regular file), `file_too_large`; or the signal's reason.
 */
export async function readBelowBase(read: GuardedRead): Promise<Uint8Array> {
  const { base, path, maxBytes, reserve, memory, signal } = read;
  signal.throwIfAborted();
  if (path === "" || path.includes("\0") || Buffer.byteLength(path) > maxPathBytes) {
    throw new SidecarError("invalid_path", invalidPath(maxPathBytes));
  }
  if (!path.startsWith("/")) throw outsideBase();
  const [folder, wanted] = await Promise.all([canonicalise(base), canonicalise(path)]);
  if (!isWithin(folder.path, wanted.path)) throw outsideBase();
  // A lone surrogate becomes U+FFFD on its way to the kernel and would so name a file that the caller did not name.
  if (!wanted.reached || wanted.path === folder.path || !path.isWellFormed()) throw notFound();
  const file = await openWithoutWaiting(wanted.path);
  try {
    const stats = await file.stat();
    if (!(await isOpenedBelow(folder.path, wanted.path, file))) throw outsideBase();
    if (!stats.isFile()) throw notFound();
    if (stats.size > maxBytes) {
      throw new SidecarError("file_too_large", storedFileTooLarge(stats.size, maxBytes));
    }
    reserve?.(stats.size);
    return await readWhole(file, stats.size, memory, signal);
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

async function readWhole(
  file: FileHandle,
  size: number,
  memory: DocumentMemory,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const shared = memory.take(size);
  try {
    if (shared.byteLength < size) shared.grow(size);
    const bytes = new Uint8Array(shared, 0, size);
    let length = 0;
    while (length < size) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(bytes, length, Math.min(chunkBytes, size - length), length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } catch (error) {
    memory.giveBack(shared);
    signal.throwIfAborted();
    throw notFound(error);
  }
}

const isWithin = (base: string, path: string) => path === base || path.startsWith(base === "/" ? base : `${base}/`);

const outsideBase = () => new SidecarError("path_outside_base", pathOutsideBase);

const notFound = (cause?: unknown) => new SidecarError("file_not_found", noSuchFile, { cause });
