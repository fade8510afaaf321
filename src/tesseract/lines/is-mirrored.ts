import type { GreyImage } from "../picture/grey-image.ts";
import type { PictureReading } from "./read-picture.ts";

/**
 * The recogniser's confidence by letters is 66 to 72 where it reads print in a mirror, and 82 to 95 where it reads the same as
 * it was set, also pale and blurred.
 */
const clearlySurer = 8;
/** Fewer letters tell nothing. */
const minLetters = 20;

/** Whether print stands in a picture as in a mirror, told by reading it both ways. Throws what `read` throws. */
export function isMirrored(picture: GreyImage, read: (picture: GreyImage) => PictureReading): boolean {
  const mirrored = confidenceOf(read(mirror(picture)));
  return mirrored.letters >= minLetters && mirrored.confidence >= confidenceOf(read(picture)).confidence + clearlySurer;
}

function confidenceOf({ words }: PictureReading): { confidence: number; letters: number } {
  const letters = words.reduce((sum, { text }) => sum + text.length, 0);
  const weighted = words.reduce((sum, { text, confidence }) => sum + text.length * confidence, 0);
  return { confidence: letters === 0 ? 0 : weighted / letters, letters };
}

function mirror({ width, height, data }: GreyImage): GreyImage {
  const mirrored = new Uint8Array(data.length);
  for (let from = 0; from < data.length; from += width) {
    mirrored.set(data.subarray(from, from + width).toReversed(), from);
  }
  return { width, height, data: mirrored };
}
