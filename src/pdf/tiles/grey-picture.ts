/** Pixels row by row, one byte each, 0 = black, 255 = white; `data.length` is `width * height`. */
export interface GreyPicture {
  width: number;
  height: number;
  data: Uint8Array;
}

const blockPx = 32;
/** Levels in which a block's ground is sought; the noise of a scan stays within one or two of them. */
const levelsPerBucket = 8;

/**
 * 1 where something is drawn, be it darker or lighter than the ground around it, else 0. The ground is the brightness
 * that occurs most in each block of 32 pixels, so that shadows and dark sheets have one too.
 *
 * @param difference levels (of 255) by which what is drawn differs from the ground
 */
export function drawnPixels({ width, height, data }: GreyPicture, difference: number): Uint8Array {
  const drawn = new Uint8Array(width * height);
  const counts = new Uint32Array(256 / levelsPerBucket);
  const sums = new Uint32Array(counts.length);
  for (let top = 0; top < height; top += blockPx) {
    for (let left = 0; left < width; left += blockPx) {
      const bottom = Math.min(height, top + blockPx);
      const right = Math.min(width, left + blockPx);
      counts.fill(0);
      sums.fill(0);
      for (let y = top; y < bottom; y += 1) {
        for (let at = y * width + left; at < y * width + right; at += 1) {
          const level = data[at] ?? 0;
          const bucket = Math.floor(level / levelsPerBucket);
          counts[bucket] = (counts[bucket] ?? 0) + 1;
          sums[bucket] = (sums[bucket] ?? 0) + level;
        }
      }
      const most = counts.reduce((best, count, bucket) => (count > (counts[best] ?? 0) ? bucket : best), 0);
      const ground = (sums[most] ?? 0) / Math.max(1, counts[most] ?? 0);
      for (let y = top; y < bottom; y += 1) {
        for (let at = y * width + left; at < y * width + right; at += 1) {
          if (Math.abs((data[at] ?? 0) - ground) > difference) drawn[at] = 1;
        }
      }
    }
  }
  return drawn;
}
