import type { Box } from "../geometry/coverage.ts";

/**
 * Where the first row and the first column of the data lie in the upright picture, as EXIF and TIFF number it (TIFF 6.0,
 * tag 274): 1 is upright, 3 upside down, 6 to be turned clockwise, 8 the other way; 2, 4, 5 and 7 are mirrored as well.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const orientations: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];

/** Anything else is taken for upright, as readers do. */
export const orientationOf = (value: number | undefined): Orientation =>
  orientations.find((orientation) => orientation === value) ?? 1;

/** The box of a picture when it stands upright. */
export function uprightBox(
  [left, top, right, bottom]: Box,
  orientation: Orientation,
): [number, number, number, number] {
  const [width, height] = [right - left, bottom - top];
  return orientation < 5 ? [0, 0, width, height] : [0, 0, height, width];
}

/** From the picture as it lies in the file to its upright box, [a, b, c, d, e, f]. */
export function uprightMap(
  [left, top, right, bottom]: Box,
  orientation: Orientation,
): [number, number, number, number, number, number] {
  const [width, height] = [right - left, bottom - top];
  const [a, b, c, d, e, f] = mapOf(orientation, width, height);
  return [a, b, c, d, e - left * a - top * c, f - left * b - top * d];
}

function mapOf(
  orientation: Orientation,
  width: number,
  height: number,
): readonly [number, number, number, number, number, number] {
  switch (orientation) {
    case 1:
      return [1, 0, 0, 1, 0, 0];
    case 2:
      return [-1, 0, 0, 1, width, 0];
    case 3:
      return [-1, 0, 0, -1, width, height];
    case 4:
      return [1, 0, 0, -1, 0, height];
    case 5:
      return [0, 1, 1, 0, 0, 0];
    case 6:
      return [0, 1, -1, 0, height, 0];
    case 7:
      return [0, -1, -1, 0, height, width];
    case 8:
      return [0, -1, 1, 0, 0, width];
    default:
      return orientation satisfies never;
  }
}
