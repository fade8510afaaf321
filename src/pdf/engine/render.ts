import * as mupdf from "mupdf";
import type { RenderedPage } from "../document.ts";
import { damagedPage, incompletePicture } from "../document-faults.ts";
import { type Fit, fitPage } from "../geometry/fit-page.ts";
import { type Orientation, uprightBox, uprightMap } from "../pictures/orientation.ts";
import { finishPicture } from "./finish-picture.ts";
import { largestPicture } from "./largest-picture.ts";
import { pictureFaultCount } from "./log.ts";
import { loadPage, type OpenedDocument, orDamaged, watchingPicture } from "./open-document.ts";
import { hasCutJpeg } from "./page-jpegs.ts";
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
export function renderPage(opened: OpenedDocument, job: RenderJob): RenderedPage {
  return withPage(opened, job, ({ list, box, largest, warnings }) => {
    const native = opened.document.isPDF() ? undefined : Math.max(largest.widthPx, largest.heightPx);
    const fit = fitPage(box, { ...job, nativeLongestSidePx: native });
    const onWhite = draw(list, fit, 255);
    // White on nothing is seen on a dark ground only.
    const onBlack = opened.pictures && onWhite.ink === 0 ? draw(list, fit, 0) : onWhite;
    return { ...(onBlack.ink > 0 ? onBlack : onWhite), warnings: warnings() };
  });
}

function draw(list: mupdf.DisplayList, { widthPx, heightPx, map }: Fit, ground: number): RenderedPage {
  const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, widthPx, heightPx], false);
  try {
    pixmap.clear(ground);
    drawList(list, map, pixmap);
    return finishPicture(pixmap);
  } finally {
    pixmap.destroy();
  }
}

/** What is to be drawn of a page, which stands upright. */
export interface DrawablePage {
  list: mupdf.DisplayList;
  box: mupdf.Rect;
  /** The largest picture on it. */
  largest: { widthPx: number; heightPx: number };
  /** What could not be drawn, as sentences; asked when it has been drawn. */
  warnings(): string[];
}

/**
 * Does something with all that a page draws.
 *
 * @throws EngineFault `page_too_large` when a picture on it has more pixels than allowed, whatever it claims, before any
 *   is decoded; `document_too_complex`; `document_damaged`; `unsupported_file_type`
 */
export function withPage<Result>(
  opened: OpenedDocument,
  job: Pick<RenderJob, "page" | "longestSidePx" | "maxPagePixels">,
  use: (page: DrawablePage) => Result,
): Result {
  return watchingPicture(opened, job.page, () => drawablePage(opened, job, use));
}

function drawablePage<Result>(
  opened: OpenedDocument,
  job: Pick<RenderJob, "page" | "longestSidePx" | "maxPagePixels">,
  use: (page: DrawablePage) => Result,
): Result {
  const faultsBefore = pictureFaultCount();
  const page = loadPage(opened, job.page);
  let list: mupdf.DisplayList | undefined;
  let hasPictures = true;
  try {
    return orDamaged(damagedPage(job.page), () => {
      const whole = checkPictures(page, job);
      const orientation = opened.pictures?.[job.page - 1]?.orientation ?? 1;
      list = orientation === 1 ? page.toDisplayList(true) : uprightList(page, orientation);
      const box = orientation === 1 ? page.getBounds() : uprightBox(page.getBounds(), orientation);
      const longestSidePt = Math.max(box[2] - box[0], box[3] - box[1]);
      // Of a file that is a picture the headers have been judged.
      const maxPagePixels = opened.pictures === undefined ? job.maxPagePixels : Number.POSITIVE_INFINITY;
      const largest = largestPicture(list, { ...job, maxPagePixels, longestSidePt, whole });
      hasPictures = largest.widthPx > 0;
      const isCut = hasPictures && hasCutJpeg(page, opened.jpegs, job);
      const warnings = () => (isCut || pictureFaultCount() > faultsBefore ? [incompletePicture] : []);
      return use({ list, box, largest, warnings });
    });
  } finally {
    list?.destroy();
    page.destroy();
    // Decoded pictures are of no use to the next page, and the WASM heap never shrinks; fonts are worth keeping.
    if (hasPictures) mupdf.emptyStore();
  }
}

function uprightList(page: mupdf.Page, orientation: Orientation): mupdf.DisplayList {
  const box = page.getBounds();
  const list = new mupdf.DisplayList(uprightBox(box, orientation));
  const device = new mupdf.DisplayListDevice(list);
  try {
    page.run(device, uprightMap(box, orientation));
    device.close();
    return list;
  } catch (error) {
    list.destroy();
    throw error;
  } finally {
    device.destroy();
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
