import { existsSync } from "node:fs";
import { getLogger } from "@logtape/logtape";
import { SidecarError, shuttingDown } from "../../errors.ts";
import type { DocumentWriter } from "./document-file.ts";
import { createDocumentWriter, type DocumentSpace } from "./document-writer.ts";
import {
  type CreateFile,
  createPrivateFile,
  createSpoolFile,
  faultCode,
  type SpoolFile,
  sweepSpoolFolder,
} from "./spool-folder.ts";

/** Where the bytes of documents lie, from the first that comes until their owner closes them. */
export interface Spool {
  /**
   * Begins a document.
   *
   * @throws SidecarError `ocr_busy` when too many are open or the system has no room, `shutting_down` after `close`
   */
  create(): Promise<DocumentWriter>;
  /** What all documents take now, counted as disks do: in blocks of 4 KiB. */
  status(): { files: number; bytes: number };
  /** Takes no more documents, closes those that are open, and resolves when their bytes are freed. */
  close(): Promise<void>;
}

export interface SpoolOptions {
  /** An existing folder that this process may write to. */
  folder: string;
  /** Bytes of all documents together, in blocks of 4 KiB; at least those of the largest document. */
  maxBytes: number;
  /** Documents that may be open at once. */
  maxFiles: number;
  /** Whether other processes reach open files at `/proc/<pid>/fd/N`; left out, it is found out. */
  hasProc?: boolean;
  /** Tests put one that fails in its place. */
  createFile?: CreateFile;
}

const log = getLogger(["sidecar", "spool"]);

/** What a file takes at least, and in steps of. */
const blockBytes = 4096;
const retryAfterSeconds = 5;

/**
 * Opens the spool and removes what earlier processes have left in its folder.
 *
 * @throws Error with a sentence for the operator when no file can be made in the folder
 */
export async function createSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, maxBytes, maxFiles, createFile = createPrivateFile } = options;
  const hasProc = options.hasProc ?? existsSync("/proc/self/fd");
  await prepare(folder);
  const open = new Set<DocumentSpace>();
  const removals = new Set<Promise<void>>();
  let files = 0;
  let bytes = 0;
  let isClosed = false;

  function spaceOf(file: SpoolFile): DocumentSpace {
    let held = 0;
    const space: DocumentSpace = {
      path: file.path,
      grow(sizeBytes) {
        if (!open.has(space)) throw shuttingDown();
        const more = Math.ceil(sizeBytes / blockBytes) * blockBytes - held;
        if (bytes + more > maxBytes) throw full();
        held += more;
        bytes += more;
      },
      async write(piece, position) {
        if (!open.has(space)) throw shuttingDown();
        await file.write(piece, position).catch(explain);
      },
      free() {
        if (!open.delete(space)) return;
        // Counted as free a moment before it is: whoever sends one document after the other is not refused for that.
        files -= 1;
        bytes -= held;
        const removal = file.remove().catch((error: unknown) => log.warning("A document was not removed", { error }));
        removals.add(removal);
        void removal.then(() => removals.delete(removal));
      },
    };
    open.add(space);
    return space;
  }

  return {
    async create() {
      if (isClosed) throw shuttingDown();
      if (files >= maxFiles) throw full();
      files += 1;
      try {
        const file = await createSpoolFile({ folder, hasProc, createFile });
        const space = spaceOf(file);
        if (isClosed) space.free();
        return createDocumentWriter(space);
      } catch (error) {
        files -= 1;
        return explain(error);
      }
    },
    status: () => ({ files, bytes }),
    async close() {
      isClosed = true;
      for (const space of [...open]) space.free();
      await Promise.all(removals);
    },
  };
}

/** Also finds out whether the folder can be used before the first caller does. */
async function prepare(folder: string): Promise<void> {
  try {
    await sweepSpoolFolder(folder);
    const file = await createSpoolFile({ folder, hasProc: false, createFile: createPrivateFile });
    await file.remove();
  } catch (error) {
    const message = `OCR_SPOOL_DIR is ${folder}, where no file can be made (${faultCode(error)}); it should name an existing folder that this process may write to.`;
    throw new Error(message, { cause: error });
  }
}

/** What the system says when it has no room for more bytes, or for more open files. */
const noRoom: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"]);

function explain(error: unknown): never {
  const code = faultCode(error);
  if (!noRoom.has(code)) throw error;
  log.warning("The system has no room for another document: {code}", { code });
  throw full(error);
}

const full = (cause?: unknown) =>
  new SidecarError(
    "ocr_busy",
    "The service has no room for another document at the moment; send this request again in a few seconds.",
    { retryAfterSeconds, cause },
  );
