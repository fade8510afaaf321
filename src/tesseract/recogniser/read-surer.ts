import type { Line } from "../lines/read-line.ts";
import { crop, type GreyImage } from "../picture/grey-image.ts";
import { chooseReading, isOpen } from "./choose-reading.ts";
import type { LineRecogniser } from "./line-recogniser.ts";

/** Around a line; marks of Thai reach out of what the detector finds. */
const marginPx = 4;

/** A line takes 0.12 s of CPU; together these take 24 of the 120 s that a page has (`service/limits.ts`). */
const maxLinesReadAgain = 200;

export interface SurerReadings {
  /** The texts of the lines of which the recogniser's is taken. */
  surer: ReadonlyMap<Line, string>;
  /** Lines that were open to another reading beyond `maxLinesReadAgain`. */
  notReadAgain: number;
  /** The recogniser threw: nothing is taken of it. */
  failed: boolean;
}

/** Reads the lines that are open to another reading once more, as far as it may, in the order they are given. */
export async function readSurer(
  lines: Iterable<Line>,
  page: GreyImage,
  recogniser: LineRecogniser,
): Promise<SurerReadings> {
  const open = [...lines].filter((line) => isOpen(line) && line.box.width >= 1 && line.box.height >= 1);
  const surer = new Map<Line, string>();
  for (const line of open.slice(0, maxLinesReadAgain)) {
    const other = await recogniser.read(crop(page, within(line.box, page), marginPx)).catch(() => undefined);
    if (other === undefined) return { surer: new Map(), notReadAgain: 0, failed: true };
    const { text } = chooseReading(line, other);
    if (text !== undefined) surer.set(line, text);
  }
  return { surer, notReadAgain: Math.max(0, open.length - maxLinesReadAgain), failed: false };
}

function within(box: Line["box"], page: GreyImage): Line["box"] {
  const [left, top] = [Math.max(0, Math.floor(box.left)), Math.max(0, Math.floor(box.top))];
  return {
    left,
    top,
    width: Math.max(1, Math.min(page.width, Math.ceil(box.left + box.width)) - left),
    height: Math.max(1, Math.min(page.height, Math.ceil(box.top + box.height)) - top),
  };
}
