import * as mupdf from "mupdf";
import { buildPdf, type TestPage } from "./pdf-builder.ts";

const mm = 72 / 25.4;

export interface DrawingOptions {
  widthMm: number;
  heightMm: number;
  notes: number;
  seed?: number;
  /** Rotation that the page asks for. */
  rotation?: mupdf.Rotate;
  /** Lines of notes are as long as this, at most. */
  longestMm?: number;
  /** Whether words carry marks, beside which no letter can be read by its shape; default true. */
  marks?: boolean;
}

/** A sheet full of numbered notes, of which each word carries a mark of its own colour. */
export interface NumberedDrawing {
  page: TestPage;
  pdf: Uint8Array<ArrayBuffer>;
  /** What stands in each note. */
  notes: string[];
  /** The words by the colours of their marks, as `keyOf` tells them. */
  words: Map<number, { note: number; index: number; text: string }>;
}

const vocabulary =
  "PROVIDE CONCRETE COVER AS SHOWN ON SECTION WITH BARS AT SPACING AND LAP LENGTH FOR COLUMN BEAM SLAB FOOTING PILE CAP WALL".split(
    " ",
  );

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Notes of 3 mm letters, alone and in lists, in all places of a framed sheet with a grid, circles and slanting lines, and
 * a title block in the lower right corner. The same options give the same sheet. Millimetres from the upper left corner.
 */
export function numberedDrawing(options: DrawingOptions): NumberedDrawing {
  const { widthMm, heightMm, notes: count, seed = 1, longestMm = 120, marks = true } = options;
  const random = createRandom(seed);
  const markMm = marks ? 1.8 : 0;
  const content: string[] = [];
  const taken: Box[] = [];
  const notes: string[] = [];
  const words: NumberedDrawing["words"] = new Map();
  const font = new mupdf.Font("Helvetica");
  const y = (fromTop: number) => ((heightMm - fromTop) * mm).toFixed(2);
  const x = (fromLeft: number) => (fromLeft * mm).toFixed(2);
  const fontPt = (3 / 0.72) * mm;
  const widthOf = (text: string) =>
    [...text].reduce((sum, letter) => sum + font.advanceGlyph(font.encodeCharacter(letter.codePointAt(0) ?? 0)), 0) *
    (fontPt / mm);
  const stroke = (from: [number, number], to: [number, number], widthPt = 0.5) =>
    content.push(`${widthPt} w ${x(from[0])} ${y(from[1])} m ${x(to[0])} ${y(to[1])} l S`);

  /** Draws a note with its baseline at this place; returns its width. */
  function write(left: number, baseline: number, text: string, note: number): void {
    let at = left;
    for (const [index, word] of text.split(" ").entries()) {
      const colour = colours[words.size];
      if (colour === undefined) throw new Error("a sheet cannot have so many words");
      words.set(keyOf(colour), { note, index, text: word });
      const [red, green, blue] = colour.map((part) => (part / 255).toFixed(4));
      if (marks) content.push(`${red} ${green} ${blue} rg ${x(at)} ${y(baseline)} ${1.4 * mm} ${1.4 * mm} re f`);
      content.push(`0 g BT /F1 ${fontPt.toFixed(2)} Tf ${x(at + markMm)} ${y(baseline)} Td (${word}) Tj ET`);
      at += markMm + widthOf(word) + 1.2;
    }
  }

  const lengthOf = (text: string) => text.split(" ").reduce((sum, word) => sum + 3 + widthOf(word), 0);
  function sentence(note: number, longest: number): string {
    let text = `N${note}`;
    const wanted = longest * (0.25 + 0.75 * random());
    while (lengthOf(text) < wanted - 25) text += ` ${vocabulary[Math.floor(random() * vocabulary.length)]}`;
    return text;
  }

  const frame = { left: 20, top: 10, right: widthMm - 10, bottom: heightMm - 10 };
  content.push(`1.5 w ${x(20)} ${y(frame.bottom)} ${(widthMm - 30) * mm} ${(heightMm - 20) * mm} re S`);
  const title = { left: frame.right - 180, top: frame.bottom - 90, right: frame.right, bottom: frame.bottom };
  content.push(`1 w ${x(title.left)} ${y(title.bottom)} ${180 * mm} ${90 * mm} re S`);
  for (let row = 1; row <= 6; row += 1) {
    stroke([title.left, title.top + row * 13], [title.right, title.top + row * 13]);
    const note = notes.length;
    const text = `N${note} TITLE FIELD ${row} VALUE`;
    notes.push(text);
    write(title.left + 4, title.top + row * 13 - 4, text, note);
  }
  taken.push({ left: title.left - 3, top: title.top - 3, right: title.right, bottom: title.bottom });
  geometry();
  for (let failed = 0; notes.length < count && failed < 20_000; ) {
    const lines = random() < 0.4 ? 2 + Math.floor(random() * 8) : 1;
    const texts = Array.from({ length: Math.min(lines, count - notes.length) }, (_, index) =>
      sentence(notes.length + index, longestMm),
    );
    const box = { left: 0, top: 0, right: Math.max(...texts.map(lengthOf)), bottom: texts.length * 5.5 };
    const left = frame.left + 4 + random() * (frame.right - frame.left - box.right - 8);
    const top = frame.top + 4 + random() * (frame.bottom - frame.top - box.bottom - 8);
    const placed = { left: left - 8, top: top - 3, right: left + box.right + 8, bottom: top + box.bottom + 3 };
    if (left < frame.left || taken.some((other) => overlaps(other, placed))) {
      failed += 1;
      continue;
    }
    taken.push(placed);
    for (const [index, text] of texts.entries()) {
      write(left, top + 4 + index * 5.5, text, notes.length);
      notes.push(text);
    }
  }
  grid();
  const page: TestPage = {
    kind: "raw",
    content: content.join("\n"),
    widthPt: widthMm * mm,
    heightPt: heightMm * mm,
    rotation: options.rotation ?? 0,
  };
  return { page, pdf: buildPdf([page]), notes, words };

  /** Circles, slanting and broken lines, over which nothing is written. */
  function geometry(): void {
    const isFree = (box: Box) => !taken.some((other) => overlaps(other, box));
    for (let step = 0; step < (widthMm * heightMm) / 8000; step += 1) {
      const [left, top] = [frame.left + random() * (widthMm - 60), frame.top + random() * (heightMm - 60)];
      const size = 5 + random() * 40;
      const box = { left, top, right: left + size, bottom: top + size };
      if (!isFree(box) || box.right > frame.right || box.bottom > frame.bottom) continue;
      taken.push(box);
      switch (step % 4) {
        case 0:
          stroke([left, top], [left + size, top + size]);
          break;
        case 1:
          content.push(circle(left + size / 2, top + size / 2, size / 2));
          break;
        case 2:
          content.push(`[6 3] 0 d`);
          stroke([left, top + size / 2], [left + size, top + size / 2]);
          content.push(`[] 0 d`);
          break;
        default:
          content.push(`0.7 w ${x(left)} ${y(top + size)} ${size * mm} ${size * mm} re S`);
      }
    }
  }

  /** Lines through the whole sheet that leave out what is written. */
  function grid(): void {
    for (let at = frame.left + 90; at < frame.right; at += 120) {
      for (const other of gapsOf(
        taken.filter(({ left, right }) => left < at && right > at),
        frame,
      )) {
        stroke([at, other[0]], [at, other[1]], 0.35);
      }
    }
  }

  function circle(centreX: number, centreY: number, radius: number): string {
    const [left, right, k] = [centreX - radius, centreX + radius, radius * 0.5523];
    return [
      `0.5 w ${x(left)} ${y(centreY)} m`,
      `${x(left)} ${y(centreY - k)} ${x(centreX - k)} ${y(centreY - radius)} ${x(centreX)} ${y(centreY - radius)} c`,
      `${x(centreX + k)} ${y(centreY - radius)} ${x(right)} ${y(centreY - k)} ${x(right)} ${y(centreY)} c`,
      `${x(right)} ${y(centreY + k)} ${x(centreX + k)} ${y(centreY + radius)} ${x(centreX)} ${y(centreY + radius)} c`,
      `${x(centreX - k)} ${y(centreY + radius)} ${x(left)} ${y(centreY + k)} ${x(left)} ${y(centreY)} c S`,
    ].join("\n");
  }
}

const overlaps = (one: Box, other: Box) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

/** Levels that a colour's parts have; the engine changes each by a few. */
const levelStep = 10;
const levels = Array.from({ length: 19 }, (_, index) => index * levelStep);

/** Colours of marks: dark enough to be drawn, and coloured enough to be no part of a black letter. */
const colours = levels.flatMap((red) =>
  levels.flatMap((green) =>
    levels.flatMap((blue) => {
      const colour: [number, number, number] = [red, green, blue];
      return Math.max(...colour) - Math.min(...colour) >= 40 ? [colour] : [];
    }),
  ),
);

const keyOf = ([red, green, blue]: readonly [number, number, number]): number =>
  [red, green, blue].reduce((key, part) => key * 32 + Math.round((part + 1) / levelStep), 0);

/** What of the sheet's height no box takes. */
function gapsOf(boxes: readonly Box[], frame: Box): Array<[number, number]> {
  const gaps: Array<[number, number]> = [];
  let from = frame.top;
  for (const { top, bottom } of [...boxes].sort((a, b) => a.top - b.top)) {
    if (top > from) gaps.push([from, top]);
    from = Math.max(from, bottom);
  }
  if (frame.bottom > from) gaps.push([from, frame.bottom]);
  return gaps;
}

/** Numbers from 0 to 1 that are always the same (a linear congruential generator). */
function createRandom(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** The words of a drawing whose marks are whole in a picture, note by note from top to bottom, as lines of text. */
export function readMarks(png: Uint8Array, { words }: Pick<NumberedDrawing, "words">): string {
  const pixmap = new mupdf.Image(png).toPixmap();
  const [width, height, stride] = [pixmap.getWidth(), pixmap.getHeight(), pixmap.getStride()];
  const pixels = pixmap.getPixels();
  const seen = new Map<number, Array<{ index: number; text: string; y: number }>>();
  const found = new Set<number>();
  const colourAt = (at: number) => keyOf([pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0]);
  const isColoured = (at: number) => {
    const [red, green, blue] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
    return Math.max(red, green, blue) - Math.min(red, green, blue) >= 30;
  };
  for (let y = 2; y < height - 2; y += 1) {
    for (let x = 2; x < width - 2; x += 1) {
      const at = y * stride + x * 3;
      if (!isColoured(at)) continue;
      const colour = colourAt(at);
      const word = words.get(colour);
      if (word === undefined || found.has(colour)) continue;
      const around = [at - 6, at + 6, at - 2 * stride, at + 2 * stride].filter((place) => colourAt(place) === colour);
      if (around.length < 3) continue;
      found.add(colour);
      seen.set(word.note, [...(seen.get(word.note) ?? []), { index: word.index, text: word.text, y }]);
    }
  }
  pixmap.destroy();
  const lines = [...seen.values()].map((line) => ({
    y: Math.min(...line.map((word) => word.y)),
    text: line
      .sort((a, b) => a.index - b.index)
      .map(({ text }) => text)
      .join(" "),
  }));
  return lines
    .sort((a, b) => a.y - b.y)
    .map(({ text }) => text)
    .join("\n");
}
