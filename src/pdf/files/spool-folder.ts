import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { open, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { SidecarError } from "../../errors.ts";

/** What is asked of an open file; the `FileHandle` of node:fs/promises has it all. */
export interface SpoolHandle {
  readonly fd: number;
  write(bytes: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  close(): Promise<void>;
}

/** Makes a file that must not be there yet, for this user only. */
export type CreateFile = (path: string) => Promise<SpoolHandle>;

/** A file of the spool. */
export interface SpoolFile {
  /** How another process of the same user opens it. */
  readonly path: string;
  readonly handle: SpoolHandle;
  /** Closes the file, which frees its bytes; to be called once, when nothing is being written. */
  remove(): Promise<void>;
}

export interface SpoolFolderOptions {
  folder: string;
  /** Whether other processes reach an open file without a name, at `/proc/<pid>/fd/N`. */
  hasProc: boolean;
  createFile: CreateFile;
}

const log = getLogger(["sidecar", "spool"]);

const retryAfterSeconds = 5;

const namePattern = /^ocr-sidecar-(\d{1,10})-[0-9a-f]{32}$/;
const newName = () => `ocr-sidecar-${process.pid}-${randomBytes(16).toString("hex")}`;

/**
 * Makes a file in the folder. Where there is /proc it loses its name at once, so that the system frees its bytes however
 * this process ends.
 */
export async function createSpoolFile({ folder, hasProc, createFile }: SpoolFolderOptions): Promise<SpoolFile> {
  const name = join(folder, newName());
  const handle = await createFile(name);
  if (hasProc) {
    await removeName(name).catch(async (error: unknown) => {
      await handle.close();
      throw error;
    });
  }
  return {
    path: hasProc ? `/proc/${process.pid}/fd/${handle.fd}` : name,
    handle,
    async remove() {
      await handle.close();
      if (!hasProc) await removeName(name);
    },
  };
}

export const createPrivateFile: CreateFile = (path) =>
  open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);

/**
 * Removes what processes that are gone have left in the folder. To be called before the first file is made: in a
 * container every process has the same id, so that a file that bears ours is a leftover, too.
 */
export async function sweepSpoolFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = namePattern.exec(name)?.[1];
    if (pid === undefined || (Number(pid) !== process.pid && isRunning(Number(pid)))) continue;
    // What cannot be removed is another user's or no file at all: not ours, whatever its name.
    await unlink(join(folder, name)).catch(() => undefined);
  }
}

/** The system's name of a fault, such as ENOSPC. */
export const faultCode = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

/** Another spool that starts at this moment may have swept it. */
async function removeName(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (faultCode(error) !== "ENOENT") throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return faultCode(error) !== "ESRCH";
  }
}

/** What the system says when it has no room for more bytes, or for more open files. */
const noRoom: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"]);

/** Throws what is to be said of a fault of the system: that there is no room, or the fault itself. */
export function explainFault(error: unknown): never {
  const code = faultCode(error);
  if (!noRoom.has(code)) throw error;
  log.warning("The system has no room for another document: {code}", { code });
  throw spoolFull(error);
}

/** There is no room for another document, or for more of one. */
export const spoolFull = (cause?: unknown) =>
  new SidecarError(
    "ocr_busy",
    "The service has no room for another document at the moment; send this request again in a few seconds.",
    { retryAfterSeconds, cause },
  );
