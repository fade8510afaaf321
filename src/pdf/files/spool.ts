import { existsSync } from "node:fs";
import { getLogger } from "@logtape/logtape";
import { shuttingDown } from "../../errors.ts";
import type { DocumentWriter } from "./document-file.ts";
import { createDocumentWriter, type SpooledDocument } from "./document-writer.ts";
import {
  type CreateFile,
  createPrivateFile,
  createSpoolFile,
  explainFault,
  faultCode,
  type SpoolFile,
  spoolFull,
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

/**
 * Opens the spool and removes what earlier processes have left in its folder.
 *
 * @throws Error with a sentence for the operator when no file can be made in the folder
 */
export async function createSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, maxBytes, maxFiles, createFile = createPrivateFile } = options;
  const hasProc = options.hasProc ?? existsSync("/proc/self/fd");
  await prepare(folder);
  const open = new Set<SpooledDocument>();
  const removals = new Set<Promise<void>>();
  let creating = 0;
  let bytes = 0;
  let isClosed = false;

  function receive(file: SpoolFile): SpooledDocument {
    let held = 0;
    const document = createDocumentWriter(file, {
      grow(sizeBytes) {
        const more = Math.ceil(sizeBytes / blockBytes) * blockBytes - held;
        if (bytes + more > maxBytes) throw spoolFull();
        held += more;
        bytes += more;
      },
      freed(removal) {
        open.delete(document);
        // Counted as free a moment before it is: whoever sends one document after the other is not refused for that.
        bytes -= held;
        const removed = removal.catch((error: unknown) => log.warning("A document was not removed", { error }));
        removals.add(removed);
        void removed.then(() => removals.delete(removed));
      },
    });
    open.add(document);
    return document;
  }

  return {
    async create() {
      if (isClosed) throw shuttingDown();
      if (open.size + creating >= maxFiles) throw spoolFull();
      creating += 1;
      try {
        const document = receive(await createSpoolFile({ folder, hasProc, createFile }));
        if (isClosed) document.free();
        return document.writer;
      } catch (error) {
        return explainFault(error);
      } finally {
        creating -= 1;
      }
    },
    status: () => ({ files: open.size + creating, bytes }),
    async close() {
      isClosed = true;
      for (const document of [...open]) document.free();
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
