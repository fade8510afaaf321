import type { GreyImage } from "./grey-image.ts";

/** The picture in another size: each pixel is the mean of what it covers, or lies between its neighbours when enlarged. */
export function resized(image: GreyImage, width: number, height: number): GreyImage {
  const columns = weights(image.width, width);
  const rows = weights(image.height, height);
  const narrowed = new Float32Array(width * image.height);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * image.width + (columns.from[x] ?? 0);
      const share = x * columns.most;
      let sum = 0;
      for (let at = 0; at < (columns.counts[x] ?? 0); at++)
        sum += (image.data[from + at] ?? 0) * (columns.shares[share + at] ?? 0);
      narrowed[y * width + x] = sum;
    }
  }
  const data = new Uint8Array(width * height);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let at = 0; at < (rows.counts[y] ?? 0); at++) {
      const share = rows.shares[y * rows.most + at] ?? 0;
      const from = ((rows.from[y] ?? 0) + at) * width;
      for (let x = 0; x < width; x++) sums[x] = (sums[x] ?? 0) + (narrowed[from + x] ?? 0) * share;
    }
    for (let x = 0; x < width; x++) data[y * width + x] = Math.round(sums[x] ?? 0);
  }
  return { width, height, data };
}

/** Of each new row or column the first pixel that it is made of, how many these are, and their shares, which add up to 1. */
interface Weights {
  from: Int32Array;
  counts: Int32Array;
  /** Those of one begin at its number times `most`. */
  shares: Float64Array;
  most: number;
}

function weights(length: number, newLength: number): Weights {
  const step = length / newLength;
  // A window of one pixel slides between two of them when the picture grows; a wider one covers what falls together.
  const reach = Math.max(1, step) / 2;
  const most = Math.ceil(2 * reach) + 1;
  const [from, counts] = [new Int32Array(newLength), new Int32Array(newLength)];
  const shares = new Float64Array(newLength * most);
  for (let at = 0; at < newLength; at++) {
    const middle = (at + 0.5) * step;
    const [left, right] = [Math.max(0, middle - reach), Math.min(length, middle + reach)];
    const first = Math.floor(left);
    from[at] = first;
    counts[at] = Math.ceil(right) - first;
    for (let index = 0; first + index < right; index++)
      shares[at * most + index] = (Math.min(right, first + index + 1) - Math.max(left, first + index)) / (right - left);
  }
  return { from, counts, shares, most };
}
