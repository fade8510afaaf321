import eng from "@tesseract.js-data/eng/package.json" with { type: "json" };
import tha from "@tesseract.js-data/tha/package.json" with { type: "json" };
import core from "tesseract.js-core/package.json" with { type: "json" };
import { textDetectorFile } from "./detector-file.ts";
import { numberReader } from "./number-reader-file.ts";

const detector = textDetectorFile.state === "present" ? "text detector PP-OCRv4" : "no text detector";

/** What the embedded engine consists of; changes when the same picture may be read otherwise than before. */
export const tesseractVersion: string = [
  ...[core, tha, eng].map(({ name, version }) => `${name} ${version}`),
  detector,
  numberReader === undefined ? "no reader of numbers" : "reader of numbers PP-OCRv4",
].join(", ");
