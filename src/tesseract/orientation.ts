import type { DetectedOrientation } from "./detect-orientation.ts";
import type { Box } from "./picture/ink.ts";

/** How a page is to be turned before it is read. */
export interface Orientation {
  /** Clockwise turn that brings the page upright. */
  turnDegrees: 0 | 90 | 180 | 270;
  /** The recogniser's own figure, about 10 to 60 when it is right; 0 when it found too little text. */
  confidence: number;
  /** One clause for the log and the answer. */
  reason: string;
}

/**
 * On 648 generated pages (Thai, English, three fonts, clean and bad scans, very short ones among them) no upright page
 * was taken for a turned one above 2.8; of 515 right answers 407 lie above 6.
 */
const minConfidence = 6;

/**
 * Whether the recogniser guesses that the page lies on its side, and is not sure: on a sheet with scattered words in capitals
 * it guesses right with a confidence below 1.
 */
export const isUnsureQuarterTurn = ({ turnDegrees, confidence }: DetectedOrientation): boolean =>
  turnDegrees % 180 === 90 && confidence < minConfidence;

/** A box is a line of text, and not a letter or two, when it is so many times as long as high. */
const minLineLength = 2;
/** On an upright sheet few lines run down, as the head of a table or a dimension; on one that lies on its side nearly all. */
const minLines = 8;
const minDownShare = 0.8;

/** Whether the lines of a page run down it, told by the boxes of the text detector. */
export function doLinesRunDown(boxes: readonly Box[]): boolean {
  const lines = boxes.filter(({ width, height }) => Math.max(width, height) >= minLineLength * Math.min(width, height));
  const down = lines.filter(({ width, height }) => height > width);
  return lines.length >= minLines && down.length >= minDownShare * lines.length;
}

/** Turns a page only when the recogniser is sure: a page left as it is costs less than one turned wrongly. */
export function decideOrientation(detected: DetectedOrientation | undefined): Orientation {
  if (detected === undefined) return { turnDegrees: 0, confidence: 0, reason: "too little text to tell" };
  const { turnDegrees, confidence } = detected;
  const figure = confidence.toFixed(1);
  if (turnDegrees === 0) return { turnDegrees, confidence, reason: `upright, confidence ${figure}` };
  if (detected.linesRunDown === true && isUnsureQuarterTurn(detected)) {
    return { turnDegrees, confidence, reason: `turned by ${turnDegrees}°, confidence ${figure}: its lines run down` };
  }
  if (confidence < minConfidence) {
    return { turnDegrees: 0, confidence, reason: `perhaps turned, but confidence ${figure} is below ${minConfidence}` };
  }
  return { turnDegrees, confidence, reason: `turned by ${turnDegrees}°, confidence ${figure}` };
}
