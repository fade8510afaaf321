import type * as mupdf from "mupdf";
import { pictureTooLarge } from "../document-faults.ts";
import type { AffineMap } from "../geometry/coverage.ts";
import { decodedSize } from "../pictures/drawn-size.ts";
import { heldPixels, mostPieces } from "../pictures/picture-size.ts";
import { EngineFault } from "./fault.ts";
import { releasing, walkList } from "./objects.ts";
import { sizeName, type WholePictures } from "./page-pictures.ts";

interface Limits {
  /** 1-based. */
  page: number;
  maxPagePixels: number;
  /** Of the whole page. */
  longestSidePx: number;
  longestSidePt: number;
  /** Pictures that are decoded whole, beside those of indexed colours. */
  whole: WholePictures;
}

/** Longer side of what is drawn of a page at once: the whole of it, or a piece. */
const drawnAtOncePx = 2700;
/** Of an indexed picture: its numbers, and the colours that they stand for. */
const indexedBytes = 4;
/** Of others, grey or coloured: what is drawn. */
const pieceBytes = 6;

/**
 * The largest picture on a page of a PDF, before any is decoded but those of JPEG 2000.
 *
 * @throws EngineFault `page_too_large` where the engine could decode one neither whole nor piece by piece
 */
export function largestPicture(list: mupdf.DisplayList, limits: Limits): { widthPx: number; heightPx: number } {
  const { page, maxPagePixels, whole } = limits;
  const pxPerPt = limits.longestSidePx / limits.longestSidePt;
  const drawnShare = Math.min(1, (drawnAtOncePx / limits.longestSidePx) ** 2);
  const largest = { widthPx: 0, heightPx: 0 };

  function measure(image: mupdf.Image, [a, b, c, d]: AffineMap): void {
    const size = { widthPx: image.getWidth(), heightPx: image.getHeight() };
    const { widthPx, heightPx } = size;
    if (widthPx * heightPx > largest.widthPx * largest.heightPx) Object.assign(largest, size);
    const drawn = { widthPx: pxPerPt * Math.hypot(a, b), heightPx: pxPerPt * Math.hypot(c, d) };
    const isIndexed = hasPalette(image);
    const isWhole = isIndexed || whole.has(sizeName(size));
    const held = heldPixels({
      ...(isWhole ? size : decodedSize(size, drawn)),
      bytesPerPixel: isIndexed ? indexedBytes : pieceBytes,
    });
    const pixels = isWhole ? held : held * drawnShare;
    if (pixels > maxPagePixels || widthPx * heightPx > mostPieces * maxPagePixels) {
      throw new EngineFault("page_too_large", pictureTooLarge(page, widthPx, heightPx, maxPagePixels));
    }
    const mask = image.getMask();
    if (mask !== null) releasing([mask], () => measure(mask, [a, b, c, d, 0, 0]));
  }

  walkList(list, {
    fillImage: (image, map) => releasing([image], () => measure(image, map)),
    fillImageMask: (image, map, space) => releasing([image, space], () => measure(image, map)),
    clipImageMask: (image, map) => releasing([image], () => measure(image, map)),
  });
  return largest;
}

function hasPalette(image: mupdf.Image): boolean {
  const space = image.getColorSpace();
  if (space === null) return false;
  try {
    return space.isIndexed();
  } finally {
    space.destroy();
  }
}
