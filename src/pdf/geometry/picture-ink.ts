/** Grey levels of a page, one byte a pixel. */
export interface GreyPicture {
  levels: Uint8Array | Uint8ClampedArray;
  widthPx: number;
  heightPx: number;
  strideBytes: number;
}

/** Levels are judged in blocks of so many pixels each way. */
export const blockPx = 16;
export interface Print {
  /** Levels between ink and its ground, at least. */
  contrast: number;
  /** Mean distance of ground levels from their mean, at most: paper and plain grounds have under 6, scenery has not. */
  unevenness: number;
}

/** Faded print has a contrast of some 50. */
const usualPrint: Print = { contrast: 40, unevenness: 14 };

/** 1 where a pixel is ink: on the rarer side of the middle between the levels around it, and the other side is flat. */
export function inkOf({ levels, widthPx, heightPx, strideBytes }: GreyPicture, print = usualPrint): Uint8Array {
  const ink = new Uint8Array(widthPx * heightPx);
  const columns = Math.ceil(widthPx / blockPx);
  const rows = Math.ceil(heightPx / blockPx);
  const lowest = new Uint8Array(columns * rows).fill(255);
  const highest = new Uint8Array(columns * rows);
  for (let y = 0; y < heightPx; y += 1) {
    const blockRow = Math.floor(y / blockPx) * columns;
    const line = y * strideBytes;
    for (let column = 0; column < columns; column += 1) {
      let low = lowest[blockRow + column] ?? 0;
      let high = highest[blockRow + column] ?? 0;
      const end = line + Math.min(widthPx, (column + 1) * blockPx);
      for (let at = line + column * blockPx; at < end; at += 1) {
        const level = levels[at] ?? 0;
        if (level < low) low = level;
        if (level > high) high = level;
      }
      lowest[blockRow + column] = low;
      highest[blockRow + column] = high;
    }
  }
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const block = row * columns + column;
      if ((highest[block] ?? 0) - (lowest[block] ?? 0) < print.contrast) continue;
      const middle = ((highest[block] ?? 0) + (lowest[block] ?? 0)) / 2;
      markBlock(column * blockPx, row * blockPx, middle);
    }
  }
  return ink;

  function markBlock(left: number, top: number, middle: number): void {
    // Half a block around, so that a block that a stem fills still knows its ground.
    const [x0, x1] = [Math.max(0, left - 8), Math.min(widthPx, left + blockPx + 8)];
    const [y0, y1] = [Math.max(0, top - 8), Math.min(heightPx, top + blockPx + 8)];
    let [dark, darkSum, lightSum] = [0, 0, 0];
    for (let y = y0; y < y1; y += 1) {
      for (let x = x0, at = y * strideBytes + x0; x < x1; x += 1, at += 1) {
        const level = levels[at] ?? 0;
        if (level < middle) {
          dark += 1;
          darkSum += level;
        } else lightSum += level;
      }
    }
    const all = (x1 - x0) * (y1 - y0);
    const inkIsDark = dark * 2 <= all;
    const ground = inkIsDark ? lightSum / (all - dark) : darkSum / dark;
    const threshold = (middle + ground) / 2;
    let [unevenness, even] = [0, 0];
    for (let y = y0; y < y1; y += 1) {
      for (let x = x0, at = y * strideBytes + x0; x < x1; x += 1, at += 1) {
        const level = levels[at] ?? 0;
        if (level < threshold === inkIsDark) continue;
        unevenness += Math.abs(level - ground);
        even += 1;
      }
    }
    if (unevenness > print.unevenness * even) return;
    for (let y = top; y < Math.min(heightPx, top + blockPx); y += 1) {
      for (let x = left; x < Math.min(widthPx, left + blockPx); x += 1) {
        const level = levels[y * strideBytes + x] ?? 0;
        if (level < threshold === inkIsDark) ink[y * widthPx + x] = 1;
      }
    }
  }
}
