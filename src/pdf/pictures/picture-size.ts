/** What a coded picture makes its decoder allocate. */
export interface PictureSize {
  widthPx: number;
  heightPx: number;
  /** Values of each pixel; the pixels of a JBIG2 picture are single bits. */
  components: number;
  tiles: number;
}

/** Grey, colour and CMYK decode within what the bound of pixels allows for; more components weigh like more pixels. */
const usualComponents = 4;

/** Pixels that a tile weighs at least: the engine takes 12 kB for one of three components, however small, before it decodes any. */
const leastTilePixels = 4096;

/**
 * Whether a picture may be decoded.
 *
 * @param claimedPixels what it says of itself where it is looked at later; more than `maxPixels` is refused there, and only
 *   where the picture is drawn
 */
export function judgePicture(
  { widthPx, heightPx, components, tiles }: PictureSize,
  claimedPixels: number,
  maxPixels: number,
): "fine" | "too-large" | "too-complex" {
  const pixels = widthPx * heightPx;
  const weight = Math.max(1, components / usualComponents);
  if (tiles * leastTilePixels * weight > maxPixels) return "too-complex";
  if (pixels > maxPixels) return claimedPixels > maxPixels ? "fine" : "too-large";
  return pixels * weight > maxPixels ? "too-complex" : "fine";
}
