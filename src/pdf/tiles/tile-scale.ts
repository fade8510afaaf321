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
/** Pixels of a line of print from top to foot: 10-point print at 100 dpi has 16, at 154 dpi (A4) 25. */
const leastLinePx = 16;
/** The same in the pieces of a picture of unknown size. */
const tileLinePx = 26;

const pointsPerInch = 72;

/** Points of the longer side up to which a page is read in one picture, whatever is on it. */
export const largestWholePagePt = (longestSidePx: number) => (longestSidePx / wholePageDpi) * pointsPerInch;

/**
 * Whether a page is seen well enough in one picture of `longestSidePx`. A page of known size is if it has 100 dpi then;
 * a picture of unknown size if its print is large enough; a picture that has no more pixels in any case.
 *
 * @param linePx measures the lines of print in the page's pictures in their own pixels; asked only where it decides
 */
export function decideTileScale(page: PageMake, longestSidePx: number, linePx: () => number | undefined): TileScale {
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
  const line = linePx();
  if (line === undefined) return { kind: "whole", reason: "no print whose size could be measured" };
  const seenPx = line * (wholePxPerPt / finest);
  const height = `lines of print would be ${Math.round(seenPx)} pixels high`;
  if (seenPx >= leastLinePx) return { kind: "whole", reason: height };
  return { kind: "tiles", pxPerPt: finest * Math.min(1, tileLinePx / line), reason: height };
}
