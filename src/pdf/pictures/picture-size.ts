/** What a coded picture makes its decoder allocate. */
export interface PictureSize {
  widthPx: number;
  heightPx: number;
  /** Values of each pixel; the pixels of a JBIG2 picture are single bits. */
  components: number;
  tiles: number;
  /** Its pixels are single bits, in memory too. */
  isBilevel?: true;
}

/** Pixels of a picture that is decoded piece by piece are read at 200 million a second: so many times those of a whole one in 8 s. */
export const mostPieces = 16;

/** A picture, and what of it lies in memory at once while it is decoded. */
export interface HeldPicture {
  widthPx: number;
  heightPx: number;
  bytesPerPixel: number;
}

/** Of a colour picture that is decoded whole: the values as they are stored, and as they are drawn. */
const colourBytes = 6;

/** Pixels of a colour picture, decoded whole, that would take as much memory. */
export const heldPixels = ({ widthPx, heightPx, bytesPerPixel }: HeldPicture): number =>
  (widthPx * heightPx * bytesPerPixel) / colourBytes;

/** Grey, colour and CMYK decode within what the bound of pixels allows for; more components weigh like more pixels. */
const usualComponents = 4;

/** Pixels that a tile weighs at least: the engine takes 12 kB for one of three components, however small, before it decodes any. */
const leastTilePixels = 4096;

/**
 * Whether a picture may be decoded.
 *
 * @param claimedPixels what it says of itself where it is looked at later; more than may be is refused there, and only
 *   where the picture is drawn
 */
export function judgePicture(
  { widthPx, heightPx, components, tiles, isBilevel }: PictureSize,
  claimedPixels: number,
  maxPagePixels: number,
): "fine" | "too-large" | "too-complex" {
  const pixels = widthPx * heightPx;
  const maxPixels = isBilevel ? mostPieces * maxPagePixels : maxPagePixels;
  const weight = Math.max(1, components / usualComponents);
  if (tiles * leastTilePixels * weight > maxPixels) return "too-complex";
  if (pixels > maxPixels) return claimedPixels > maxPixels ? "fine" : "too-large";
  return pixels * weight > maxPixels ? "too-complex" : "fine";
}
