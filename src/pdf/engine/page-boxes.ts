import type * as mupdf from "mupdf";
import { type Box, intersection } from "../geometry/coverage.ts";

/**
 * Makes a page show what other readers show of it: a crop box that is none, or has no area in common with the media box,
 * counts as absent, and so does a unit that would leave nothing of the page. The engine shows a Letter sheet or nothing.
 */
export function mendBoxes(page: mupdf.PDFObject): void {
  if (!page.isDictionary()) return;
  const cropBox = page.getInheritable("CropBox");
  if (!cropBox.isNull()) {
    const mediaBox = page.getInheritable("MediaBox");
    const media = boxOf(mediaBox);
    const crop = boxOf(cropBox);
    if (media !== undefined && (crop === undefined || intersection(media, crop) === undefined)) {
      page.put("CropBox", mediaBox);
    }
  }
  const unit = page.get("UserUnit");
  if (!unit.isNull() && !(unit.asNumber() > 0)) page.delete("UserUnit");
}

/** Corners may stand in any order. */
function boxOf(object: mupdf.PDFObject): Box | undefined {
  if (!object.isArray() || object.length < 4) return undefined;
  const sides = [0, 1, 2, 3].map((index) => object.get(index));
  if (!sides.every((side) => side.isNumber())) return undefined;
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = sides.map((side) => side.asNumber());
  const box: Box = [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
  return box[0] < box[2] && box[1] < box[3] ? box : undefined;
}
