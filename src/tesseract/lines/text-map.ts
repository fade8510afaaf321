import type { Box } from "../picture/ink.ts";

/** How likely each pixel is the core of a line of text, row by row, 0 to 1. */
export interface TextMap {
  width: number;
  height: number;
  probabilities: Float32Array;
}

/** From here on a pixel belongs to a line; a line is believed from this mean on. As PaddleOCR sets them. */
const minProbability = 0.3;
const minMeanProbability = 0.5;
/** The cores of lines are shrunk in training; they grow by their area times this over their perimeter. */
const growth = 1.5;
/** What is smaller is dirt, in pixels of the map. */
const minSidePx = 3;
const minPixels = 10;

/** The boxes of the lines on the map, in pixels of the picture that it was made from. */
export function boxesOfMap(map: TextMap, picture: { width: number; height: number }): Box[] {
  const across = picture.width / map.width;
  const down = picture.height / map.height;
  return coresOf(map).map(({ left, top, right, bottom }) => {
    const [width, height] = [right - left + 1, bottom - top + 1];
    const grown = (width * height * growth) / (2 * (width + height));
    const x = Math.max(0, Math.round((left - grown) * across));
    const y = Math.max(0, Math.round((top - grown) * down));
    return {
      left: x,
      top: y,
      width: Math.min(picture.width, Math.round((right + 1 + grown) * across)) - x,
      height: Math.min(picture.height, Math.round((bottom + 1 + grown) * down)) - y,
    };
  });
}

interface Core {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Connected pixels that are likely text. */
function coresOf({ width, height, probabilities }: TextMap): Core[] {
  const isText = (at: number) => (probabilities[at] ?? 0) > minProbability;
  const seen = new Uint8Array(width * height);
  const cores: Core[] = [];
  for (let start = 0; start < width * height; start++) {
    if (seen[start] === 1 || !isText(start)) continue;
    const core: Core = { left: width, top: height, right: 0, bottom: 0 };
    const open = [start];
    let pixels = 0;
    let sum = 0;
    seen[start] = 1;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const x = at % width;
      const y = Math.floor(at / width);
      pixels++;
      sum += probabilities[at] ?? 0;
      core.left = Math.min(core.left, x);
      core.right = Math.max(core.right, x);
      core.top = Math.min(core.top, y);
      core.bottom = Math.max(core.bottom, y);
      for (let nextY = Math.max(0, y - 1); nextY <= Math.min(height - 1, y + 1); nextY++) {
        for (let nextX = Math.max(0, x - 1); nextX <= Math.min(width - 1, x + 1); nextX++) {
          const next = nextY * width + nextX;
          if (seen[next] === 1 || !isText(next)) continue;
          seen[next] = 1;
          open.push(next);
        }
      }
    }
    const side = Math.min(core.right - core.left, core.bottom - core.top) + 1;
    if (side >= minSidePx && pixels >= minPixels && sum >= minMeanProbability * pixels) cores.push(core);
  }
  return cores;
}
