import type { GreyImage } from "./grey-image.ts";

/** Side of the cells in which the level of the paper is looked for: about a letter at 150 dpi. */
const cellPx = 16;
/** Cells around a cell that are looked at too: under a heading or a picture there is no paper to be seen. */
const reach = 3;
/** Share of a cell's pixels that are lighter than what is taken for its paper; the lightest are noise. */
const lighterShare = 0.1;
/** A paper that differs less than this between its darkest and its lightest part is evenly lit: a scanner's. */
const evenSpread = 24;
/** Where everything around is darker than this there is no paper, but a picture. */
const darkestPaper = 60;

/**
 * Divides the picture by the level of its paper, which shadow, a lamp or the fold of a book make uneven, so that one
 * threshold fits all of it (as the background normalisation of Leptonica does, on a coarse grid). An evenly lit page is
 * returned as it is.
 */
export function levelPaper(image: GreyImage): GreyImage {
  const { width, height, data } = image;
  const columns = Math.ceil(width / cellPx);
  const rows = Math.ceil(height / cellPx);
  const levels = spread(cellLevels(image, columns, rows), columns, rows);
  const sorted = levels.toSorted();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 255;
  if (at(0.98) - at(0.02) < evenSpread) return image;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    const row = Math.min(rows - 1, Math.max(0, (y + 0.5) / cellPx - 0.5));
    const upper = Math.floor(row);
    const lower = Math.min(rows - 1, upper + 1);
    const down = row - upper;
    for (let x = 0; x < width; x++) {
      const column = Math.min(columns - 1, Math.max(0, (x + 0.5) / cellPx - 0.5));
      const left = Math.floor(column);
      const right = Math.min(columns - 1, left + 1);
      const across = column - left;
      const above =
        (levels[upper * columns + left] ?? 0) * (1 - across) + (levels[upper * columns + right] ?? 0) * across;
      const below =
        (levels[lower * columns + left] ?? 0) * (1 - across) + (levels[lower * columns + right] ?? 0) * across;
      const paper = above * (1 - down) + below * down;
      out[y * width + x] = Math.min(255, ((data[y * width + x] ?? 255) * 255) / paper);
    }
  }
  return { width, height, data: out };
}

/** The level of the paper in each cell by itself. */
function cellLevels({ width, height, data }: GreyImage, columns: number, rows: number): Uint8Array {
  const levels = new Uint8Array(columns * rows);
  const histogram = new Uint16Array(256);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      histogram.fill(0);
      let pixels = 0;
      for (let y = row * cellPx; y < Math.min(height, (row + 1) * cellPx); y++) {
        for (let x = column * cellPx; x < Math.min(width, (column + 1) * cellPx); x++) {
          const level = data[y * width + x] ?? 255;
          histogram[level] = (histogram[level] ?? 0) + 1;
          pixels++;
        }
      }
      let level = 255;
      for (let left = lighterShare * pixels - (histogram[255] ?? 0); level > 0 && left > 0; level--)
        left -= histogram[level - 1] ?? 0;
      levels[row * columns + column] = level;
    }
  }
  return levels;
}

/** The lightest level among the neighbours, smoothed over them; text and small pictures are bridged so. */
function spread(levels: Uint8Array, columns: number, rows: number): Float32Array {
  const lightest = along(along(Float32Array.from(levels), columns, rows, true, maximum), columns, rows, false, maximum);
  const smooth = along(along(lightest, columns, rows, true, mean), columns, rows, false, mean);
  return smooth.map((level) => Math.max(level, darkestPaper));
}

/** Combines each cell with those within reach in its row, or in its column. */
function along(
  levels: Float32Array,
  columns: number,
  rows: number,
  inRow: boolean,
  combine: (values: readonly number[]) => number,
): Float32Array {
  return levels.map((_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const values: number[] = [];
    for (let step = -reach; step <= reach; step++) {
      const [y, x] = inRow ? [row, column + step] : [row + step, column];
      if (y >= 0 && y < rows && x >= 0 && x < columns) values.push(levels[y * columns + x] ?? 0);
    }
    return combine(values);
  });
}

const maximum = (values: readonly number[]) => Math.max(...values);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
