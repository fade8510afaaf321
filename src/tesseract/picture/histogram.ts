/** How many pixels have each level. By index: `for … of` and callbacks take five times as long on a page of pixels. */
export function histogramOf(data: Uint8Array): Uint32Array {
  const histogram = new Uint32Array(256);
  for (let at = 0; at < data.length; at++) {
    const level = data[at] ?? 0;
    histogram[level] = (histogram[level] ?? 0) + 1;
  }
  return histogram;
}

/** The level below or at which so many pixels lie. */
export function quantile(histogram: Uint32Array, pixels: number): number {
  let left = pixels;
  for (let level = 0; level < 255; level++) {
    left -= histogram[level] ?? 0;
    if (left <= 0) return level;
  }
  return 255;
}
