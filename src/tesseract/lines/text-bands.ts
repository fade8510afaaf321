import type { GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";

/** A tone mark alone in its row is two pixels wide at 150 dpi; one pixel is dirt. */
const minDarkPixels = 2;
/** Shares of the usual line's height: what is lower may be marks only, and marks stand closer to their line than that. */
const markShare = 0.7;
const gapShare = 0.4;
/** From this height on a band may hold two lines that touch. */
const tallShare = 1.7;
/** Two lines touch where the ink falls below this share of the band's mean. */
const waistShare = 0.4;

/**
 * The lines of text of a level page without ruling lines, from top to bottom, by the rows that hold ink. Thai vowels
 * and tone marks that stand apart above or below are joined with the nearer line; lines that touch are parted where
 * the ink is thinnest. A band still holds several lines where a picture or a signature spans them. Boxes fit the ink.
 * `pageHeight`: of the page that the image is a part of.
 */
export function textBands(image: GreyImage, threshold: number, pageHeight = image.height): Box[] {
  const ink = inkPerRow(image, threshold);
  const maxLine = maxLineShare * pageHeight;
  const strips = inkedStrips(ink);
  const joined = joinMarks(strips, usualHeight(strips, ink, maxLine));
  const usual = usualHeight(joined, ink, maxLine);
  return joined.flatMap((strip) => partTouching(strip, ink, usual)).map((strip) => fitBox(image, threshold, strip));
}

/** Of the page's height; a line this high is a poster's. */
const maxLineShare = 0.06;

interface Strip {
  top: number;
  /** The row below the last. */
  bottom: number;
}

function inkPerRow({ width, height, data }: GreyImage, threshold: number): Uint32Array {
  const ink = new Uint32Array(height);
  for (let y = 0; y < height; y++) {
    let dark = 0;
    for (let at = y * width; at < (y + 1) * width; at++) if ((data[at] ?? 255) < threshold) dark++;
    ink[y] = dark;
  }
  return ink;
}

/** The emptiest tenth of the rows shows how much of the ink is noise that lies everywhere. */
function inkedStrips(ink: Uint32Array): Strip[] {
  const noise = ink.toSorted()[Math.floor(ink.length / 10)] ?? 0;
  const least = minDarkPixels + Math.ceil(1.5 * noise);
  const strips: Strip[] = [];
  let top = -1;
  for (let y = 0; y <= ink.length; y++) {
    const inked = (ink[y] ?? 0) >= least;
    if (inked && top < 0) top = y;
    if (inked || top < 0) continue;
    if (y - top > 2) strips.push({ top, bottom: y });
    top = -1;
  }
  return strips;
}

/**
 * The height up to which strips hold half of the ink: strips of marks are many, but hold little. Pictures and
 * signatures hold much, and are left out by their height.
 */
function usualHeight(strips: readonly Strip[], ink: Uint32Array, maxLine: number): number {
  const lines = strips.filter(({ top, bottom }) => bottom - top <= maxLine);
  const weighed = (lines.length === 0 ? strips : lines).map((strip) => ({
    height: strip.bottom - strip.top,
    ink: ink.subarray(strip.top, strip.bottom).reduce((sum, dark) => sum + dark, 0),
  }));
  weighed.sort((a, b) => a.height - b.height);
  let left = weighed.reduce((sum, strip) => sum + strip.ink, 0) / 2;
  for (const strip of weighed) {
    left -= strip.ink;
    if (left <= 0) return strip.height;
  }
  return 0;
}

function joinMarks(strips: readonly Strip[], usual: number): Strip[] {
  const joined: Strip[] = [];
  let pending: Strip | undefined;
  for (const [index, strip] of strips.entries()) {
    const current = { top: pending?.top ?? strip.top, bottom: strip.bottom };
    pending = undefined;
    const above = joined.at(-1);
    const gapAbove = above === undefined ? Number.POSITIVE_INFINITY : current.top - above.bottom;
    const gapBelow = (strips[index + 1]?.top ?? Number.POSITIVE_INFINITY) - current.bottom;
    const isMark = current.bottom - current.top < markShare * usual && Math.min(gapAbove, gapBelow) < gapShare * usual;
    if (isMark && gapBelow <= gapAbove) pending = current;
    else if (isMark && above !== undefined) above.bottom = current.bottom;
    else joined.push(current);
  }
  return joined;
}

function partTouching(strip: Strip, ink: Uint32Array, usual: number): Strip[] {
  const height = strip.bottom - strip.top;
  if (usual === 0 || height < tallShare * usual) return [strip];
  const rows = ink.subarray(strip.top, strip.bottom);
  const mean = rows.reduce((sum, dark) => sum + dark, 0) / height;
  const margin = Math.floor(usual / 2);
  const middle = rows.subarray(margin, height - margin);
  const thinnest = middle.reduce((best, dark, row) => (dark < (middle[best] ?? 0) ? row : best), 0);
  if ((middle[thinnest] ?? mean) >= waistShare * mean) return [strip];
  const waist = strip.top + margin + thinnest;
  const upper = { top: strip.top, bottom: waist };
  const lower = { top: waist, bottom: strip.bottom };
  return [...partTouching(upper, ink, usual), ...partTouching(lower, ink, usual)];
}

function fitBox({ width, data }: GreyImage, threshold: number, { top, bottom }: Strip): Box {
  let left = width;
  let right = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < width; x++) {
      if ((data[y * width + x] ?? 255) >= threshold) continue;
      if (x < left) left = x;
      if (x > right) right = x;
    }
  }
  return { left, top, width: right - left + 1, height: bottom - top };
}
