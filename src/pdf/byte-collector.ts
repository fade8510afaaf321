import { SidecarError } from "../errors.ts";

/** Gathers a request's body piece by piece, in shared memory. */
export interface ByteCollector {
  readonly length: number;
  /**
   * Copies the piece behind what has come and gives the copy, which lies there as long as anybody holds it.
   *
   * @throws SidecarError `body_too_large` when the whole would exceed the limit.
   */
  append(piece: Uint8Array): Uint8Array;
  /** One view of parts of what has been gathered; `undefined` when they do not follow one another. */
  joined(parts: readonly Uint8Array[]): Uint8Array | undefined;
}

/** Pages of memory are taken in steps of this size, so that no step holds the thread up. */
const growthBytes = 1024 * 1024;

/**
 * Collects at most `maxBytes` where `PdfPool.open` takes them as they are: a document then stands in memory once.
 *
 * @param buffer may be grown to `maxBytes`, which is done with what has come
 */
export function createByteCollector(buffer: SharedArrayBuffer, maxBytes: number): ByteCollector {
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(piece) {
      const end = length + piece.byteLength;
      if (end > maxBytes) {
        throw new SidecarError("body_too_large", `The request is larger than the ${maxBytes} bytes that are accepted.`);
      }
      if (end > buffer.byteLength) buffer.grow(Math.min(maxBytes, Math.max(end, length + growthBytes)));
      const copy = new Uint8Array(buffer, length, piece.byteLength);
      copy.set(piece);
      length = end;
      return copy;
    },
    joined(parts) {
      const start = parts[0]?.byteOffset ?? 0;
      let end = start;
      for (const part of parts) {
        if (part.buffer !== buffer || part.byteOffset !== end) return undefined;
        end += part.byteLength;
      }
      return new Uint8Array(buffer, start, end - start);
    },
  };
}
