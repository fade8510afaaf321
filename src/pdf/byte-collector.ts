import { SidecarError } from "../errors.ts";

/** Gathers a request's body piece by piece, in shared memory. */
export interface ByteCollector {
  readonly length: number;
  /**
   * Copies the piece behind what has come and gives the copy, which lies there until the memory is given back.
   *
   * @throws SidecarError `body_too_large` when the whole would exceed the limit.
   */
  append(piece: Uint8Array): Uint8Array;
  /**
   * One view of parts of what has been gathered, which follow one another there. Some may be copies, as a parser makes
   * them of what lies across two pieces; `undefined` when all are, or they do not lie where they should.
   */
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
      let size = 0;
      let start: number | undefined;
      for (const part of parts) {
        if (part.buffer === buffer) {
          start ??= part.byteOffset - size;
          if (part.byteOffset !== start + size) return undefined;
        }
        size += part.byteLength;
      }
      if (start === undefined || start < 0 || start + size > length) return undefined;
      const whole = new Uint8Array(buffer, start, size);
      let end = 0;
      const isWhole = parts.every((part) => {
        end += part.byteLength;
        return part.buffer === buffer || Buffer.compare(part, whole.subarray(end - part.byteLength, end)) === 0;
      });
      return isWhole ? whole : undefined;
    },
  };
}
