import { centreX, widthOf } from "./box.ts";
import { leader } from "./leader.ts";
import type { Line } from "./lines.ts";
import { type ListMarker, listMarker } from "./list-marker.ts";
import { withoutMarks } from "./run-marks.ts";

/** Lines that belong together: a paragraph, an item of a list, or a block of short lines. */
export interface Paragraph {
  lines: Line[];
  /** Where a line ends before its sentence does, so that the next begins a new line: one entry for each line but the first. */
  breaks: boolean[];
  marker: ListMarker | undefined;
  /** Distance from the line above, in the usual distance of lines; Infinity for the first. */
  gapAbove: number;
}

/** Distance of lines, in the usual one, beyond which another paragraph begins. */
const paragraphGap = 1.25;
/** The lines of a title, which is so much larger than the text, stand further apart. */
const titleGap = 1.5;
const titleSize = 1.2;
const checkBox = /^[☐☑☒]/;
/** An indent is at least so wide, in sizes. */
const indent = 0.8;
/** Sizes that may differ within a paragraph. */
const sizeTolerance = 0.08;
/** Sizes of white space at the end of a line of a script without blanks, behind which a new line was meant. */
const unspacedSlack = 6;

/**
 * @param leading distance of the lines of a paragraph, in sizes
 * @param textSize of most letters of the page, in points
 */
export function paragraphsOf(lines: readonly Line[], leading: number, textSize: number): Paragraph[] {
  const right = rightMargin(lines);
  const paragraphs: Paragraph[] = [];
  for (const line of lines) {
    const current = paragraphs.at(-1);
    const before = current?.lines.at(-1);
    if (current === undefined || before === undefined) {
      paragraphs.push(begin(line, listMarker(line.text), Infinity));
      continue;
    }
    const gap = (line.baseline - before.baseline) / (leading * Math.max(line.size, before.size));
    const near = line.size > titleSize * textSize && isAlike(line, before) ? titleGap : paragraphGap;
    const short = isShort(before, line, right);
    const marker = listMarker(line.text);
    const isItem =
      marker !== undefined && (short || gap > near || paragraphs.some((other) => follows(other, line, marker)));
    if (isItem || gap > near || (short && startsNote(line)) || parts(current, before, line, gap, short))
      paragraphs.push(begin(line, isItem ? marker : undefined, gap));
    else {
      current.lines.push(line);
      current.breaks.push(
        before.parted ||
          line.parted ||
          leader.test(before.text) ||
          checkBox.test(line.text) ||
          (short && !isCentred(current, line, right)),
      );
    }
  }
  return paragraphs;
}

const begin = (line: Line, marker: ListMarker | undefined, gapAbove: number): Paragraph => ({
  lines: [line],
  breaks: [],
  marker,
  gapAbove,
});

/** Where most long lines end: one line that is longer than all others is no measure. */
function rightMargin(lines: readonly Line[]): number {
  const ends = lines.map(({ end }) => end).sort((a, b) => a - b);
  return ends[Math.floor(ends.length * 0.92)] ?? 0;
}

/** Set in one style, as the lines of a title are. */
const isAlike = (a: Line, b: Line) =>
  Math.abs(a.size - b.size) <= sizeTolerance * a.size && a.bold === b.bold && a.italic === b.italic;

/** Whether the first word of the next line would have found room: then the line was meant to end. */
function isShort(line: Line, next: Line, right: number): boolean {
  const slack = right - line.end;
  const text = withoutMarks(next.text);
  if (/^[\u0E00-\u0EFF]/.test(text)) return slack > unspacedSlack * line.size;
  const [word = ""] = text.split(" ", 1);
  const letterWidth = widthOf(next.box) / Math.max(1, text.length);
  const needed = (word.length + 1) * letterWidth;
  return slack > needed + 0.6 * line.size && (slack > 0.5 * (right - line.start) || !/^\p{Ll}/u.test(text));
}

/** A footnote begins with its sign, or with a number smaller than the text. */
const startsNote = ({ text, runs, size }: Line) =>
  /^(?:[¹²³⁴⁵⁶⁷⁸⁹]|[*†‡]{1,3}(?=\s?\S))/u.test(text) ||
  (/^\d{1,2}$/.test(runs[0]?.text.trim() ?? "") && (runs[0]?.size ?? 0) < 0.8 * size);

/** Whether an item of the same list has begun at the same place. */
const follows = ({ marker, lines }: Paragraph, line: Line, found: ListMarker) =>
  marker !== undefined &&
  marker.kind === found.kind &&
  Math.abs((lines[0]?.start ?? 0) - line.start) < indent * line.size;

function parts({ lines, marker }: Paragraph, before: Line, line: Line, gap: number, short: boolean): boolean {
  if (gap < 0) return true;
  if (Math.abs(line.size - before.size) > sizeTolerance * Math.max(line.size, before.size)) return true;
  if (line.bold !== before.bold && (short || lines.length === 1)) return true;
  if (line.italic !== before.italic && short) return true;
  if (line.capitals !== before.capitals && short && letters(line) && letters(before)) return true;
  if (line.monospaced !== before.monospaced) return true;
  const shift = (line.start - before.start) / line.size;
  const first = lines.length === 1;
  // The lines of an item hang behind its marker; what returns to the marker's place is no longer in it.
  if (marker !== undefined) return first ? shift < -indent : Math.abs(shift) > indent;
  if (shift > indent) return !(first && !short) && !sharesCentre(before, line);
  if (shift < -indent) return (first ? short : true) && !sharesCentre(before, line);
  return false;
}

/** A number alone is in no case. */
const letters = ({ text }: Line) => /\p{L}{3}/u.test(text);

const sharesCentre = (a: Line, b: Line) => Math.abs(centreX(a.box) - centreX(b.box)) < 0.5 * a.size;

/** A title of several centred lines is one text. */
const isCentred = ({ lines }: Paragraph, line: Line, right: number) =>
  lines.every((other) => sharesCentre(other, line) && right - other.end > 1.5 * other.size) &&
  lines.some(({ start }) => Math.abs(start - line.start) > 0.5 * line.size);
