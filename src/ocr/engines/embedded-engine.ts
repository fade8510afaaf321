import { getLogger } from "@logtape/logtape";
import type { TesseractEngine } from "../../tesseract/engine.ts";
import { tesseractVersion } from "../../tesseract/version.ts";
import { cleanMarkdown } from "../clean.ts";
import { repairTextLayer } from "../layer/repair.ts";
import type { Orient, PageEngine, PageReading } from "./page-engine.ts";

const log = getLogger(["sidecar", "ocr"]);

/**
 * The embedded engine. It takes no instructions: prompt, tags and parameters do not apply to it.
 *
 * @param beside what reads beside it, as its version names it
 */
export function createEmbeddedEngine(tesseract: TesseractEngine, beside?: string): PageEngine {
  return {
    name: "tesseract",
    version: async () => [tesseractVersion, ...(beside === undefined ? [] : [beside])].join(", "),
    instructions: () => "",
    read: async ({ png, ink }, _request, signal, listener): Promise<PageReading> => {
      listener?.onAttempt?.();
      const reading = await tesseract.read(png, signal);
      // Its Thai data spell SARA AM in two parts, also in the lines that warnings quote.
      const text = cleanMarkdown(repairTextLayer(reading.text).text);
      const told = reading.warnings.map((warning) => repairTextLayer(warning).text);
      const readEmpty = text === "" && ink > 0;
      const warnings = readEmpty ? ["the page has ink on it, yet nothing was read", ...told] : told;
      return { text, attempts: 1, truncated: false, warnings, readEmpty };
    },
  };
}

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
