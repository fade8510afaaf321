import { deflateSync } from "node:zlib";

/** A small grey picture as PNG, of one shade or of these values; another shade is another picture. */
export function makePng(shade: number | Uint8Array = 255, widthPx = 28, heightPx = 28): Uint8Array {
  const values = typeof shade === "number" ? Buffer.alloc(widthPx * heightPx, shade) : shade;
  return pngOf(values, widthPx, heightPx, { colourType: 0, samples: 1 });
}

/** The same of values and how much of the ground they hide, in turns. */
export const greyAlphaPng = (values: Uint8Array, widthPx: number, heightPx: number): Uint8Array =>
  pngOf(values, widthPx, heightPx, { colourType: 4, samples: 2 });

function pngOf(values: Uint8Array, widthPx: number, heightPx: number, kind: { colourType: number; samples: number }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([8, kind.colourType, 0, 0, 0], 8);
  const rowBytes = kind.samples * widthPx;
  const rows = Array.from({ length: heightPx }, (_, y) =>
    Buffer.concat([Buffer.from([0]), values.subarray(y * rowBytes, (y + 1) * rowBytes)]),
  );
  const pixels = deflateSync(Buffer.concat(rows));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

/** The same PNG with one more chunk behind its header. */
export function withChunk(png: Uint8Array, type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const headerEnd = 33;
  return new Uint8Array(
    Buffer.concat([png.subarray(0, headerEnd), chunk(type, Buffer.from(data)), png.subarray(headerEnd)]),
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(Bun.hash.crc32(body));
  return Buffer.concat([length, body, checksum]);
}
