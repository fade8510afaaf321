import type { Box } from "./coverage.ts";
import type { Rgb } from "./text-grounds.ts";

interface RgbPicture {
  levels: ArrayLike<number>;
  widthPx: number;
  heightPx: number;
  strideBytes: number;
}

/** Levels (of 255) between text and the mean of what lies around it, so that each letter surely differs from its own ground. */
const clearDifference = 80;

/** Whether a colour is another one than all pixels of a small picture that a box, in pixels, touches. */
export function standsOut({ levels, widthPx, heightPx, strideBytes }: RgbPicture, box: Box, colour: Rgb): boolean {
  const [red, green, blue] = [255 * colour[0], 255 * colour[1], 255 * colour[2]];
  const [from, to] = [Math.max(0, Math.floor(box[0])), Math.min(widthPx, Math.ceil(box[2]))];
  for (let y = Math.max(0, Math.floor(box[1])); y < Math.min(heightPx, Math.ceil(box[3])); y += 1) {
    for (let at = y * strideBytes + from * 3; at < y * strideBytes + to * 3; at += 3) {
      const farthest = Math.max(
        Math.abs((levels[at] ?? 0) - red),
        Math.abs((levels[at + 1] ?? 0) - green),
        Math.abs((levels[at + 2] ?? 0) - blue),
      );
      if (farthest < clearDifference) return false;
    }
  }
  return true;
}

export interface ComparedPictures {
  /** RGB pixels of the page as it is, and without its text. */
  shown: ArrayLike<number>;
  without: ArrayLike<number>;
  widthPx: number;
  heightPx: number;
  strideBytes: number;
}

export interface SeenCharacters {
  /**
   * @param box of one character, in pixels
   * @param heightPt of its line
   */
  add(box: Box, heightPt: number): void;
  /** Those added that make no difference to the page. */
  hidden(): number;
}

/** Levels (of 255) that a reader still tells apart. */
const visibleDifference = 10;
/** Points from the top of a line to its bottom. The smallest print that is made for reading has 3. */
const smallestPt = 1.6;

/** Tells which characters can be seen, by what the page looks like without them. */
export function createSeenCharacters(pictures: ComparedPictures): SeenCharacters {
  const { shown, without, widthPx, heightPx, strideBytes } = pictures;
  let hidden = 0;
  return {
    add(box, heightPt) {
      // A mark has the place of its letter, and the second letter of a ligature has none.
      if (box[2] - box[0] < 0.01 || box[3] - box[1] < 0.01) return;
      if (heightPt < smallestPt || !differs(box)) hidden += 1;
    },
    hidden: () => hidden,
  };

  function differs([left, top, right, bottom]: Box): boolean {
    const [from, to] = [Math.max(0, Math.floor(left) - 1), Math.min(widthPx, Math.ceil(right) + 1)];
    for (let y = Math.max(0, Math.floor(top) - 1); y < Math.min(heightPx, Math.ceil(bottom) + 1); y += 1) {
      for (let at = y * strideBytes + from * 3; at < y * strideBytes + to * 3; at += 1) {
        if (Math.abs((shown[at] ?? 0) - (without[at] ?? 0)) >= visibleDifference) return true;
      }
    }
    return false;
  }
}
