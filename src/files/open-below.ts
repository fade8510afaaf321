import { constants } from "node:fs";
import { type FileHandle, open, readlink, realpath, stat } from "node:fs/promises";
import { normalize, resolve } from "node:path/posix";
import { canonicalise } from "./canonical-path.ts";

/** What became of opening a file; one that is opened is the caller's to close. */
export type Opening =
  | { outcome: "opened"; file: FileHandle; sizeBytes: number }
  /** Not absolute, written as outside, or led there by links, existing or not. */
  | { outcome: "outside" }
  /** Inside, but no regular file that can be read. */
  | { outcome: "missing" };

/**
 * Opens a regular file below `base` for reading. A path is judged by its text first, with the dots and the names before
 * them taken away: nothing outside is looked for, so that no answer tells what is there. Then links are followed. The
 * file is opened once, and what is checked is the opened descriptor: a link swapped in between gains nothing.
 *
 * @param base absolute path of the only folder that may be read; it need not exist
 * @param path absolute, without NUL; nothing in it is decoded
 */
export async function openBelow(base: string, path: string): Promise<Opening> {
  if (!path.startsWith("/")) return { outcome: "outside" };
  const written = normalize(path);
  const folder = await canonicalise(resolve(base));
  if (!isWithin(resolve(base), written) && !isWithin(folder.path, written)) return { outcome: "outside" };
  const wanted = await canonicalise(written);
  if (!isWithin(folder.path, wanted.path)) return { outcome: "outside" };
  // A lone surrogate becomes U+FFFD on its way to the kernel and would so name a file that the caller did not name.
  if (!wanted.reached || wanted.path === folder.path || !path.isWellFormed()) return { outcome: "missing" };
  const file = await openWithoutWaiting(wanted.path);
  if (file === undefined) return { outcome: "missing" };
  let isHandedOver = false;
  try {
    const stats = await file.stat();
    if (!(await isOpenedBelow(folder.path, wanted.path, file))) return { outcome: "outside" };
    if (!stats.isFile()) return { outcome: "missing" };
    isHandedOver = true;
    return { outcome: "opened", file, sizeBytes: stats.size };
  } finally {
    if (!isHandedOver) await file.close();
  }
}

/** O_NONBLOCK: a FIFO without a writer opens at once. O_NOFOLLOW: the canonical path ends in no link, unless swapped. */
const openWithoutWaiting = (path: string): Promise<FileHandle | undefined> =>
  open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(() => undefined);

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

const isWithin = (base: string, path: string) => path === base || path.startsWith(base === "/" ? base : `${base}/`);
