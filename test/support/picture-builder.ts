import * as mupdf from "mupdf";

export interface PictureOptions {
  widthPx: number;
  heightPx: number;
}

/** Black lines of Latin text on white, so large that they fill the picture's width. The caller destroys the pixmap. */
export function drawPicture(lines: readonly string[], { widthPx, heightPx }: PictureOptions): mupdf.Pixmap {
  const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, widthPx, heightPx], false);
  pixmap.clear(255);
  const device = new mupdf.DrawDevice(mupdf.Matrix.identity, pixmap);
  const font = new mupdf.Font("Helvetica");
  const size = widthPx / 30;
  lines.forEach((line, index) => {
    const text = new mupdf.Text();
    text.showString(font, [size, 0, 0, -size, size, size * 1.5 * (index + 1)], line);
    device.fillText(text, mupdf.Matrix.identity, mupdf.ColorSpace.DeviceGray, [0], 1);
    text.destroy();
  });
  device.close();
  device.destroy();
  return pixmap;
}

/** The same as PNG. */
export const buildPng = (lines: readonly string[], options: PictureOptions) =>
  encode(lines, options, (pixmap) => pixmap.asPNG());

/** The same as JPEG; `orientation` (1 to 8) is written as EXIF, as cameras do. */
export function buildJpeg(
  lines: readonly string[],
  options: PictureOptions,
  orientation?: number,
): Uint8Array<ArrayBuffer> {
  const jpeg = encode(lines, options, (pixmap) => pixmap.asJPEG(85));
  if (orientation === undefined) return jpeg;
  return new Uint8Array(Buffer.concat([jpeg.subarray(0, 2), exifSegment(orientation), jpeg.subarray(2)]));
}

/** An uncompressed RGB TIFF with one page for each list of lines. */
export function buildTiff(pages: ReadonlyArray<readonly string[]>, options: PictureOptions): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [Buffer.from("II*\0\x08\0\0\0", "latin1")];
  let offset = 8;
  pages.forEach((lines, index) => {
    const pixels = encode(lines, options, (pixmap) => new Uint8Array(pixmap.getPixels()));
    const bitsAt = offset + 2 + 12 * 12 + 4;
    const pixelsAt = bitsAt + 6;
    const next = index === pages.length - 1 ? 0 : pixelsAt + pixels.length;
    parts.push(
      directory(options, bitsAt, pixelsAt, pixels.length, next),
      Buffer.from([8, 0, 8, 0, 8, 0]),
      Buffer.from(pixels),
    );
    offset = pixelsAt + pixels.length;
  });
  return new Uint8Array(Buffer.concat(parts));
}

function encode(
  lines: readonly string[],
  options: PictureOptions,
  write: (pixmap: mupdf.Pixmap) => Uint8Array,
): Uint8Array<ArrayBuffer> {
  const pixmap = drawPicture(lines, options);
  try {
    return new Uint8Array(write(pixmap));
  } finally {
    pixmap.destroy();
  }
}

/** An image file directory of TIFF 6.0 with 12 entries: tag, type (3 short, 4 long), count, value. */
function directory(
  { widthPx, heightPx }: PictureOptions,
  bitsAt: number,
  pixelsAt: number,
  size: number,
  next: number,
) {
  const entries = [
    [256, 4, 1, widthPx],
    [257, 4, 1, heightPx],
    [258, 3, 3, bitsAt],
    [259, 3, 1, 1],
    [262, 3, 1, 2],
    [273, 4, 1, pixelsAt],
    [274, 3, 1, 1],
    [277, 3, 1, 3],
    [278, 4, 1, heightPx],
    [279, 4, 1, size],
    [284, 3, 1, 1],
    [296, 3, 1, 2],
  ] as const;
  const buffer = Buffer.alloc(2 + 12 * entries.length + 4);
  buffer.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, type, count, value], index) => {
    const at = 2 + 12 * index;
    buffer.writeUInt16LE(tag, at);
    buffer.writeUInt16LE(type, at + 2);
    buffer.writeUInt32LE(count, at + 4);
    buffer.writeUInt32LE(value, at + 8);
  });
  buffer.writeUInt32LE(next, 2 + 12 * entries.length);
  return buffer;
}

/** APP1. */
const exifSegment = (orientation: number) =>
  Buffer.concat([Buffer.from("ffe10022457869660000", "hex"), exifData(orientation)]);

/** EXIF data of the one entry 0x0112, orientation, as a TIFF has it. */
export const exifData = (orientation: number) =>
  Buffer.from(`4d4d002a000000080001011200030000000100${orientation.toString(16).padStart(2, "0")}000000000000`, "hex");
