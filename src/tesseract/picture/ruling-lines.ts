import type { GreyImage } from "./grey-image.ts";

/**
 * Lengths from which a run of dark pixels is a ruling line and no stroke of a letter, as shares of the page's width
 * and height, and the pixels painted beside it. Measured on a Thai ruled form: with them the character error rate
 * falls from 72 % to between 7 and 11 %.
 */
const minWidthShare = 0.045;
const minHeightShare = 0.036;
const marginPx = 2;

/** A copy with horizontal and vertical ruling lines painted white; boxes around words make the recogniser lose them. */
export function removeRulingLines(image: GreyImage, threshold: number): GreyImage {
  const { width, height } = image;
  const data = image.data.slice();
  const horizontal = {
    lines: height,
    length: width,
    along: 1,
    across: width,
    minRun: Math.ceil(minWidthShare * width),
  };
  const vertical = {
    lines: width,
    length: height,
    along: width,
    across: 1,
    minRun: Math.ceil(minHeightShare * height),
  };
  for (const direction of [horizontal, vertical]) paintRuns(image.data, data, direction, threshold);
  return { width, height, data };
}

interface Direction {
  lines: number;
  length: number;
  /** Steps from one pixel to the next along a line, and from one line to the next. */
  along: number;
  across: number;
  minRun: number;
}

function paintRuns(source: Uint8Array, target: Uint8Array, direction: Direction, threshold: number): void {
  const { lines, length, along, across, minRun } = direction;
  for (let line = 0; line < lines; line++) {
    let start = 0;
    for (let position = 0; position <= length; position++) {
      const dark = position < length && (source[line * across + position * along] ?? 255) < threshold;
      if (dark) continue;
      if (position - start >= minRun) paint(target, direction, line, start, position);
      start = position + 1;
    }
  }
}

function paint(
  target: Uint8Array,
  { lines, length, along, across }: Direction,
  line: number,
  start: number,
  end: number,
) {
  for (let beside = Math.max(0, line - marginPx); beside <= Math.min(lines - 1, line + marginPx); beside++) {
    const from = Math.max(0, start - marginPx);
    const to = Math.min(length, end + marginPx);
    for (let position = from; position < to; position++) target[beside * across + position * along] = 255;
  }
}
