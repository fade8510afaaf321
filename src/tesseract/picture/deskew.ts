import type { GreyImage } from "./grey-image.ts";

/** The largest skew that is looked for; sheets fed through a scanner lie within a quarter of it, photographed ones do not. */
const maxDegrees = 20;
/** Turning blurs a little, and below this the recogniser's own line finding copes. */
const minDegrees = 0.25;
/** White beside ink at the edge of a turned picture. */
const edgePx = 8;
/** More dark points make the estimate slower and no better. */
const maxPoints = 60_000;

/**
 * The angle by which the lines of text fall to the right, in degrees from −20 to 20, by projection profiles: summed
 * along the lines of text, the ink falls into rows of much and rows of none. 0 when the skew is too small to matter.
 */
export function skewDegrees(image: GreyImage, threshold: number): number {
  const points = darkPoints(image, threshold);
  const bins = new Int32Array(image.height + 2 * image.width);
  const sharpest = (angles: readonly number[]) => {
    const scores = angles.map((angle) => sharpness(points, angle, bins, image.width));
    return angles[scores.indexOf(Math.max(...scores))] ?? 0;
  };
  const coarse = sharpest(steps(-maxDegrees, maxDegrees, 0.5));
  const fine = sharpest(steps(coarse - 0.4, coarse + 0.4, 0.1));
  return Math.abs(fine) < minDegrees || Math.abs(fine) > maxDegrees ? 0 : fine;
}

/**
 * Turns the picture by `degrees` counter-clockwise about its middle, bilinearly, onto a canvas of this size; what comes in
 * is white.
 */
export function rotate(image: GreyImage, degrees: number, { width, height }: Size = image): GreyImage {
  const { data } = image;
  const turned = new Uint8Array(width * height).fill(255);
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const [fromX, fromY] = [(image.width - 1) / 2, (image.height - 1) / 2];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0; y < height; y++) {
    let sourceX = fromX - middleX * cos - (y - middleY) * sin;
    let sourceY = fromY - middleX * sin + (y - middleY) * cos;
    for (let x = 0; x < width; x++, sourceX += cos, sourceY += sin) {
      if (sourceX < 0 || sourceY < 0 || sourceX >= image.width - 1 || sourceY >= image.height - 1) continue;
      const at = (sourceY | 0) * image.width + (sourceX | 0);
      const right = sourceX - (sourceX | 0);
      const down = sourceY - (sourceY | 0);
      const upper = (data[at] ?? 255) * (1 - right) + (data[at + 1] ?? 255) * right;
      const lower = (data[at + image.width] ?? 255) * (1 - right) + (data[at + image.width + 1] ?? 255) * right;
      turned[y * width + x] = upper * (1 - down) + lower * down;
    }
  }
  return { width, height, data: turned };
}

/** Of a canvas that holds all ink of the picture when it is turned, and all of the picture that it would hold anyway. */
export function sizeWithInk(image: GreyImage, threshold: number, degrees: number): Size {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const { width, height, data } = image;
  let [reachX, reachY] = [(width - 1) / 2, (height - 1) / 2];
  const [middleX, middleY] = [reachX, reachY];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    const isInk = (level: number) => level < threshold;
    const first = row.findIndex(isInk);
    if (first < 0) continue;
    for (const x of [first, row.findLastIndex(isInk)]) {
      reachX = Math.max(reachX, edgePx + Math.abs((x - middleX) * cos + (y - middleY) * sin));
      reachY = Math.max(reachY, edgePx + Math.abs((y - middleY) * cos - (x - middleX) * sin));
    }
  }
  return { width: Math.ceil(2 * reachX) + 1, height: Math.ceil(2 * reachY) + 1 };
}

type Size = Pick<GreyImage, "width" | "height">;

interface Points {
  x: Int32Array;
  y: Int32Array;
}

/** Dark pixels whose upper neighbour is light: one point for each stroke weighs a filled picture like its outline. */
function darkPoints({ width, height, data }: GreyImage, threshold: number): Points {
  const found: number[] = [];
  for (let at = width; at < width * height; at++) {
    if ((data[at] ?? 255) < threshold && (data[at - width] ?? 255) >= threshold) found.push(at);
  }
  const step = Math.max(1, Math.ceil(found.length / maxPoints));
  const kept = found.filter((_, index) => index % step === 0);
  return { x: Int32Array.from(kept, (at) => at % width), y: Int32Array.from(kept, (at) => Math.floor(at / width)) };
}

function sharpness({ x, y }: Points, degrees: number, bins: Int32Array, offset: number): number {
  bins.fill(0);
  const slope = Math.tan((degrees * Math.PI) / 180);
  for (let index = 0; index < x.length; index++) {
    const row = Math.round((y[index] ?? 0) - (x[index] ?? 0) * slope) + offset;
    bins[row] = (bins[row] ?? 0) + 1;
  }
  let score = 0;
  for (let row = 0; row < bins.length; row++) score += (bins[row] ?? 0) ** 2;
  return score;
}

const steps = (from: number, to: number, step: number) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step);
