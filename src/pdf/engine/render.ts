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
 * @throws EngineFault as `withPage`
 */
export function renderPage(document: mupdf.Document, job: RenderJob): RenderedPage {
  const damaged = damagedPage(job.page);
  return withPage(document, job, ({ list, box, largest }) => {
    const native = document.isPDF() ? undefined : Math.max(largest.widthPx, largest.heightPx);
    const fit = fitPage(box, { ...job, nativeLongestSidePx: native });
    const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, fit.widthPx, fit.heightPx], false);
    try {
      pixmap.clear(255);
      const damageBefore = damageCount();
      drawList(list, fit.map, pixmap);
      // A PDF with a fault in it may still be read; a picture with one is a part of a picture.
      if (!document.isPDF() && damageCount() > damageBefore) throw new EngineFault("document_damaged", damaged);
      const ink = inkShare(pixmap.getPixels(), fit.widthPx, fit.heightPx, pixmap.getStride());
      return { png: pixmap.asPNG(), widthPx: fit.widthPx, heightPx: fit.heightPx, ink };
    } finally {
      pixmap.destroy();
    }
  });
}

/** What is to be drawn of a page. */
export interface DrawablePage {
  list: mupdf.DisplayList;
  box: mupdf.Rect;
  /** The largest picture on it. */
  largest: { widthPx: number; heightPx: number };
}

/**
 * Does something with all that a page draws.
 *
 * @throws EngineFault `page_too_large` when a picture on it has more pixels than allowed, whatever it claims, before any
 *   is decoded; `document_too_complex`; `document_damaged`.
 */
export function withPage<Result>(
  document: mupdf.Document,
  job: Pick<RenderJob, "page" | "maxPagePixels">,
  use: (page: DrawablePage) => Result,
): Result {
  const page = loadPage(document, job.page);
  let list: mupdf.DisplayList | undefined;
  let hasPictures = true;
  try {
    return orDamaged(damagedPage(job.page), () => {
      checkPictures(page, job);
      list = page.toDisplayList(true);
      const largest = largestPicture(list, job);
      hasPictures = largest.widthPx > 0;
      return use({ list, box: page.getBounds(), largest });
    });
  } finally {
    list?.destroy();
    page.destroy();
    // Decoded pictures are of no use to the next page, and the WASM heap never shrinks; fonts are worth keeping.
    if (hasPictures) mupdf.emptyStore();
  }
}

export function drawList(list: mupdf.DisplayList, map: mupdf.Matrix, pixmap: mupdf.Pixmap): void {
  const device = new mupdf.DrawDevice(map, pixmap);
  try {
    list.run(device, mupdf.Matrix.identity);
    device.close();
  } finally {
    device.destroy();
  }
}

function largestPicture(list: mupdf.DisplayList, { page, maxPagePixels }: Pick<RenderJob, "page" | "maxPagePixels">) {
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
