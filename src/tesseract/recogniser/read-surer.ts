import type { Line } from "../lines/read-line.ts";
import { crop, type GreyImage } from "../picture/grey-image.ts";
import { chooseReading, isOpen } from "./choose-reading.ts";
import type { LineRecogniser } from "./line-recogniser.ts";

/** Around a line; marks of Thai reach out of what the detector finds. */
const marginPx = 4;

/** Reads the lines that are open to another reading once more, and gives the text of those of which it is taken. */
export async function readSurer(
  lines: Iterable<Line>,
  page: GreyImage,
  recogniser: LineRecogniser,
): Promise<Map<Line, string>> {
  const surer = new Map<Line, string>();
  for (const line of lines) {
    if (!isOpen(line) || line.box.width < 1 || line.box.height < 1) continue;
    const { text } = chooseReading(line, await recogniser.read(crop(page, within(line.box, page), marginPx)));
    if (text !== undefined) surer.set(line, text);
  }
  return surer;
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
