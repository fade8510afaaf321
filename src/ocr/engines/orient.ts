import { getLogger } from "@logtape/logtape";
import type { RenderedPage } from "../../pdf/document.ts";
import type { TesseractEngine } from "../../tesseract/engine.ts";

const log = getLogger(["sidecar", "ocr"]);

/** How far a picture of a page must be turned clockwise to stand upright: 0, 90, 180 or 270 degrees. */
export type Orient = (page: RenderedPage, signal: AbortSignal) => Promise<number>;

/** Finds the orientation with the embedded engine. A page whose orientation cannot be found is read as it lies. */
export function createOrient(tesseract: TesseractEngine): Orient {
  return async ({ png }, signal) => {
    try {
      const { turnDegrees, reason } = await tesseract.detectOrientation(png, signal);
      if (turnDegrees !== 0) log.debug("A page is turned by {turnDegrees} degrees: {reason}", { turnDegrees, reason });
      return turnDegrees;
    } catch (error) {
      signal.throwIfAborted();
      log.warning("The orientation of a page could not be found: {error}", { error });
      return 0;
    }
  };
}
