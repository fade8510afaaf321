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
/** A quarter of the levels of what deviates evenly (normal distribution) lie within this share of its deviation. */
const quarterWithin = 0.32;
/** What lies within so many deviations of a ground, and within half of what is print, is ground; what lies beyond the next is print. */
const groundWithin = 1.4;
const printBeyond = 2.4;
/** A ground that deviates less is scanned or coded well, and what is blurred there is print. */
const minNoise = 8;
/** But no more than this share of the way from the ground to its print is taken for ground. */
const maxGroundShare = 0.4;

/**
 * Makes white of the rectangle of ground around each line of print, and black of what is printed there.
 *
 * @param sheet the picture in which the print was found
 * @param target the same picture, in which other grounds may be white already
 */
export function clearGrounds(sheet: GreyImage, target: GreyImage, prints: readonly PrintOnGround[]): GreyImage {
  const data = target.data.slice();
  const extents: { extent: Box; noise: number }[] = [];
  for (const { box, ground, paper } of prints.toSorted((a, b) => a.box.top - b.box.top)) {
    if (extents.some(({ extent }) => isWithin(box, extent))) continue;
    const extent = extentOfGround(sheet, box, (ground + paper) / 2);
    const part = crop(sheet, extent, 0);
    const level = groundOf(part, ground);
    const noise = noiseOf(part, level);
    extents.push({ extent, noise });
    forEachPixel(sheet, widened(extent, edgePx, sheet), (at) => {
      if ((sheet.data[at] ?? 255) > (ground + paper) / 2) data[at] = 255;
    });
    put(data, sheet.width, extent, blackOnWhite(part, { ground: level, noise, paper }, edgePx));
  }
  for (const { box, paper } of prints) {
    const found = extents.find(({ extent }) => isWithin(box, extent));
    if (found === undefined) continue;
    const nearby = crop(sheet, within(widened(box, box.height >> 1, sheet), found.extent), 0);
    const ground = quantile(histogramOf(nearby.data), nearby.data.length / 2);
    const marks = Math.round(marksShare * box.height);
    const around = within({ ...box, top: box.top - marks, height: box.height + 2 * marks }, found.extent);
    put(data, sheet.width, around, blackOnWhite(crop(sheet, around, 0), { ground, noise: found.noise, paper }, 0));
  }
  return { ...target, data };
}

interface Levels {
  ground: number;
  /** Deviation of the levels of the ground. */
  noise: number;
  paper: number;
}

/** A part of a picture with its print black and its ground white; light fields on it are as they were. */
function blackOnWhite(part: GreyImage, { ground, noise, paper }: Levels, whiteEdgePx: number): GreyImage {
  const { width, height, data } = part;
  const lighterFrom = ground + Math.max(minDepth, printShare * (paper - ground), printBeyond * noise);
  const darkerBelow = ground - Math.max(minDepth, printShare * ground, printBeyond * noise);
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
  const around = Math.max(minDepth / 2, groundWithin * noise);
  const lighter = ground + Math.min(around, maxGroundShare * (lightest - ground));
  const darker = ground - Math.min(around, maxGroundShare * ground);
  const turned = data.map((level, at) => {
    if (fields[at] === 1) return level;
    if (isEdge(at)) return 255;
    const fromLight = hasLight ? 255 - ((level - lighter) * 255) / Math.max(1, lightest - lighter) : 255;
    const fromDark = hasDark ? (level * 255) / Math.max(1, darker) : 255;
    return Math.max(0, Math.min(255, fromLight, fromDark));
  });
  return { width, height, data: turned };
}

/** How far the levels deviate from that of the ground, by the quarter that is nearest to it: print may take a half. */
function noiseOf({ data }: GreyImage, ground: number): number {
  const distances = histogramOf(data.map((level) => Math.abs(level - ground)));
  const noise = quantile(distances, data.length / 4) / quarterWithin;
  return noise < minNoise ? 0 : noise;
}

/** The level of the ground in a part of a picture that is near to what it is around its print, with the blur of that. */
function groundOf({ data }: GreyImage, aroundPrint: number): number {
  const near = data.filter((level) => Math.abs(level - aroundPrint) < minDepth);
  return near.length === 0 ? aroundPrint : quantile(histogramOf(near), near.length / 2);
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
