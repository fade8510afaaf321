import { readFile } from "node:fs/promises";
import type { DocumentFile } from "./document-file.ts";

/** The bytes of a document in memory that threads share; the file is closed. */
export async function sharedBytesOf(file: DocumentFile): Promise<Uint8Array> {
  try {
    const bytes = new Uint8Array(new SharedArrayBuffer(file.sizeBytes));
    bytes.set(await readFile(file.path));
    return bytes;
  } finally {
    file.close();
  }
}
