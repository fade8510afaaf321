import type { GreyImage } from "../picture/grey-image.ts";

/** Fields across and down, and directions in each of them. */
const fields = 5;
const directions = 8;
/** What a number of a shape is multiplied with where it is kept as a whole one. */
export const shapeScale = 100;
/** Side of the square that a glyph is stretched to, with a margin for the edges of its outermost strokes. */
const innerPx = 24;
const marginPx = 2;
const sidePx = innerPx + 2 * marginPx;
const fieldPx = sidePx / fields;

/**
 * What a glyph looks like, whatever its size and the weight of its strokes: how strongly its edges run in each of 8
 * directions in each of 5 × 5 fields (a histogram of oriented gradients). `glyph` is trimmed to its ink. The result has
 * the mean 0 and the length 1, so that the product of two says how alike they are, up to 1.
 */
export function glyphShape(glyph: GreyImage): Float32Array {
  const ink = smoothed(stretched(glyph));
  const shape = new Float32Array(fields * fields * directions);
  for (let y = 1; y < sidePx - 1; y++) {
    for (let x = 1; x < sidePx - 1; x++) {
      const at = y * sidePx + x;
      const across = (ink[at + 1] ?? 0) - (ink[at - 1] ?? 0);
      const down = (ink[at + sidePx] ?? 0) - (ink[at - sidePx] ?? 0);
      const strength = Math.hypot(across, down);
      if (strength < 1) continue;
      const turn = (Math.atan2(down, across) / (2 * Math.PI) + 1) * directions;
      const first = Math.floor(turn);
      const here = first % directions;
      const next = (first + 1) % directions;
      for (const row of fieldsAround[y] ?? []) {
        for (const column of fieldsAround[x] ?? []) {
          const share = column.share * row.share;
          const field = (row.field * fields + column.field) * directions;
          shape[field + here] = (shape[field + here] ?? 0) + share * (strength * (1 - turn + first));
          shape[field + next] = (shape[field + next] ?? 0) + share * (strength * (turn - first));
        }
      }
    }
  }
  return ofLengthOne(shape.map(Math.sqrt));
}

/** The fields, across or down, between whose middles each pixel lies, and the share of it that each gets. */
const fieldsAround = Array.from({ length: sidePx }, (_, pixel) => {
  const place = (pixel + 0.5) / fieldPx - 0.5;
  return [Math.floor(place), Math.floor(place) + 1]
    .filter((field) => field >= 0 && field < fields)
    .map((field) => ({ field, share: 1 - Math.abs(place - field) }));
});

/** The darkness of the glyph, 0 to 255, in the inner square: the mean of what each pixel covers. */
function stretched({ width, height, data }: GreyImage): Float32Array {
  const square = new Float32Array(sidePx * sidePx);
  const [columns, rows] = [coveredBy(width), coveredBy(height)];
  for (const [y, down] of rows.entries()) {
    for (const [x, across] of columns.entries()) {
      let sum = 0;
      let area = 0;
      for (let row = 0; row < down.lengths.length; row++) {
        const from = (down.from + row) * width + across.from;
        for (let column = 0; column < across.lengths.length; column++) {
          const share = (down.lengths[row] ?? 0) * (across.lengths[column] ?? 0);
          sum += share * (255 - (data[from + column] ?? 255));
          area += share;
        }
      }
      square[(y + marginPx) * sidePx + x + marginPx] = area === 0 ? 0 : sum / area;
    }
  }
  return square;
}

/** From which pixel on of a side each pixel of the inner square's lies, and how much of each it covers. */
function coveredBy(side: number): { from: number; lengths: number[] }[] {
  const step = side / innerPx;
  return Array.from({ length: innerPx }, (_, at) => {
    const from = Math.floor(at * step);
    const count = Math.min(side, Math.ceil((at + 1) * step)) - from;
    const lengths = Array.from(
      { length: Math.max(0, count) },
      (_, index) => Math.min((at + 1) * step, from + index + 1) - Math.max(at * step, from + index),
    );
    return { from, lengths };
  });
}

function smoothed(square: Float32Array): Float32Array {
  const smooth = new Float32Array(square.length);
  for (let y = 1; y < sidePx - 1; y++) {
    for (let x = 1; x < sidePx - 1; x++) {
      let sum = 0;
      for (let row = -1; row <= 1; row++) {
        for (let column = -1; column <= 1; column++) {
          const weight = (2 - Math.abs(row)) * (2 - Math.abs(column));
          sum += weight * (square[(y + row) * sidePx + x + column] ?? 0);
        }
      }
      smooth[y * sidePx + x] = sum / 16;
    }
  }
  return smooth;
}

function ofLengthOne(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
  return length === 0 ? centred : centred.map((value) => value / length);
}
