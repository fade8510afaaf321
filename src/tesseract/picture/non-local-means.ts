import type { GreyImage } from "./grey-image.ts";

/** How far from a pixel others are compared with it, and how much around both. */
const reachPx = 5;
const patchPx = 2;
/** What is beyond this has no part in a pixel. */
export const comparedPx = reachPx + patchPx;
const patchPixels = (2 * patchPx + 1) ** 2;
/** Steps in which weights are known for each fall to 1/e, and after how many falls they are none. */
const stepsOfFall = 64;
const mostFalls = 7;
const weightOf = Float32Array.from({ length: stepsOfFall * mostFalls }, (_, step) => Math.exp(-step / stepsOfFall));

/**
 * Takes noise from a picture and leaves its edges: each pixel becomes the mean of those nearby whose surroundings are like
 * its own (non-local means; Buades, Coll, Morel, CVPR 2005). An A4 page of 150 dpi takes some 2 s.
 *
 * @param likeness levels by which surroundings differ where a pixel counts 1/e of what one with the same does; above 0
 */
export function withoutNoise({ width, height, data }: GreyImage, likeness: number): GreyImage {
  const sums = Float32Array.from(data);
  const weights = new Float32Array(data.length).fill(1);
  const distances = new Float32Array(data.length);
  const perLevels = stepsOfFall / (patchPixels * likeness ** 2);
  // Two pixels are each as like as the other, so of two opposite offsets one is enough.
  for (let down = 0; down <= reachPx; down++) {
    for (let across = down === 0 ? 1 : -reachPx; across <= reachPx; across++) {
      const part = { from: Math.max(0, -across), to: Math.min(width, width - across), height: height - down };
      const away = down * width + across;
      sumPatches(distances, data, width, away, part);
      for (let y = 0; y < part.height; y++) {
        for (let at = y * width + part.from; at < y * width + part.to; at++) {
          const fall = (distances[at] ?? 0) * perLevels;
          if (fall >= weightOf.length) continue;
          const weight = weightOf[Math.floor(fall)] ?? 0;
          sums[at] = (sums[at] ?? 0) + weight * (data[at + away] ?? 0);
          weights[at] = (weights[at] ?? 0) + weight;
          sums[at + away] = (sums[at + away] ?? 0) + weight * (data[at] ?? 0);
          weights[at + away] = (weights[at + away] ?? 0) + weight;
        }
      }
    }
  }
  return { width, height, data: data.map((_, at) => Math.round((sums[at] ?? 0) / (weights[at] ?? 1))) };
}

/** The columns and rows of a picture that have pixels so far away. */
interface Part {
  from: number;
  to: number;
  height: number;
}

/** Into each pixel of the part the squares of the differences between what surrounds it and what surrounds the one away. */
function sumPatches(target: Float32Array, data: Uint8Array, width: number, away: number, part: Part): void {
  const { from, to, height } = part;
  // Nothing surrounds the outermost pixels on one side.
  const squares = new Float32Array(width + 2 * patchPx);
  const inRows = new Float32Array((height + 2 * patchPx) * width);
  const inColumns = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = from; x < to; x++) {
      const difference = (data[row + x] ?? 0) - (data[row + x + away] ?? 0);
      squares[x + patchPx] = difference * difference;
    }
    let sum = 0;
    for (let x = from; x < from + 2 * patchPx; x++) sum += squares[x] ?? 0;
    const inRow = row + patchPx * width;
    for (let x = from; x < to; x++) {
      sum += squares[x + 2 * patchPx] ?? 0;
      inRows[inRow + x] = sum;
      sum -= squares[x] ?? 0;
    }
  }
  for (let y = 0; y < 2 * patchPx; y++) {
    for (let x = from; x < to; x++) inColumns[x] = (inColumns[x] ?? 0) + (inRows[y * width + x] ?? 0);
  }
  for (let y = 0; y < height; y++) {
    const [row, entering] = [y * width, (y + 2 * patchPx) * width];
    for (let x = from; x < to; x++) {
      const sum = (inColumns[x] ?? 0) + (inRows[entering + x] ?? 0);
      target[row + x] = sum;
      inColumns[x] = sum - (inRows[row + x] ?? 0);
    }
  }
}
