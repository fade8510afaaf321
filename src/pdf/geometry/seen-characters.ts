import type { Box } from "./coverage.ts";

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
