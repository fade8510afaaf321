import type { Tile } from "./tile.ts";

/** RGB pixels that may be painted. */
export interface RgbPicture {
  pixels: Uint8ClampedArray;
  widthPx: number;
  heightPx: number;
  strideBytes: number;
}

/** Where the picture lies: its corner on the page in pixels, and the size of a cell in them. */
export interface Placement {
  left: number;
  top: number;
  cellWidth: number;
  cellHeight: number;
}

const bitsKept = 4;
const sampleStep = 5;

/** Paints what lies outside the edges of a piece with the colour that occurs most in the picture. */
export function hideOutside(picture: RgbPicture, placement: Placement, tile: Tile): void {
  const { pixels, widthPx, heightPx, strideBytes } = picture;
  const ground = commonColour(picture);
  const columns = Array.from({ length: widthPx }, (_, x) =>
    clamp(Math.floor((placement.left + x) / placement.cellWidth) - tile.left, tile.width),
  );
  for (let y = 0; y < heightPx; y += 1) {
    const cellY = Math.floor((placement.top + y) / placement.cellHeight);
    const row = clamp(cellY - tile.top, tile.height);
    const [from, to] = [tile.leftEdge[row] ?? 0, tile.rightEdge[row] ?? 0];
    for (let x = 0; x < widthPx; x += 1) {
      const column = columns[x] ?? 0;
      const cellX = tile.left + column;
      const isSeen =
        cellX >= from && cellX < to && cellY >= (tile.topEdge[column] ?? 0) && cellY < (tile.bottomEdge[column] ?? 0);
      if (isSeen) continue;
      const at = y * strideBytes + x * 3;
      [pixels[at], pixels[at + 1], pixels[at + 2]] = ground;
    }
  }
}

const clamp = (value: number, length: number) => Math.max(0, Math.min(length - 1, value));

function commonColour({ pixels, widthPx, heightPx, strideBytes }: RgbPicture): [number, number, number] {
  const counts = new Map<number, { count: number; sum: [number, number, number] }>();
  let most: { count: number; sum: [number, number, number] } = { count: 1, sum: [255, 255, 255] };
  for (let y = 0; y < heightPx; y += sampleStep) {
    for (let x = 0; x < widthPx; x += sampleStep) {
      const at = y * strideBytes + x * 3;
      const [red, green, blue] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
      const key = ((red >> bitsKept) << 8) | ((green >> bitsKept) << 4) | (blue >> bitsKept);
      const entry = counts.get(key) ?? { count: 0, sum: [0, 0, 0] };
      entry.count += 1;
      entry.sum[0] += red;
      entry.sum[1] += green;
      entry.sum[2] += blue;
      counts.set(key, entry);
      if (entry.count > most.count) most = entry;
    }
  }
  const [red, green, blue] = most.sum.map((sum) => Math.round(sum / most.count));
  return [red ?? 255, green ?? 255, blue ?? 255];
}
