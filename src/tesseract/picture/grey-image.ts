import { decode } from "fast-png";

/** Pixels row by row, one byte each, 0 = black, 255 = white; `data.length` is `width * height`. */
export interface GreyImage {
  width: number;
  height: number;
  data: Uint8Array;
}

/**
 * Decodes a PNG as the page renderer makes them (8 bits a sample; grey or RGB, transparency is laid on white) to
 * grey by Rec. 601 luma. Throws for any other picture, and for more than `maxPixels` before it allocates them.
 */
export function decodeGreyPng(png: Uint8Array, maxPixels: number): GreyImage {
  if (png.byteLength < pngHeaderBytes) throw new Error("The picture is no PNG.");
  const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const pixels = header.getUint32(16) * header.getUint32(20);
  if (pixels > maxPixels) throw new Error(`The picture has ${pixels} pixels; at most ${maxPixels} are read.`);
  const { width, height, data, channels, depth, palette } = decode(png);
  if (depth !== 8 || palette !== undefined) throw new Error("Only PNG with 8 bits a sample and no palette are read.");
  return { width, height, data: toGrey(Uint8Array.from(data), channels) };
}

/** A binary PGM, which Leptonica reads without decompressing anything. */
export function encodePgm({ width, height, data }: GreyImage): Uint8Array {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const pgm = new Uint8Array(header.length + data.length);
  pgm.set(header);
  pgm.set(data, header.length);
  return pgm;
}

/** The part of the picture in a box that lies within it, with a white margin around. */
export function crop(
  image: GreyImage,
  box: { left: number; top: number; width: number; height: number },
  marginPx: number,
): GreyImage {
  const width = box.width + 2 * marginPx;
  const height = box.height + 2 * marginPx;
  const data = new Uint8Array(width * height).fill(255);
  for (let y = 0; y < box.height; y++) {
    const from = (box.top + y) * image.width + box.left;
    data.set(image.data.subarray(from, from + box.width), (y + marginPx) * width + marginPx);
  }
  return { width, height, data };
}

/** Signature, and the header chunk with width and height. */
const pngHeaderBytes = 33;

function toGrey(samples: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return samples;
  const grey = new Uint8Array(samples.length / channels);
  const hasColour = channels >= 3;
  const hasAlpha = channels === 2 || channels === 4;
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += channels) {
    const first = samples[at] ?? 0;
    const value = hasColour ? (first * 77 + (samples[at + 1] ?? 0) * 150 + (samples[at + 2] ?? 0) * 29) >> 8 : first;
    const alpha = hasAlpha ? (samples[at + channels - 1] ?? 0) : 255;
    grey[pixel] = 255 - ((255 - value) * alpha) / 255;
  }
  return grey;
}
