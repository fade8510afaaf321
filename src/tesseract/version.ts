import eng from "@tesseract.js-data/eng/package.json" with { type: "json" };
import tha from "@tesseract.js-data/tha/package.json" with { type: "json" };
import core from "tesseract.js-core/package.json" with { type: "json" };
import { findDetectorFile } from "./detector-file.ts";

const detector = findDetectorFile() === undefined ? "no text detector" : "text detector PP-OCRv4";

/** What the embedded engine consists of; changes when the same picture may be read otherwise than before. */
export const tesseractVersion: string = [
  ...[core, tha, eng].map(({ name, version }) => `${name} ${version}`),
  detector,
].join(", ");
