/** What a page is made of, as far as it decides how large it must be seen. */
export interface PageMake {
  widthPt: number;
  heightPt: number;
  isPdf: boolean;
  /** Nothing but pictures is visible on the page. */
  picturesOnly: boolean;
  /** Pixels per point of the finest picture on the page; 0 where there is none. */
  picturePxPerPt: number;
}

export type TileScale =
  | { kind: "whole"; reason: string }
  /** `pxPerPt`: how large the pieces are to be drawn. */
  | { kind: "tiles"; pxPerPt: number; reason: string };

/** Dots per inch from which on a page is read in one picture: 10-point print is then 10 pixels high. */
const wholePageDpi = 100;
/** Dots per inch of the pieces of a page of known size. */
const tileDpi = 130;
/** A picture that says so has not been measured by anybody: 72 and 96 are what programs write. */
const leastKnownDpi = 100;
/** Pixels from the top of an "l" to the foot of a "p" that a letter needs; most of its connected groups have half of it. */
const leastLetterPx = 16;
const wholeLetterShare = 2;
/** Pixels of most connected groups of letters in pieces of a picture of unknown size. */
const tileLetterPx = 12;

const pointsPerInch = 72;

/** Points of the longer side up to which a page is read in one picture, whatever is on it. */
export const largestWholePagePt = (longestSidePx: number) => (longestSidePx / wholePageDpi) * pointsPerInch;

/**
 * Whether a page is seen well enough in one picture of `longestSidePx`. A page of known size is if it has 100 dpi then;
 * a picture of unknown size if its letters are large enough; a picture that has no more pixels in any case.
 *
 * @param letterPx measures the letters of the page's pictures in their own pixels; asked only where it decides
 */
export function decideTileScale(page: PageMake, longestSidePx: number, letterPx: () => number | undefined): TileScale {
  const longestPt = Math.max(page.widthPt, page.heightPt);
  const wholePxPerPt = longestSidePx / longestPt;
  const finest = page.picturesOnly ? page.picturePxPerPt : Number.POSITIVE_INFINITY;
  const wholeDpi = Math.round(wholePxPerPt * pointsPerInch);
  if (wholePxPerPt * pointsPerInch >= wholePageDpi) return { kind: "whole", reason: `seen at ${wholeDpi} dpi` };
  if (finest <= wholePxPerPt) return { kind: "whole", reason: "its picture has no more pixels" };
  if (page.isPdf && finest * pointsPerInch > leastKnownDpi) {
    const pxPerPt = Math.min(tileDpi / pointsPerInch, finest);
    return { kind: "tiles", pxPerPt, reason: `a whole page would be seen at ${wholeDpi} dpi` };
  }
  const letters = letterPx();
  if (letters === undefined) return { kind: "whole", reason: "no print whose size could be measured" };
  const seenPx = wholeLetterShare * letters * (wholePxPerPt / finest);
  const height = `letters would be ${Math.round(seenPx)} pixels high`;
  if (seenPx >= leastLetterPx) return { kind: "whole", reason: height };
  return { kind: "tiles", pxPerPt: finest * Math.min(1, tileLetterPx / letters), reason: height };
}
