import { encode } from "fast-png";
import { sarabun } from "../../scripts/eval/fonts.ts";
import { renderGrey, typesetPdf } from "../../scripts/eval/render-document.ts";
import { crop, type GreyImage } from "../../src/tesseract/picture/grey-image.ts";

/** An A4 page of HTML in Thai type, in grey; `longestSidePx` is its height. */
export async function thaiPage(html: string, longestSidePx = 1800): Promise<GreyImage> {
  return renderGrey(typesetPdf(html, await sarabun()), longestSidePx);
}

/** A line of Thai type as the engine sees it, trimmed to its ink: what is darker than `threshold`. */
export async function thaiLine(text: string, threshold: number): Promise<GreyImage> {
  const page = await thaiPage(`<p>${text}</p>`);
  const dark = [...page.data.keys()].filter((at) => (page.data[at] ?? 255) < threshold);
  const rows = dark.map((at) => Math.floor(at / page.width));
  const columns = dark.map((at) => at % page.width);
  const [left, top] = [columns.reduce((a, b) => Math.min(a, b)), rows.reduce((a, b) => Math.min(a, b))];
  const [right, bottom] = [columns.reduce((a, b) => Math.max(a, b)), rows.reduce((a, b) => Math.max(a, b))];
  return crop(page, { left, top, width: right - left + 1, height: bottom - top + 1 }, 0);
}

export const greyPng = (image: GreyImage): Uint8Array => encode({ ...image, channels: 1, depth: 8 });

/** Turned clockwise by a quarter. */
export function quarterTurn({ width, height, data }: GreyImage): GreyImage {
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) turned[x * height + (height - 1 - y)] = data[y * width + x] ?? 255;
  }
  return { width: height, height: width, data: turned };
}

/** A rectangle of ink: left, top, width, height. */
export type Rectangle = readonly [number, number, number, number];

/** A white picture with black rectangles. */
export function drawing(width: number, height: number, rectangles: readonly Rectangle[]): GreyImage {
  const data = new Uint8Array(width * height).fill(255);
  for (const [left, top, wide, high] of rectangles) {
    for (let y = top; y < top + high; y++) data.fill(0, y * width + left, y * width + left + wide);
  }
  return { width, height, data };
}
