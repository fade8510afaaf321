import { type Orientation, orientationOf } from "./orientation.ts";
import type { PicturePage } from "./picture-page.ts";
import { tiffDirectories, tiffTag } from "./tiff-directories.ts";

const exif = 0x65584966;
const end = 0x49454e44;
const signatureBytes = 8;
/** Chunks of 8 kB of a picture of 50 MB are 6,400. */
const maxChunks = 100_000;
const headerBytes = 29;
/** By colour type; each number of a palette stands for a colour. */
const heldBytes: ReadonlyMap<number, number> = new Map([
  [0, 2],
  [3, 4],
  [4, 4],
]);

/** The one page of a PNG, by its header and its EXIF data (PNG third edition, 11.2.1 and 11.3.4.5). */
export function pngPage(bytes: Uint8Array): PicturePage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < headerBytes) return undefined;
  const bytesPerPixel = heldBytes.get(view.getUint8(25)) ?? 6;
  const held = { widthPx: view.getUint32(16), heightPx: view.getUint32(20), bytesPerPixel };
  return { index: 0, orientation: orientationIn(bytes, view), held };
}

function orientationIn(bytes: Uint8Array, view: DataView): Orientation {
  let at = signatureBytes;
  for (let chunks = 0; chunks < maxChunks && at + 8 <= view.byteLength; chunks += 1) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    if (type === end) break;
    if (type === exif) {
      const [directory] = tiffDirectories(bytes.subarray(at + 8, at + 8 + length));
      return orientationOf(directory?.get(tiffTag.orientation));
    }
    at += length + 12;
  }
  return 1;
}
