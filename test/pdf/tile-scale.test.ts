import { expect, test } from "bun:test";
import { decideTileScale, largestWholePagePt, type PageMake } from "../../src/pdf/tiles/tile-scale.ts";

/** Twice as long as its picture in one piece, which has half a pixel for each point. */
const photo: PageMake = { widthPt: 3600, heightPt: 100, isPdf: false, picturesOnly: true, picturePxPerPt: 1 };
const drawing: PageMake = { ...photo, isPdf: true, picturesOnly: false };
const dpi = (count: number) => ({ ...photo, isPdf: true, picturePxPerPt: count / 72 });

test.each<[string, PageMake, number | undefined, "whole" | "tiles", string]>([
  ["that is seen at a hundred dpi", { ...drawing, widthPt: 1296 }, undefined, "whole", "seen at 100 dpi"],
  ["that is seen at less", { ...drawing, widthPt: 1297 }, undefined, "tiles", "a whole page would be seen at 100 dpi"],
  ["whose picture has no more pixels", { ...photo, picturePxPerPt: 0.5 }, 9, "whole", "its picture has no more pixels"],
  ["of known size by its picture", dpi(101), undefined, "tiles", "a whole page would be seen at 36 dpi"],
  ["of unknown size, as a hundred dpi are", dpi(100), undefined, "whole", "no print whose size could be measured"],
  [
    "that is a picture, whatever it says of its size",
    { ...photo, picturePxPerPt: 2 },
    undefined,
    "whole",
    "no print whose size could be measured",
  ],
  ["whose print is sixteen pixels high", photo, 32, "whole", "lines of print would be 16 pixels high"],
  ["whose print is lower", photo, 31, "tiles", "lines of print would be 16 pixels high"],
])("a page %s is read whole or in pieces", (_, page, linePx, kind, reason) => {
  expect(decideTileScale(page, 1800, () => linePx)).toMatchObject({ kind, reason });
});

test("1,800 pixels hold a page of 1,296 points in any case", () => {
  expect(largestWholePagePt(1800)).toBe(1296);
});
