import type { GreyImage } from "./grey-image.ts";

/** The picture in another size: each pixel is the mean of what it covers, or lies between its neighbours when enlarged. */
export function resized(image: GreyImage, width: number, height: number): GreyImage {
  const columns = weights(image.width, width);
  const rows = weights(image.height, height);
  const narrowed = new Float32Array(width * image.height);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const { from, shares } = columns[x] ?? nothing;
      let sum = 0;
      for (let at = 0; at < shares.length; at++)
        sum += (image.data[y * image.width + from + at] ?? 0) * (shares[at] ?? 0);
      narrowed[y * width + x] = sum;
    }
  }
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const { from, shares } = rows[y] ?? nothing;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let at = 0; at < shares.length; at++) sum += (narrowed[(from + at) * width + x] ?? 0) * (shares[at] ?? 0);
      data[y * width + x] = Math.round(sum);
    }
  }
  return { width, height, data };
}

/** The pixels that one of the new row or column is made of, from the first on, and their shares, which add up to 1. */
interface Weights {
  from: number;
  shares: number[];
}

const nothing: Weights = { from: 0, shares: [] };

function weights(length: number, newLength: number): Weights[] {
  const step = length / newLength;
  // A window of one pixel slides between two of them when the picture grows; a wider one covers what falls together.
  const reach = Math.max(1, step) / 2;
  return Array.from({ length: newLength }, (_, at) => {
    const middle = (at + 0.5) * step;
    const [left, right] = [Math.max(0, middle - reach), Math.min(length, middle + reach)];
    const from = Math.floor(left);
    const shares = Array.from({ length: Math.ceil(right) - from }, (_, index) => {
      return (Math.min(right, from + index + 1) - Math.max(left, from + index)) / (right - left);
    });
    return { from, shares };
  });
}
