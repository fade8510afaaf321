import { likenesses } from "../digits/judge-glyph.ts";
import { knownArabicGlyphs } from "../digits/known-glyphs.ts";
import { lineGlyphs } from "../digits/line-glyphs.ts";
import { crop, type GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";
import { areLevel, bottomOf, rightOf } from "./boxes.ts";

/** A box of a form to be ticked. */
export interface CheckBox extends Box {
  isTicked: boolean;
}

/** As text has them. */
export const textOfCheckBox = ({ isTicked }: CheckBox): string => (isTicked ? "☑" : "☐");

/** Pixels of a side: 2.5 to 6.3 mm of a page of A4 that is 1800 pixels high. */
const sidePx = { least: 15, most: 38 } as const;
/** The shorter side as a share of the longer one, how much of a side is drawn, and how thick it is at most. */
const squareShare = 0.86;
/** Of the frames beside it that tell the boxes of a number, which are higher as often as not. */
const frameShare = 0.6;
const drawnShare = 0.9;
const thickShare = 0.25;
/** Of what stands two pixels beside a side that is inked at most: the strokes of letters are thicker and round. */
const besideShare = 0.35;
/** What ticks a box makes its upper side so much longer at most. */
const reachPx = 10;
/** Of the row above a box that is inked, at most, by what ticks it. */
const upperShare = 0.6;
/** Of the inside that is inked, from which on a box is ticked, and from which on it is a blot or a symbol. */
const tickedShare = 0.08;
const filledShare = 0.6;
/** So many in a row, nearer to each other than this share of a side, are the boxes of the digits of a number. */
const digitBoxes = { count: 3, gapShare: 0.6 } as const;
/** No form has as many; more are a pattern, and would be compared with each other for minutes. */
const maxSquares = 400;
/** What is inside of a box, and does not reach its lines, is a printed character from this likeness on, but for these. */
const printedLikeness = 0.8;
const ticks = "xXvVyY";

/** The check boxes of a level page without ruling lines: squares of four thin lines. */
export function findCheckBoxes(image: GreyImage, threshold: number): CheckBox[] {
  const page = inkOf(image, threshold);
  const squares: { box: Box; isTicked: boolean | undefined }[] = [];
  for (let y = 1; y < image.height - sidePx.least; y++) {
    const row = image.data.subarray(y * image.width, (y + 1) * image.width);
    for (let x = 0; x < row.length; x++) {
      const from = x;
      while ((row[x] ?? 255) < threshold) x++;
      const width = x - from;
      if (width < sidePx.least || width > sidePx.most + reachPx) continue;
      if (page.rowShare(y - 1, from, width) > upperShare) continue;
      const box = frameBelow(page, from, y, width);
      if (box === undefined || squares.some((square) => isWithin(box, square.box))) continue;
      squares.push({ box, isTicked: isTickedBox(image, threshold, page, box) });
      if (squares.length > maxSquares) return [];
    }
  }
  const boxes = squares.map(({ box }) => box);
  return squares.flatMap(({ box, isTicked }) =>
    isTicked === undefined || !isSquare(box) || isOfNumber(box, boxes) ? [] : [{ ...box, isTicked }],
  );
}

const isSquare = ({ width, height }: Box) => Math.min(width, height) >= squareShare * Math.max(width, height);

interface Page {
  isInk(x: number, y: number): boolean;
  /** How much of a row is ink. */
  rowShare(y: number, left: number, width: number): number;
  columnShare(x: number, top: number, height: number): number;
}

function inkOf({ width, height, data }: GreyImage, threshold: number): Page {
  const isInk = (x: number, y: number) =>
    x >= 0 && x < width && y >= 0 && y < height && (data[y * width + x] ?? 255) < threshold;
  const share = (length: number, isInked: (at: number) => boolean) => {
    let inked = 0;
    for (let at = 0; at < length; at++) if (isInked(at)) inked++;
    return inked / length;
  };
  return {
    isInk,
    rowShare: (y, left, wide) => share(wide, (at) => isInk(left + at, y)),
    columnShare: (x, top, high) => share(high, (at) => isInk(x, top + at)),
  };
}

/** The frame whose upper side is in this run of ink, which a tick that leaves the box at a corner makes longer. */
function frameBelow(page: Page, from: number, top: number, length: number): Box | undefined {
  const columnShare = sharesBelow(page, top, Math.floor(sidePx.most / frameShare));
  const isSide = (x: number, inwards: number, high: number) =>
    [0, 1].some((step) => columnShare(x + inwards * step, high) >= drawnShare);
  const least = Math.max(sidePx.least, length - reachPx);
  for (let width = Math.min(length, sidePx.most); width >= least; width--) {
    const shortest = Math.ceil(frameShare * width);
    for (let left = from; left + width <= from + length; left++) {
      const right = left + width - 1;
      if (!isSide(left, 1, shortest) || !isSide(right, -1, shortest)) continue;
      for (let height = Math.floor(width / frameShare); height >= Math.max(shortest, sidePx.least); height--) {
        const bottom = top + height - 1;
        if (columnShare(left - 2, height) > besideShare || columnShare(right + 2, height) > besideShare) continue;
        if (!isSide(left, 1, height) || !isSide(right, -1, height)) continue;
        if (page.rowShare(bottom, left, width) < drawnShare) continue;
        if (page.rowShare(bottom + 2, left, width) <= besideShare) return { left, top, width, height };
      }
    }
  }
  return undefined;
}

/** How much of so many pixels of a column from a row on is ink; each column is counted once, as it is asked for again and again. */
function sharesBelow(page: Page, top: number, most: number): (x: number, height: number) => number {
  const columns = new Map<number, Uint8Array>();
  const countedIn = (x: number) => {
    const counts = new Uint8Array(most + 1);
    for (let at = 0; at < most; at++) counts[at + 1] = (counts[at] ?? 0) + (page.isInk(x, top + at) ? 1 : 0);
    columns.set(x, counts);
    return counts;
  };
  return (x, height) => ((columns.get(x) ?? countedIn(x))[height] ?? 0) / height;
}

/** Undefined where it is no check box: a blot, a thick frame, or print in a frame. */
function isTickedBox(image: GreyImage, threshold: number, page: Page, box: Box): boolean | undefined {
  let thick = 1;
  while (page.rowShare(box.top + thick, box.left, box.width) >= drawnShare) thick++;
  if (thick > thickShare * box.width) return undefined;
  const rim = thick + 1;
  const inside = { left: box.left + rim, top: box.top + rim, width: box.width - 2 * rim, height: box.height - 2 * rim };
  const rows = Array.from({ length: inside.height }, (_, at) =>
    page.rowShare(inside.top + at, inside.left, inside.width),
  );
  const share = rows.reduce((sum, one) => sum + one, 0) / rows.length;
  if (share > filledShare) return undefined;
  if (share < tickedShare) return false;
  const columns = [inside.left, rightOf(inside) - 1].map((x) => page.columnShare(x, inside.top, inside.height));
  if (Math.max(...columns, rows[0] ?? 0, rows.at(-1) ?? 0) > 0) return true;
  const [glyph, another] = lineGlyphs(crop(image, inside, 0), threshold);
  if (glyph === undefined || another !== undefined) return undefined;
  const isPrinted = [...likenesses(glyph.image, knownArabicGlyphs)].some(
    ([character, likeness]) => !ticks.includes(character) && likeness >= printedLikeness,
  );
  return isPrinted ? undefined : true;
}

const isWithin = (box: Box, other: Box) =>
  box.left >= other.left - 2 &&
  rightOf(box) <= rightOf(other) + 2 &&
  box.top >= other.top &&
  bottomOf(box) <= bottomOf(other) + 2;

/** Whether a box stands in a row of boxes that nearly touch. */
function isOfNumber(box: Box, all: readonly Box[]): boolean {
  const next = (from: Box, isRight: boolean): Box | undefined =>
    all.find((other) => {
      const gap = isRight ? other.left - rightOf(from) : from.left - rightOf(other);
      return other !== from && areLevel(other, from) && gap > -2 && gap < digitBoxes.gapShare * from.width;
    });
  let count = 1;
  for (const isRight of [false, true]) {
    for (let one = next(box, isRight); one !== undefined && count < digitBoxes.count; one = next(one, isRight)) count++;
  }
  return count >= digitBoxes.count;
}

/** Around a box, in sides: how far the strokes of its tick reach. */
const tickReach = 0.9;

/** A copy without check boxes and the ticks that reach out of them; a tick that touches print stays. */
export function withoutCheckBoxes(image: GreyImage, threshold: number, boxes: readonly Box[]): GreyImage {
  if (boxes.length === 0) return image;
  const data = image.data.slice();
  for (const box of boxes) {
    const reach = Math.round(tickReach * box.width);
    const around = {
      left: Math.max(0, box.left - reach),
      top: Math.max(0, box.top - reach),
      right: Math.min(image.width, rightOf(box) + reach),
      bottom: Math.min(image.height, bottomOf(box) + reach),
    };
    for (const at of tickAround({ ...image, data }, threshold, box, around)) data[at] = 255;
    for (let y = Math.max(0, box.top - 1); y < Math.min(image.height, bottomOf(box) + 1); y++)
      data.fill(
        255,
        y * image.width + Math.max(0, box.left - 1),
        y * image.width + Math.min(image.width, rightOf(box) + 1),
      );
  }
  return { ...image, data };
}

/** The ink around a box that hangs together with it; none where it goes on beyond. */
function tickAround(
  { width, data }: GreyImage,
  threshold: number,
  box: Box,
  around: { left: number; top: number; right: number; bottom: number },
): number[] {
  const seen = new Set<number>();
  const open = [box.top * width + box.left];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    if (seen.has(at) || (data[at] ?? 255) >= threshold) continue;
    if (x < around.left || x >= around.right || y < around.top || y >= around.bottom) return [];
    seen.add(at);
    for (const step of [-1, 0, 1]) open.push(at - width + step, at + step, at + width + step);
  }
  return [...seen];
}
