import { SidecarError } from "../errors.ts";

/** Gathers an upload piece by piece, in shared memory. */
export interface ByteCollector {
  readonly length: number;
  /** @throws SidecarError `file_too_large` when the whole would exceed the limit. */
  append(piece: Uint8Array): void;
  /** What has been gathered, not copied; nothing may be appended afterwards. */
  bytes(): Uint8Array;
}

/** Pages of memory are taken in steps of this size, so that no step holds the thread up. */
const growthBytes = 1024 * 1024;

/**
 * Collects at most `maxBytes` where `PdfPool.open` takes them as they are: a document then stands in memory once. Memory
 * grows with what has come, not with the limit.
 */
export function createByteCollector(maxBytes: number): ByteCollector {
  const buffer = new SharedArrayBuffer(0, { maxByteLength: maxBytes });
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(piece) {
      const end = length + piece.byteLength;
      if (end > maxBytes) {
        throw new SidecarError("file_too_large", `The file is larger than the ${maxBytes} bytes that are accepted.`);
      }
      if (end > buffer.byteLength) buffer.grow(Math.min(maxBytes, Math.max(end, length + growthBytes)));
      new Uint8Array(buffer, length, piece.byteLength).set(piece);
      length = end;
    },
    bytes: () => new Uint8Array(buffer, 0, length),
  };
}
