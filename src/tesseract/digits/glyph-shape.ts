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

/**
 * What a glyph looks like, whatever its size and the weight of its strokes: how strongly its edges run in each of 8
 * directions in each of 5 × 5 fields (a histogram of oriented gradients). `glyph` is trimmed to its ink. The result has
 * the mean 0 and the length 1, so that the product of two says how alike they are, up to 1.
 */
export function glyphShape(glyph: GreyImage): Float32Array {
  const ink = smoothed(stretched(glyph));
  const shape = new Float32Array(fields * fields * directions);
  const fieldPx = sidePx / fields;
  for (let y = 1; y < sidePx - 1; y++) {
    for (let x = 1; x < sidePx - 1; x++) {
      const at = y * sidePx + x;
      const across = (ink[at + 1] ?? 0) - (ink[at - 1] ?? 0);
      const down = (ink[at + sidePx] ?? 0) - (ink[at - sidePx] ?? 0);
      const strength = Math.hypot(across, down);
      if (strength < 1) continue;
      const turn = (Math.atan2(down, across) / (2 * Math.PI) + 1) * directions;
      const first = Math.floor(turn);
      addTo(shape, (x + 0.5) / fieldPx - 0.5, (y + 0.5) / fieldPx - 0.5, [
        [first % directions, strength * (1 - turn + first)],
        [(first + 1) % directions, strength * (turn - first)],
      ]);
    }
  }
  return ofLengthOne(shape.map(Math.sqrt));
}

/** Spreads the strengths over the four fields around a place. */
function addTo(
  shape: Float32Array,
  column: number,
  row: number,
  strengths: readonly (readonly [number, number])[],
): void {
  const [left, top] = [Math.floor(column), Math.floor(row)];
  for (const y of [top, top + 1]) {
    for (const x of [left, left + 1]) {
      if (x < 0 || y < 0 || x >= fields || y >= fields) continue;
      const share = (1 - Math.abs(column - x)) * (1 - Math.abs(row - y));
      for (const [direction, strength] of strengths) {
        const at = (y * fields + x) * directions + direction;
        shape[at] = (shape[at] ?? 0) + share * strength;
      }
    }
  }
}

/** The darkness of the glyph, 0 to 255, in the inner square: the mean of what each pixel covers. */
function stretched({ width, height, data }: GreyImage): Float32Array {
  const square = new Float32Array(sidePx * sidePx);
  const [stepX, stepY] = [width / innerPx, height / innerPx];
  for (let y = 0; y < innerPx; y++) {
    for (let x = 0; x < innerPx; x++) {
      let sum = 0;
      let area = 0;
      for (let sourceY = Math.floor(y * stepY); sourceY < Math.min(height, Math.ceil((y + 1) * stepY)); sourceY++) {
        const high = Math.min((y + 1) * stepY, sourceY + 1) - Math.max(y * stepY, sourceY);
        for (let sourceX = Math.floor(x * stepX); sourceX < Math.min(width, Math.ceil((x + 1) * stepX)); sourceX++) {
          const share = high * (Math.min((x + 1) * stepX, sourceX + 1) - Math.max(x * stepX, sourceX));
          sum += share * (255 - (data[sourceY * width + sourceX] ?? 255));
          area += share;
        }
      }
      square[(y + marginPx) * sidePx + x + marginPx] = area === 0 ? 0 : sum / area;
    }
  }
  return square;
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
