import type { TesseractEngine } from "../../tesseract/engine.ts";
import { tesseractVersion } from "../../tesseract/version.ts";
import { cleanMarkdown } from "../clean.ts";
import { repairTextLayer } from "../layer/repair.ts";
import type { PageEngine, PageReading } from "./page-engine.ts";

/** The embedded engine. It takes no instructions: prompt, tags and parameters do not apply to it. */
export function createEmbeddedEngine(tesseract: TesseractEngine): PageEngine {
  return {
    name: "tesseract",
    version: async () => tesseractVersion,
    instructions: () => "",
    read: async ({ png, ink }, _request, signal, onAttempt): Promise<PageReading> => {
      onAttempt?.();
      const reading = await tesseract.read(png, signal);
      // Its Thai data spell SARA AM in two parts.
      const text = cleanMarkdown(repairTextLayer(reading.text).text);
      const readEmpty = text === "" && ink > 0;
      const warnings = readEmpty
        ? ["the page has ink on it, yet nothing was read", ...reading.warnings]
        : reading.warnings;
      return { text, attempts: 1, truncated: false, warnings, readEmpty };
    },
  };
}
