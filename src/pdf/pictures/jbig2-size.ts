import { jbig2Segments } from "./jbig2-segments.ts";
import type { PictureSize } from "./picture-size.ts";

const pageInformation = 48;
const endOfStripe = 50;
const patternDictionary = 16;
const halftoneRegions: ReadonlySet<number> = new Set([20, 22, 23]);
const regions: ReadonlySet<number> = new Set([4, 6, 7, 36, 38, 39, 40, 42, 43, ...halftoneRegions]);

/** Of the region segment information field: width, height, left, top, flags. */
const regionBytes = 17;
const unknownHeight = 0xffffffff;

/**
 * The largest surface that the segments of a JBIG2 picture make a decoder allocate (ITU-T T.88, 7.4): the sheet of its
 * page information, a region, a row of patterns or the grid of a halftone; none of them bounds the others. A page behind
 * another counts as the lower part of one sheet. The sizes of symbols are coded and not seen.
 *
 * @param bytes segments as a PDF embeds them, of the picture or of its globals
 * @returns undefined when no segment says a size
 */
export function jbig2Size(bytes: Uint8Array): PictureSize | undefined {
  const sheet = { widthPx: 0, heightPx: 0 };
  let largest = sheet;
  let openPages = 0;
  let lowestRow = 0;
  const note = (widthPx: number, heightPx: number) => {
    if (widthPx * heightPx > largest.widthPx * largest.heightPx) largest = { widthPx, heightPx };
  };
  for (const { type, data } of jbig2Segments(bytes)) {
    const size = data.byteLength;
    if (type === pageInformation && size >= 8) {
      const heightPx = data.getUint32(4);
      sheet.widthPx = Math.max(sheet.widthPx, data.getUint32(0));
      if (heightPx !== unknownHeight) sheet.heightPx += heightPx;
      else {
        // It begins with the rows of a stripe and grows with what is drawn below.
        openPages += 1;
        if (size >= 19) lowestRow = Math.max(lowestRow, data.getUint16(17) & 0x7fff);
      }
    } else if (type === endOfStripe && size >= 4) {
      lowestRow = Math.max(lowestRow, data.getUint32(0) + 1);
    } else if (type === patternDictionary && size >= 7) {
      note((data.getUint32(3) + 1) * data.getUint8(1), data.getUint8(2));
    } else if (regions.has(type) && size >= regionBytes) {
      note(data.getUint32(0), data.getUint32(4));
      lowestRow = Math.max(lowestRow, data.getUint32(12) + data.getUint32(4));
      if (halftoneRegions.has(type) && size >= regionBytes + 9) {
        note(data.getUint32(regionBytes + 1), data.getUint32(regionBytes + 5));
      }
    }
  }
  note(sheet.widthPx, sheet.heightPx + openPages * lowestRow);
  return largest.widthPx > 0 ? { ...largest, components: 1, tiles: 1, isBilevel: true } : undefined;
}
