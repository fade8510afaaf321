import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DocumentFile } from "../../src/pdf/files/document-file.ts";

/** These bytes as a received document, without a spool. */
export function documentFile(bytes: Uint8Array): DocumentFile {
  const name = join(tmpdir(), `document-${Bun.randomUUIDv7()}`);
  const file = openSync(name, "wx+", 0o600);
  rmSync(name);
  writeSync(file, bytes);
  let open = true;
  return {
    path: `/proc/${process.pid}/fd/${file}`,
    sizeBytes: bytes.byteLength,
    sha256: new Bun.CryptoHasher("sha256").update(bytes).digest("hex"),
    head: bytes.slice(0, 1024),
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}
