import type { GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";

/** What hangs together in a line, with whatever stands above or below it, and nothing else of the line. */
export interface Glyph {
  /** In the line's picture. */
  box: Box;
  /** Trimmed to the ink. */
  image: GreyImage;
}

/** Fewer pixels are dirt. */
const minPixels = 6;
/** Parts that lie so far over each other belong together, as a broken stroke and a mark above its letter do. */
const overlapShare = 0.6;

interface Part {
  pixels: number[];
  left: number;
  right: number;
}

/** The glyphs of a line's picture from left to right. */
export function lineGlyphs(line: GreyImage, threshold: number): Glyph[] {
  const joined: Part[] = [];
  for (const part of connectedInk(line, threshold).sort((a, b) => a.left - b.left)) {
    const before = joined.at(-1);
    const shared = before === undefined ? 0 : Math.min(before.right, part.right) - part.left + 1;
    const narrower = Math.min(part.right - part.left, (before?.right ?? 0) - (before?.left ?? 0)) + 1;
    if (before === undefined || shared < overlapShare * narrower) {
      joined.push(part);
      continue;
    }
    for (const pixel of part.pixels) before.pixels.push(pixel);
    before.right = Math.max(before.right, part.right);
  }
  return joined.map((part) => glyphOf(line, part));
}

/** A part of a glyph between two columns of it; undefined where that has no ink. */
export function cutGlyph({ box, image }: Glyph, from: number, to: number, threshold: number): Glyph | undefined {
  const pixels: number[] = [];
  for (let at = 0; at < image.data.length; at++) {
    const x = at % image.width;
    if (x >= from && x < to && (image.data[at] ?? 255) < threshold) pixels.push(at);
  }
  if (pixels.length < minPixels) return undefined;
  const part = glyphOf(image, { pixels, left: from, right: to });
  return { ...part, box: { ...part.box, left: part.box.left + box.left, top: part.box.top + box.top } };
}

/** Dark pixels that touch, corners included. */
function connectedInk({ width, height, data }: GreyImage, threshold: number): Part[] {
  const open = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) if ((data[at] ?? 255) < threshold) open[at] = 1;
  const found: Part[] = [];
  for (let start = 0; start < open.length; start++) {
    if (open[start] !== 1) continue;
    open[start] = 0;
    const pixels = [start];
    let [left, right] = [width, 0];
    for (let next = 0; next < pixels.length; next++) {
      const at = pixels[next] ?? 0;
      const [x, y] = [at % width, Math.floor(at / width)];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const beside = row * width + column;
          if (open[beside] !== 1) continue;
          open[beside] = 0;
          pixels.push(beside);
        }
      }
    }
    if (pixels.length >= minPixels) found.push({ pixels, left, right });
  }
  return found;
}

/** The pixels of a part and the blurred ones beside them, in a picture of their own. */
function glyphOf({ width, height, data }: GreyImage, { pixels }: Part): Glyph {
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (const at of pixels) {
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const box = { left, top, width: right - left + 1, height: bottom - top + 1 };
  const image = { width: box.width, height: box.height, data: new Uint8Array(box.width * box.height).fill(255) };
  for (const at of pixels) {
    const [x, y] = [at % width, Math.floor(at / width)];
    for (let row = Math.max(top, y - 1); row <= Math.min(bottom, y + 1); row++) {
      for (let column = Math.max(left, x - 1); column <= Math.min(right, x + 1); column++) {
        image.data[(row - top) * box.width + column - left] = data[row * width + column] ?? 255;
      }
    }
  }
  return { box, image };
}
