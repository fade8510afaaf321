import type { DocumentKind } from "../document.ts";
import { cutPicture, pictureTooLarge, unsupportedPicture, unusualPicture } from "../document-faults.ts";
import { bmpPage } from "../pictures/bmp-page.ts";
import { gifPage } from "../pictures/gif-page.ts";
import { inspectJpeg } from "../pictures/inspect-jpeg.ts";
import { heldJpegBytes } from "../pictures/jpeg-frame.ts";
import { jpxSize } from "../pictures/jpx-size.ts";
import type { Orientation } from "../pictures/orientation.ts";
import type { PicturePage } from "../pictures/picture-page.ts";
import { type HeldPicture, heldPixels, judgePicture } from "../pictures/picture-size.ts";
import { pngPage } from "../pictures/png-page.ts";
import { tiffPages } from "../pictures/tiff-pages.ts";
import { EngineFault } from "./fault.ts";

/** A page of a file that is a picture. */
export interface OpenedPicture {
  /** As the engine counts them: from 0. */
  index: number;
  /** What the engine does not follow by itself. */
  orientation: Orientation;
  /** Why it is not read. */
  fault: EngineFault | undefined;
}

/**
 * The pages of a file that is a picture, by its headers, before the engine decodes any: it decodes most kinds when a page
 * is loaded. Where the headers make no sense the engine is asked, which finds none in them either.
 */
export function openedPictures(
  kind: DocumentKind,
  bytes: Uint8Array,
  maxPagePixels: number,
): OpenedPicture[] | undefined {
  const whole: OpenedPicture = { index: 0, orientation: 1, fault: undefined };
  switch (kind) {
    case "pdf":
      return undefined;
    case "jpeg":
      return [{ ...whole, fault: faultOfJpeg(bytes, maxPagePixels) }];
    case "jp2":
      return [{ ...whole, fault: faultOfJpx(bytes, maxPagePixels) }];
    default: {
      const pages = headerPages(kind, bytes).map((page, at): OpenedPicture => {
        const { index, orientation } = page;
        return { index, orientation, fault: faultOf(page, at + 1, maxPagePixels) };
      });
      return pages.length > 0 ? pages : [whole];
    }
  }
}

function headerPages(kind: "png" | "tiff" | "bmp" | "gif", bytes: Uint8Array): PicturePage[] {
  if (kind === "tiff") return tiffPages(bytes);
  const page = { png: pngPage, bmp: bmpPage, gif: gifPage }[kind](bytes);
  return page === undefined ? [] : [page];
}

function faultOf({ held, unsupported }: PicturePage, page: number, maxPagePixels: number): EngineFault | undefined {
  if (unsupported !== undefined) return new EngineFault("unsupported_file_type", unsupportedPicture(page, unsupported));
  return faultOfSize(held, page, maxPagePixels);
}

function faultOfSize(held: HeldPicture, page: number, maxPagePixels: number): EngineFault | undefined {
  if (heldPixels(held) <= maxPagePixels) return undefined;
  return new EngineFault("page_too_large", pictureTooLarge(page, held.widthPx, held.heightPx, maxPagePixels));
}

function faultOfJpeg(bytes: Uint8Array, maxPagePixels: number): EngineFault | undefined {
  const { frame, data } = inspectJpeg(bytes);
  if (data === "cut") return new EngineFault("document_damaged", cutPicture(1));
  if (frame === undefined) return undefined;
  const { widthPx, heightPx } = frame;
  return faultOfSize({ widthPx, heightPx, bytesPerPixel: heldJpegBytes(frame) }, 1, maxPagePixels);
}

/** Its decoder allocates by what the code stream says, before it decodes any of it. */
function faultOfJpx(bytes: Uint8Array, maxPagePixels: number): EngineFault | undefined {
  const size = jpxSize(bytes);
  if (size === undefined) return undefined;
  const { widthPx, heightPx } = size;
  switch (judgePicture(size, 0, maxPagePixels)) {
    case "fine":
      return undefined;
    case "too-large":
      return new EngineFault("page_too_large", pictureTooLarge(1, widthPx, heightPx, maxPagePixels));
    case "too-complex":
      return new EngineFault("document_too_complex", unusualPicture(1));
  }
}
