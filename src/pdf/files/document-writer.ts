import { setImmediate as nextTurn } from "node:timers/promises";
import { shuttingDown } from "../../errors.ts";
import type { DocumentFile, DocumentWriter } from "./document-file.ts";
import { explainFault, type SpoolFile, type SpoolHandle } from "./spool-folder.ts";

/** What the documents of a spool share. */
export interface SpoolRoom {
  /** Makes room for a document of this size; throws when there is none. */
  grow(sizeBytes: number): void;
  /** Told once that the document is given back, and when its bytes are freed. */
  freed(removal: Promise<void>): void;
}

/** A document that is being received, for the caller and for the spool. */
export interface SpooledDocument {
  writer: DocumentWriter;
  /** Gives everything back, whoever has it; may be called twice. */
  free(): void;
}

/** The bytes by which the kind is told. */
const headBytes = 1024;
/** Smaller pieces are gathered: a write costs 30 to 60 µs whatever its size. */
const gatheredBytes = 64 * 1024;
/** Larger pieces are cut: hashing this much takes a quarter of a millisecond, in which nobody else is served. */
const largestPieceBytes = 128 * 1024;

/** Writes and hashes a document while it comes. */
export function createDocumentWriter({ path, handle, remove }: SpoolFile, room: SpoolRoom): SpooledDocument {
  const hasher = new Bun.CryptoHasher("sha256");
  const head = new Uint8Array(headBytes);
  let sizeBytes = 0;
  let gathered: Uint8Array | undefined;
  let waitingBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  let isHandedOver = false;
  let isFreed = false;

  async function add(piece: Uint8Array): Promise<void> {
    throwIfFreed();
    room.grow(sizeBytes + piece.byteLength);
    hasher.update(piece);
    if (sizeBytes < headBytes) head.set(piece.subarray(0, headBytes - sizeBytes), sizeBytes);
    if (waitingBytes + piece.byteLength > gatheredBytes) await writeGathered();
    const position = sizeBytes;
    sizeBytes += piece.byteLength;
    if (piece.byteLength >= gatheredBytes) return writeAt(position, piece);
    gathered ??= new Uint8Array(gatheredBytes);
    gathered.set(piece, waitingBytes);
    waitingBytes += piece.byteLength;
  }

  async function writeGathered(): Promise<void> {
    if (gathered === undefined || waitingBytes === 0) return;
    const bytes = gathered.subarray(0, waitingBytes);
    waitingBytes = 0;
    await writeAt(sizeBytes - bytes.byteLength, bytes);
  }

  async function writeAt(position: number, bytes: Uint8Array): Promise<void> {
    throwIfFreed();
    const written = writeWhole(handle, bytes, position);
    writing = written.catch(() => undefined);
    await written.catch(explainFault);
  }

  function throwIfFreed(): void {
    if (isFreed) throw shuttingDown();
  }

  function free(): void {
    if (isFreed) return;
    isFreed = true;
    // Closed under a write, the descriptor could be another file's by the time the system writes.
    room.freed(writing.then(remove));
  }

  const writer: DocumentWriter = {
    async write(piece) {
      for (let start = 0; start < piece.byteLength; start += largestPieceBytes) {
        await add(piece.subarray(start, start + largestPieceBytes));
        // Bun finishes all writes that are done meanwhile before it looks at its sockets again: with eight documents at
        // once it did nothing else for 30 ms of processor time (1.4.5), and now for 5.
        await nextTurn();
      }
    },
    async finish(): Promise<DocumentFile> {
      await writeGathered();
      isHandedOver = true;
      return {
        path,
        sizeBytes,
        sha256: hasher.digest("hex"),
        head: head.subarray(0, Math.min(headBytes, sizeBytes)),
        close: free,
      };
    },
    discard() {
      if (!isHandedOver) free();
    },
  };
  return { writer, free };
}

async function writeWhole(handle: SpoolHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.byteLength - written, position + written);
    written += bytesWritten;
  }
}
