import * as mupdf from "mupdf";
import { pictureTooLarge } from "../document-faults.ts";
import { drawnNames } from "../pictures/drawn-names.ts";
import { inspectJpeg, type JpegReport } from "../pictures/inspect-jpeg.ts";
import { heldJpegBytes } from "../pictures/jpeg-frame.ts";
import { heldPixels } from "../pictures/picture-size.ts";
import { lookAtJpeg } from "./coded-picture.ts";
import { EngineFault } from "./fault.ts";

/** What the JPEGs of a document tell, by the numbers of their objects: a page is drawn more than once. */
export type InspectedJpegs = Map<number, JpegReport>;

interface Limits {
  /** 1-based. */
  page: number;
  maxPagePixels: number;
}

/** Forms and pictures looked at; a page that draws more of them is no scan. */
const maxObjects = 500;
/** Bytes of one content stream looked through. */
const maxContentBytes = 10_000_000;

/**
 * Whether one of the JPEGs that a page draws, by its content and that of its forms, is cut. The engine draws what is there.
 *
 * @throws EngineFault `page_too_large` for a progressive one, which is decoded whole; `document_too_complex`
 */
export function hasCutJpeg(loaded: mupdf.Page, inspected: InspectedJpegs, limits: Limits): boolean {
  if (!(loaded instanceof mupdf.PDFPage)) return false;
  const seen = new Set<number>();
  let isCut = false;

  function add(content: string, resources: mupdf.PDFObject): void {
    if (!resources.isDictionary()) return;
    const objects = resources.get("XObject");
    if (!objects.isDictionary()) return;
    for (const name of drawnNames(content)) {
      const object = objects.get(name);
      const number = object.asIndirect();
      if (!object.isStream() || seen.has(number) || seen.size >= maxObjects) continue;
      seen.add(number);
      if (object.get("Subtype").asName() === "Form") add(contentOf(object), object.get("Resources"));
      else isCut = reportOf(object, number)?.data === "cut" || isCut;
    }
  }

  function reportOf(picture: mupdf.PDFObject, number: number): JpegReport | undefined {
    const report = inspected.get(number) ?? lookAtJpeg(picture, limits.page, (bytes) => inspectJpeg(bytes));
    if (report === undefined) return undefined;
    if (number > 0) inspected.set(number, report);
    const { frame } = report;
    if (frame === undefined) return report;
    const { widthPx, heightPx } = frame;
    if (heldPixels({ widthPx, heightPx, bytesPerPixel: heldJpegBytes(frame) }) <= limits.maxPagePixels) return report;
    throw new EngineFault("page_too_large", pictureTooLarge(limits.page, widthPx, heightPx, limits.maxPagePixels));
  }

  const page = loaded.getObject();
  const contents = page.get("Contents");
  const streams: mupdf.PDFObject[] = [];
  if (contents.isArray()) {
    contents.forEach((stream) => {
      streams.push(stream);
    });
  } else streams.push(contents);
  add(streams.map(contentOf).join("\n"), page.getInheritable("Resources"));
  return isCut;
}

function contentOf(stream: mupdf.PDFObject): string {
  if (!stream.isStream()) return "";
  const buffer = stream.readStream();
  try {
    return Buffer.from(buffer.asUint8Array().subarray(0, maxContentBytes)).toString("latin1");
  } finally {
    buffer.destroy();
  }
}
