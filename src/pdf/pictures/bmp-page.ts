import type { PicturePage } from "./picture-page.ts";

/** Of the header of the first versions, whose sides are 16 bits long. */
const coreHeaderBytes = 12;

/** The one page of a BMP, by its header; the height is negative where the rows go downwards. */
export function bmpPage(bytes: Uint8Array): PicturePage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 26) return undefined;
  const isCore = view.getUint32(14, true) === coreHeaderBytes;
  const widthPx = isCore ? view.getUint16(18, true) : Math.abs(view.getInt32(18, true));
  const heightPx = isCore ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true));
  return { index: 0, orientation: 1, held: { widthPx, heightPx, bytesPerPixel: 6 } };
}
