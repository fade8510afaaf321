import { crop, type GreyImage } from "./grey-image.ts";
import { extentOfGround } from "./ground-extent.ts";
import { histogramOf, quantile } from "./histogram.ts";
import type { Box } from "./ink.ts";
import { markFields } from "./light-fields.ts";
import { forEachPixel, widened } from "./part-of-image.ts";
import type { PrintOnGround } from "./print-on-grounds.ts";

/** The marks of Thai stand above and below the box of a line, by this share of its height. */
const marksShare = 0.15;
/** The blurred edge of a ground. */
const edgePx = 2;
/** Share of the way from the ground to the paper, or to black, from which on a pixel is print, and the fewest levels. */
const printShare = 0.4;
const minDepth = 32;
/** Of two kinds of print the one that is this much more is; the other is a blurred edge, or a rule. */
const clearlyMore = 4;
/** Deviation of the levels of a ground from which on it is smoothed: print on paper has the noise of the paper alone. */
const minNoise = 16;

/**
 * Makes white of the rectangle of ground around each line of print, and black of what is printed there.
 *
 * @param sheet the picture in which the print was found
 * @param target the same picture, in which other grounds may be white already
 */
export function clearGrounds(sheet: GreyImage, target: GreyImage, prints: readonly PrintOnGround[]): GreyImage {
  const data = target.data.slice();
  const extents: Box[] = [];
  for (const { box, ground, paper } of prints.toSorted((a, b) => a.box.top - b.box.top)) {
    if (extents.some((extent) => isWithin(box, extent))) continue;
    const extent = extentOfGround(sheet, box, (ground + paper) / 2);
    extents.push(extent);
    forEachPixel(sheet, widened(extent, edgePx, sheet), (at) => {
      if ((sheet.data[at] ?? 255) > (ground + paper) / 2) data[at] = 255;
    });
    put(data, sheet.width, extent, blackOnWhite(sheet, extent, ground, paper, edgePx));
  }
  for (const { box, ground, paper } of prints) {
    const extent = extents.find((one) => isWithin(box, one));
    if (extent === undefined) continue;
    const marks = Math.round(marksShare * box.height);
    const around = within({ ...box, top: box.top - marks, height: box.height + 2 * marks }, extent);
    put(data, sheet.width, around, blackOnWhite(sheet, around, ground, paper, 0));
  }
  return { ...target, data };
}

/** The part of a picture in a box with its print black and its ground white; light fields on it are as they were. */
function blackOnWhite(sheet: GreyImage, box: Box, ground: number, paper: number, whiteEdgePx: number): GreyImage {
  const cut = crop(sheet, box, 0);
  const part = noiseOf(cut, ground) < minNoise ? cut : smoothed(cut);
  const { width, height, data } = part;
  const lighterFrom = ground + Math.max(minDepth, printShare * (paper - ground));
  const darkerBelow = ground - Math.max(minDepth, printShare * ground);
  const fields = new Uint8Array(data.length);
  markFields(part, { left: 0, top: 0, width, height }, (level) => level > lighterFrom, fields);
  const histogram = histogramOf(data.filter((_, at) => fields[at] !== 1));
  let [all, light, dark] = [0, 0, 0];
  for (let level = 0; level < 256; level++) {
    const pixels = histogram[level] ?? 0;
    all += pixels;
    if (level > lighterFrom) light += pixels;
    if (level < darkerBelow) dark += pixels;
  }
  const lightest = quantile(histogram, all - light / 4);
  const hasLight = light * clearlyMore >= dark;
  const hasDark = dark > 0 && dark * clearlyMore >= light;
  const isEdge = (at: number) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return x < whiteEdgePx || y < whiteEdgePx || x >= width - whiteEdgePx || y >= height - whiteEdgePx;
  };
  const turned = data.map((level, at) => {
    if (fields[at] === 1) return level;
    if (isEdge(at)) return 255;
    const fromLight = hasLight ? 255 - ((level - ground) * 255) / Math.max(1, lightest - ground) : 255;
    const fromDark = hasDark ? (level * 255) / Math.max(1, ground) : 255;
    return Math.max(0, Math.min(255, fromLight, fromDark));
  });
  return { width, height, data: turned };
}

/** How far the levels below that of a ground deviate from it; above it is light print. */
function noiseOf({ data }: GreyImage, ground: number): number {
  let [sum, pixels] = [0, 0];
  for (const level of data) {
    if (level > ground) continue;
    sum += (level - ground) ** 2;
    pixels++;
  }
  return Math.sqrt(sum / Math.max(1, pixels));
}

/** Each pixel the mean of itself and those around it. */
function smoothed({ width, height, data }: GreyImage): GreyImage {
  const means = data.map((_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    let [sum, pixels] = [0, 0];
    for (let besideY = Math.max(0, y - 1); besideY <= Math.min(height - 1, y + 1); besideY++) {
      for (let besideX = Math.max(0, x - 1); besideX <= Math.min(width - 1, x + 1); besideX++) {
        sum += data[besideY * width + besideX] ?? 255;
        pixels++;
      }
    }
    return sum / pixels;
  });
  return { width, height, data: means };
}

function put(target: Uint8Array, width: number, { left, top }: Box, part: GreyImage): void {
  for (let y = 0; y < part.height; y++) {
    target.set(part.data.subarray(y * part.width, (y + 1) * part.width), (top + y) * width + left);
  }
}

const isWithin = (box: Box, outer: Box) =>
  box.left >= outer.left &&
  box.top >= outer.top &&
  box.left + box.width <= outer.left + outer.width &&
  box.top + box.height <= outer.top + outer.height;

function within(box: Box, outer: Box): Box {
  const [left, top] = [Math.max(box.left, outer.left), Math.max(box.top, outer.top)];
  const width = Math.min(box.left + box.width, outer.left + outer.width) - left;
  return { left, top, width, height: Math.min(box.top + box.height, outer.top + outer.height) - top };
}
