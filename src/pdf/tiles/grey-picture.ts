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

/** The picture with each square of `step` pixels as one; what is left at the right and at the foot is dropped. */
export function shrink({ width, height, data }: GreyPicture, step: number): GreyPicture {
  const small = { width: Math.max(1, Math.floor(width / step)), height: Math.max(1, Math.floor(height / step)) };
  const shrunk = new Uint8Array(small.width * small.height);
  for (let y = 0; y < small.height; y += 1) {
    for (let x = 0; x < small.width; x += 1) {
      let sum = 0;
      for (let row = y * step; row < (y + 1) * step; row += 1) {
        for (let column = x * step; column < (x + 1) * step; column += 1) sum += data[row * width + column] ?? 0;
      }
      shrunk[y * small.width + x] = sum / (step * step);
    }
  }
  return { ...small, data: shrunk };
}

/** The part of a picture from this corner on, as large as it can be up to a square of `side` pixels. */
export function cropSquare(
  { width, height, data }: GreyPicture,
  { left, top }: { left: number; top: number },
  side: number,
): GreyPicture {
  const part = { width: Math.min(side, width - left), height: Math.min(side, height - top) };
  const cropped = new Uint8Array(part.width * part.height);
  for (let y = 0; y < part.height; y += 1) {
    const from = (top + y) * width + left;
    cropped.set(data.subarray(from, from + part.width), y * part.width);
  }
  return { ...part, data: cropped };
}
