import { orientationOf } from "./orientation.ts";
import type { PicturePage } from "./picture-page.ts";
import { type TiffDirectory, tiffDirectories, tiffTag } from "./tiff-directories.ts";

const reducedCopy = 1;
const transparencyMask = 4;
/** Of the older field of the same purpose. */
const oldReducedCopy = 2;

/** Those that the engine decodes (mupdf 1.28.1); 6 is the JPEG of TIFF 6.0, of which it reads most. */
const compressions: ReadonlySet<number> = new Set([
  ...[1, 2, 3, 4, 5, 6, 7, 8],
  ...[32_773, 32_809, 32_946, 34_676, 34_677],
]);
const compressionNames: ReadonlyMap<number, string> = new Map([
  [34_712, "JPEG 2000"],
  [34_887, "LERC"],
  [34_892, "lossy JPEG of a camera"],
  [34_925, "LZMA"],
  [34_933, "PNG"],
  [34_934, "JPEG XR"],
  [50_000, "Zstandard"],
  [50_001, "WebP"],
  [50_002, "JPEG XL"],
]);
const jpegCompressions: ReadonlySet<number> = new Set([6, 7]);
const palette = 3;
const cmyk = 5;
/** Samples of the two floating-point photometrics of the engine are coded as whole numbers. */
const wholeNumbers: ReadonlySet<number> = new Set([1, 4]);

/** The pages of a TIFF: copies of reduced size and masks are none, unless there is nothing else. */
export function tiffPages(bytes: Uint8Array): PicturePage[] {
  const pages = tiffDirectories(bytes).map((directory, index) => ({ directory, page: pageOf(directory, index) }));
  const real = pages.filter(({ directory }) => !isCopy(directory));
  return (real.length > 0 ? real : pages).map(({ page }) => page);
}

function pageOf(directory: TiffDirectory, index: number): PicturePage {
  const orientation = orientationOf(directory.get(tiffTag.orientation));
  const held = {
    widthPx: directory.get(tiffTag.width) ?? 0,
    heightPx: directory.get(tiffTag.height) ?? 0,
    bytesPerPixel: heldBytes(directory),
  };
  const unsupported = unsupportedKind(directory);
  return unsupported === undefined ? { index, orientation, held } : { index, orientation, held, unsupported };
}

function heldBytes(directory: TiffDirectory): number {
  // Its colours are told in 16 bits each.
  if (directory.get(tiffTag.photometric) === palette) return 10;
  return (directory.get(tiffTag.samplesPerPixel) ?? 1) < 3 ? 2 : 6;
}

function isCopy(directory: TiffDirectory): boolean {
  const kind = directory.get(tiffTag.newSubfileType) ?? 0;
  return (kind & (reducedCopy | transparencyMask)) !== 0 || directory.get(tiffTag.subfileType) === oldReducedCopy;
}

/** What the engine refuses, or reads wrongly without a word. */
function unsupportedKind(directory: TiffDirectory): string | undefined {
  const compression = directory.get(tiffTag.compression) ?? 1;
  const samples = directory.get(tiffTag.samplesPerPixel) ?? 1;
  const bits = directory.get(tiffTag.bitsPerSample) ?? 1;
  const isJpeg = jpegCompressions.has(compression);
  if (!compressions.has(compression)) {
    return `compressed by ${compressionNames.get(compression) ?? `method ${compression}`}`;
  }
  if (samples > 1 && directory.get(tiffTag.planarConfiguration) === 2) return "stored plane by plane";
  if (!wholeNumbers.has(directory.get(tiffTag.sampleFormat) ?? 1)) return "of floating-point or signed samples";
  if (bits > 16 && !isJpeg) return `of ${bits} bits a sample`;
  if (isJpeg && directory.get(tiffTag.photometric) === cmyk) return "of CMYK colours compressed by JPEG";
  return undefined;
}
