import { encodePgm, type GreyImage } from "./picture/grey-image.ts";
import type { TesseractApi, TesseractCore } from "./tesseract-core.ts";

/** How the recogniser believes the page lies. */
export interface DetectedOrientation {
  /** Clockwise turn that brings it upright: 0, 90, 180 or 270. */
  turnDegrees: 0 | 90 | 180 | 270;
  confidence: number;
  /** Whether the lines that the text detector finds run down the page; undefined where it was not asked. */
  linesRunDown?: boolean | undefined;
}

/** The recogniser numbers the quarter turns that the page has made; this is the way back. */
const turns = [0, 270, 180, 90] as const;

/** How the page lies; undefined when there is too little text to say. */
export function detectPageOrientation(
  core: TesseractCore,
  api: TesseractApi,
  image: GreyImage,
): DetectedOrientation | undefined {
  core.FS.writeFile("/input", encodePgm(image));
  const results = new core.OSResults();
  try {
    if (api.SetImageFile(1, 0) !== 0) throw new Error("The picture cannot be read.");
    if (!api.DetectOS(results)) return undefined;
    const { orientation_id, oconfidence } = results.best_result;
    return { turnDegrees: turns[orientation_id] ?? 0, confidence: oconfidence };
  } finally {
    core.destroy(results);
    api.Clear();
  }
}
