import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path/posix";
import { openBelow } from "../files/open-below.ts";
import { codeOf, DocumentFailure, StorageFault, WorkerFault } from "./failure.ts";

/** Above what any service takes by default; the service says its own limit. */
const maxDocumentBytes = 512 * 1024 * 1024;
const chunkBytes = 256 * 1024;

const missing = "There is no such file in the shared folder, or it cannot be read.";

/**
 * The bytes of a document below the shared folder, and their SHA-256. Links are followed as far as they stay inside.
 *
 * @param path below `root`, as in the data of a job
 * @throws DocumentFailure `path_outside_base`, `file_not_found`, `file_too_large`, `document_changed`; StorageFault when
 *   it may be there all the same; WorkerFault when the folder itself is not there; or the signal's reason
 */
export function readDocument(
  root: string,
  path: string,
  signal: AbortSignal,
): Promise<{ bytes: Uint8Array; sha256: string }> {
  return withDocument(root, path, async (file, sizeBytes) => {
    // One byte more than there should be, so that a file that grows is noticed.
    const bytes = new Uint8Array(sizeBytes + 1);
    let length = 0;
    while (length < bytes.byteLength) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(bytes, length, bytes.byteLength - length, length).catch(unreadable);
      if (bytesRead === 0) {
        const read = bytes.subarray(0, length);
        return { bytes: read, sha256: createHash("sha256").update(read).digest("hex") };
      }
      length += bytesRead;
    }
    throw new DocumentFailure("document_changed", "The file grows while it is read.");
  });
}

/** The SHA-256 of a document, which is not held in memory as a whole. @throws as `readDocument` */
export function hashDocument(root: string, path: string, signal: AbortSignal): Promise<string> {
  return withDocument(root, path, async (file) => {
    const hash = createHash("sha256");
    const buffer = new Uint8Array(chunkBytes);
    for (let position = 0; ; ) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, position).catch(unreadable);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
  });
}

async function withDocument<Result>(
  root: string,
  path: string,
  use: (file: FileHandle, sizeBytes: number) => Promise<Result>,
): Promise<Result> {
  const opening = await openBelow(root, join(root, path));
  switch (opening.outcome) {
    case "outside":
      throw new DocumentFailure("path_outside_base", "The path leads out of the shared folder.");
    case "missing":
      await assertMounted(root);
      return await explainMissing(join(root, path));
    case "opened":
      try {
        if (opening.sizeBytes > maxDocumentBytes) {
          const sentence = `The file has ${opening.sizeBytes} bytes; a worker sends at most ${maxDocumentBytes}.`;
          throw new DocumentFailure("file_too_large", sentence);
        }
        return await use(opening.file, opening.sizeBytes);
      } finally {
        await opening.file.close();
      }
  }
}

/** Looks again at a file that could not be opened: only what is known to be the document's own fault is final. */
async function explainMissing(path: string): Promise<never> {
  const stats: Stats = await stat(path).catch(unreadable);
  if (stats.isFile() && path.isWellFormed()) {
    // What may not be read by its own permissions stays so; a file that opens now was kept back by the storage.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
      if (codeOf(cause) === "EACCES" || codeOf(cause) === "EPERM") return undefined;
      return unreadable(cause);
    });
    await file?.close();
    if (file !== undefined) throw new StorageFault("it opened at the second try", undefined);
  }
  throw new DocumentFailure("file_not_found", missing);
}

/** The document's own faults; whatever else the system answers may pass. */
const ofTheDocument: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EISDIR"]);

/** @throws DocumentFailure `file_not_found`, or StorageFault when the file may be there all the same */
export function unreadable(cause: unknown): never {
  const code = codeOf(cause);
  if (ofTheDocument.has(code)) throw new DocumentFailure("file_not_found", missing, cause);
  throw new StorageFault(code, cause);
}

/** A folder that is not mounted is absent or empty, and no document of it is at fault for that. @throws WorkerFault */
export async function assertMounted(root: string): Promise<void> {
  const entries = await readdir(root).catch((cause: unknown) => {
    throw new WorkerFault(`The shared folder ${root} cannot be read; is it mounted?`, { cause });
  });
  if (entries.length === 0) throw new WorkerFault(`The shared folder ${root} is empty; is it mounted?`);
}
