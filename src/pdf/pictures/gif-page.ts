import type { PicturePage } from "./picture-page.ts";

const extension = 0x21;
const frame = 0x2c;
const headerBytes = 13;

/** The one page of a GIF, by its header (GIF89a, 18 to 26). Of an animation the engine would draw all frames on one another. */
export function gifPage(bytes: Uint8Array): PicturePage | undefined {
  if (bytes.byteLength < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const held = { widthPx: view.getUint16(6, true), heightPx: view.getUint16(8, true), bytesPerPixel: 6 };
  const page: PicturePage = { index: 0, orientation: 1, held };
  return countFrames(bytes, 2) > 1 ? { ...page, unsupported: "that moves, of several frames" } : page;
}

/** @param most frames after which counting stops */
function countFrames(bytes: Uint8Array, most: number): number {
  let at = headerBytes + tableBytes(bytes[10]);
  let frames = 0;
  while (frames < most && at < bytes.length) {
    const block = bytes[at];
    if (block === extension) at = skipSubBlocks(bytes, at + 2);
    else if (block === frame) {
      frames += 1;
      at = skipSubBlocks(bytes, at + 11 + tableBytes(bytes[at + 9]));
    } else break;
  }
  return frames;
}

/** Of a colour table, where the flags say that there is one. */
const tableBytes = (flags = 0): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

function skipSubBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) at += length + 1;
  return at + 1;
}
