import type { GreyImage } from "./grey-image.ts";

export interface Point {
  x: number;
  y: number;
}

/** The corners of a sheet in a picture. */
export interface Corners {
  topLeft: Point;
  topRight: Point;
  bottomRight: Point;
  bottomLeft: Point;
}

/** Share of the sides that is left out at each edge: the shadow of the sheet lies there. */
const insetShare = 0.004;

/**
 * The sheet between these corners as if it were seen from straight above, about as large as it is in the picture.
 * Bilinear; corners may lie outside of the picture, where it is white.
 */
export function straighten(image: GreyImage, corners: Corners): GreyImage {
  const { topLeft, topRight, bottomRight, bottomLeft } = corners;
  const width = Math.round(Math.max(distance(topLeft, topRight), distance(bottomLeft, bottomRight)));
  const height = Math.round(Math.max(distance(topLeft, bottomLeft), distance(topRight, bottomRight)));
  const toPicture = projection(corners);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const down = insetShare + ((y + 0.5) / height) * (1 - 2 * insetShare);
    for (let x = 0; x < width; x++) {
      const across = insetShare + ((x + 0.5) / width) * (1 - 2 * insetShare);
      data[y * width + x] = levelAt(image, toPicture.x(across, down) - 0.5, toPicture.y(across, down) - 0.5);
    }
  }
  return { width, height, data };
}

/** Where a place of the unit square lies. Numbers, no points: of a point for each pixel of a page a process grew by 100 MB. */
interface Projection {
  x(u: number, v: number): number;
  y(u: number, v: number): number;
}

/**
 * From the unit square to four corners (Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, section
 * 2.2.3).
 */
export function projection({ topLeft, topRight, bottomRight, bottomLeft }: Corners): Projection {
  const [right, left] = [minus(topRight, bottomRight), minus(bottomLeft, bottomRight)];
  const rest = {
    x: topLeft.x - topRight.x + bottomRight.x - bottomLeft.x,
    y: topLeft.y - topRight.y + bottomRight.y - bottomLeft.y,
  };
  const determinant = right.x * left.y - left.x * right.y;
  const g = (rest.x * left.y - left.x * rest.y) / determinant;
  const h = (right.x * rest.y - rest.x * right.y) / determinant;
  const across = { x: topRight.x - topLeft.x + g * topRight.x, y: topRight.y - topLeft.y + g * topRight.y };
  const down = { x: bottomLeft.x - topLeft.x + h * bottomLeft.x, y: bottomLeft.y - topLeft.y + h * bottomLeft.y };
  const depth = (u: number, v: number) => g * u + h * v + 1;
  return {
    x: (u, v) => (across.x * u + down.x * v + topLeft.x) / depth(u, v),
    y: (u, v) => (across.y * u + down.y * v + topLeft.y) / depth(u, v),
  };
}

function levelAt({ width, height, data }: GreyImage, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= width - 1 || y >= height - 1) return 255;
  const at = Math.floor(y) * width + Math.floor(x);
  const right = x - Math.floor(x);
  const down = y - Math.floor(y);
  const upper = (data[at] ?? 255) * (1 - right) + (data[at + 1] ?? 255) * right;
  const lower = (data[at + width] ?? 255) * (1 - right) + (data[at + width + 1] ?? 255) * right;
  return upper * (1 - down) + lower * down;
}

const minus = (one: Point, other: Point): Point => ({ x: one.x - other.x, y: one.y - other.y });
export const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);
