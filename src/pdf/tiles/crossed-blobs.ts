import { cell } from "./drawn-cells.ts";

export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface Cells {
  width: number;
  kindAt(x: number, y: number): number;
}

/** Thin strokes at the border of a letter may have escaped the overview. */
const marginCells = 2;
/** The strokes of a broken line are thinner than letters. */
const thinnestText = 4;

/**
 * The rectangles around the lines of text that these cells belong to: what is connected by letters and the gaps between
 * them, as far as it lies `within`.
 */
export function crossedBlobs(
  { width, kindAt }: Cells,
  start: ReadonlyArray<{ x: number; y: number }>,
  within: Rectangle,
): Rectangle[] {
  const seen = new Set<number>();
  const blobs: Rectangle[] = [];
  for (const first of start) {
    if (seen.has(first.y * width + first.x)) continue;
    const blob = { left: first.x, top: first.y, right: first.x + 1, bottom: first.y + 1 };
    const waiting = [first];
    seen.add(first.y * width + first.x);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { x, y } = next;
      blob.left = Math.min(blob.left, x);
      blob.right = Math.max(blob.right, x + 1);
      blob.top = Math.min(blob.top, y);
      blob.bottom = Math.max(blob.bottom, y + 1);
      for (const [nextX, nextY] of [
        [x - 1, y],
        [x + 1, y],
        [x, y - 1],
        [x, y + 1],
      ] as const) {
        if (nextX < within.left || nextX >= within.right || nextY < within.top || nextY >= within.bottom) continue;
        const at = nextY * width + nextX;
        if (seen.has(at) || kindAt(nextX, nextY) < cell.betweenWords) continue;
        seen.add(at);
        waiting.push({ x: nextX, y: nextY });
      }
    }
    if (Math.min(blob.right - blob.left, blob.bottom - blob.top) < thinnestText) continue;
    blobs.push({
      left: Math.max(within.left, blob.left - marginCells),
      top: Math.max(within.top, blob.top - marginCells),
      right: Math.min(within.right, blob.right + marginCells),
      bottom: Math.min(within.bottom, blob.bottom + marginCells),
    });
  }
  return blobs;
}
