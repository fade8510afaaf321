import * as mupdf from "mupdf";
import type { RenderedPage } from "../document.ts";
import { damagedPage, pictureTooLarge } from "../document-faults.ts";
import { fitPage } from "../geometry/fit-page.ts";
import { inkShare } from "../geometry/ink.ts";
import { EngineFault } from "./fault.ts";
import { damageCount } from "./log.ts";
import { releasing, walkList } from "./objects.ts";
import { loadPage, orDamaged } from "./open-document.ts";
import { checkPictures } from "./page-pictures.ts";

export interface RenderJob {
  page: number;
  longestSidePx: number;
  turnDegrees: number;
  /** Pixels that one picture on the page may have when decoded. */
  maxPagePixels: number;
}

/**
 * A page as RGB PNG on white, document rotation and the turn applied.
 *
 * @throws EngineFault `page_too_large` when a picture on it has more pixels than allowed, whatever it claims, before any
 *   is decoded; `document_too_complex`; `document_damaged`.
 */
export function renderPage(document: mupdf.Document, job: RenderJob): RenderedPage {
  const damaged = damagedPage(job.page);
  const page = loadPage(document, job.page);
  let list: mupdf.DisplayList | undefined;
  let pixmap: mupdf.Pixmap | undefined;
  let hasPictures = true;
  try {
    return orDamaged(damaged, () => {
      checkPictures(page, job);
      list = page.toDisplayList(true);
      const largest = largestPicture(list, job);
      hasPictures = largest.widthPx > 0;
      const native = document.isPDF() ? undefined : Math.max(largest.widthPx, largest.heightPx);
      const fit = fitPage(page.getBounds(), { ...job, nativeLongestSidePx: native });
      pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, fit.widthPx, fit.heightPx], false);
      pixmap.clear(255);
      const damageBefore = damageCount();
      draw(list, fit.map, pixmap);
      // A PDF with a fault in it may still be read; a picture with one is a part of a picture.
      if (!document.isPDF() && damageCount() > damageBefore) throw new EngineFault("document_damaged", damaged);
      const ink = inkShare(pixmap.getPixels(), fit.widthPx, fit.heightPx, pixmap.getStride());
      return { png: pixmap.asPNG(), widthPx: fit.widthPx, heightPx: fit.heightPx, ink };
    });
  } finally {
    pixmap?.destroy();
    list?.destroy();
    page.destroy();
    // Decoded pictures are of no use to the next page, and the WASM heap never shrinks; fonts are worth keeping.
    if (hasPictures) mupdf.emptyStore();
  }
}

function draw(list: mupdf.DisplayList, map: mupdf.Matrix, pixmap: mupdf.Pixmap): void {
  const device = new mupdf.DrawDevice(map, pixmap);
  try {
    list.run(device, mupdf.Matrix.identity);
    device.close();
  } finally {
    device.destroy();
  }
}

function largestPicture(list: mupdf.DisplayList, { page, maxPagePixels }: RenderJob) {
  const largest = { widthPx: 0, heightPx: 0 };
  const measure = (image: mupdf.Image) => {
    const [widthPx, heightPx] = [image.getWidth(), image.getHeight()];
    if (widthPx * heightPx > largest.widthPx * largest.heightPx) Object.assign(largest, { widthPx, heightPx });
    const mask = image.getMask();
    if (mask === null) return;
    measure(mask);
    mask.destroy();
  };
  walkList(list, {
    fillImage: (image) => releasing([image], () => measure(image)),
    fillImageMask: (image, _map, space) => releasing([image, space], () => measure(image)),
    clipImageMask: (image) => releasing([image], () => measure(image)),
  });
  if (largest.widthPx * largest.heightPx <= maxPagePixels) return largest;
  throw new EngineFault("page_too_large", pictureTooLarge(page, largest.widthPx, largest.heightPx, maxPagePixels));
}
