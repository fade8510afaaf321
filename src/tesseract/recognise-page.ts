import { type DoubtfulLine, doubtAll, settleDoubts } from "./digits/doubtful-digits.ts";
import { knownGlyphs } from "./digits/known-glyphs.ts";
import { readDigits } from "./digits/read-digits.ts";
import { type RecognisedLine, recognisedLines } from "./lines/recognised-line.ts";
import { textBands } from "./lines/text-bands.ts";
import { uniteReadings } from "./lines/unite-readings.ts";
import { darkThreshold, whitenPaper } from "./picture/dark-threshold.ts";
import { rotate, skewDegrees } from "./picture/deskew.ts";
import { evenGrounds } from "./picture/even-grounds.ts";
import { findSheet } from "./picture/find-sheet.ts";
import { crop, encodePgm, type GreyImage } from "./picture/grey-image.ts";
import { type Box, inkOutside } from "./picture/ink.ts";
import { turnLightOnDark } from "./picture/light-on-dark.ts";
import { levelPaper } from "./picture/paper-level.ts";
import { straighten } from "./picture/perspective.ts";
import { removeRulingLines } from "./picture/ruling-lines.ts";
import type { TesseractApi, TesseractCore } from "./tesseract-core.ts";

export interface RecognisedPage {
  text: string;
  /** The recogniser's mean word confidence, 0 to 100; says little about the error rate. */
  confidence: number;
  /** Share of the ink that lies outside the recognised words, 0 to 1. */
  inkOutside: number;
  /** Degrees by which the page was turned to level its lines. */
  deskewedDegrees: number;
  /** Lines with Thai digits that may be others. */
  doubts: DoubtfulLine[];
}

/** Where the recogniser finds its picture. */
type Files = Pick<TesseractCore, "FS">;

/**
 * Levels the page, takes its ruling lines away and reads it twice: as a page, and line by line. On widely spaced Thai
 * the page reading takes the row of marks above a line for a line of its own (3 to 15 % errors on a clean letter),
 * the line reading loses marks below; together 1 % and less. Throws when the recogniser refuses the picture.
 */
export function recognisePage(core: Files, api: TesseractApi, picture: GreyImage): RecognisedPage {
  const corners = findSheet(picture);
  const sheet = corners === undefined ? picture : straighten(picture, corners);
  const even = evenGrounds(sheet);
  const image = levelPaper(turnLightOnDark(even, darkThreshold(even)));
  const threshold = darkThreshold(image);
  const skew = skewDegrees(image, threshold);
  const level = skew === 0 ? image : rotate(image, skew);
  const prepared = whitenPaper(removeRulingLines(level, threshold), threshold);
  const page = read(core, api, prepared, segmentation.column);
  const bands = page.lines === undefined ? [] : textBands(prepared, threshold);
  const context = { pageLines: page.lines ?? [], usualPx: medianHeight(bands) };
  const readAlone = (band: Box) => readBand(core, api, prepared, band);
  const lines = bands.length === 0 ? [page] : withoutRepeats(bands.map((band) => lineOf(band, context, readAlone)));
  const { text, doubts } = settleDoubts(lines.flatMap(({ text }) => (text === "" ? [] : [text])).join("\n"));
  return {
    text: correctSaraAm(text),
    doubts,
    confidence: page.confidence,
    inkOutside: inkOutside(
      prepared,
      threshold,
      lines.flatMap(({ words }) => words),
    ),
    deskewedDegrees: skew,
  };
}

/** `tessedit_pageseg_mode`: a single column (the default, a block, loses 72 % of a ruled form), and a single line. */
const segmentation = { column: "4", line: "7" } as const;

interface Reading {
  text: string;
  confidence: number;
  words: Box[];
  lines: RecognisedLine[] | undefined;
}

function read(core: Files, api: TesseractApi, image: GreyImage, mode: string): Reading {
  core.FS.writeFile("/input", encodePgm(image));
  api.SetVariable("tessedit_pageseg_mode", mode);
  api.SetVariable("preserve_interword_spaces", "1");
  try {
    if (api.SetImageFile(1, 0) !== 0 || api.Recognize(null) !== 0) throw new Error("The picture cannot be read.");
    const text = api.GetUTF8Text();
    const lines = recognisedLines(text, api.GetTSVText(0))?.map((line) => readDigits(line, image, knownGlyphs));
    const words = lines?.flatMap((line) => line.words) ?? [];
    const read = lines?.map((line) => line.text).join("\n") ?? doubtAll(text.trim().replace(/\n{2,}/g, "\n"));
    return { text: read, confidence: api.MeanTextConf(), words, lines };
  } finally {
    api.Clear();
  }
}

/** Around a line that is read alone; without it letters at the edge are lost. */
const marginPx = 10;

function readBand(core: Files, api: TesseractApi, page: GreyImage, band: Box): Reading {
  const reading = read(core, api, crop(page, band, marginPx), segmentation.line);
  const offset = (box: Box) => ({ ...box, left: box.left + band.left - marginPx, top: box.top + band.top - marginPx });
  return { ...reading, words: reading.words.map(offset) };
}

interface Line {
  text: string;
  words: Box[];
  /** Only the second reading found it. */
  isLone?: boolean;
}

/** A band of this many usual heights holds several lines: a picture or a signature spans them. */
const tallShare = 1.9;
/** A line that only one reading found, or that stands in a picture, is believed from this confidence on. */
const minLoneConfidence = 50;

interface PageContext {
  pageLines: readonly RecognisedLine[];
  /** Height of most bands. */
  usualPx: number;
}

function lineOf(band: Box, { pageLines, usualPx }: PageContext, readAlone: (band: Box) => Reading): Line {
  const inBand = pageLines.filter(({ box }) => {
    const middle = box.top + box.height / 2;
    return middle >= band.top && middle < band.top + band.height;
  });
  const asOnPage = joined(inBand);
  // Only Thai has the marks that the second reading is for.
  if (inBand.length === 1 && !/[\u0E01-\u0E5B]/.test(asOnPage.text)) return asOnPage;
  if (band.height > tallShare * usualPx) return sureOf(inBand);
  if (inBand.length > 1 && isStack(inBand, usualPx)) return asOnPage;
  const alone = readAlone(band);
  const [only] = inBand;
  if (only === undefined) return alone.confidence < minLoneConfidence ? asOnPage : { ...alone, isLone: true };
  if (inBand.length > 1) return alone;
  return { text: uniteReadings(only, alone), words: [...asOnPage.words, ...alone.words] };
}

/**
 * Without the lone lines whose print another line has: a figure beside a line makes bands of the parts of its height, and
 * each is read with a margin.
 */
function withoutRepeats(lines: readonly Line[]): Line[] {
  const kept = new Set(lines.filter(({ isLone }) => isLone !== true));
  for (const line of lines) if (!kept.has(line) && !isAmong(line, kept)) kept.add(line);
  return lines.filter((line) => kept.has(line));
}

function isAmong({ words }: Line, others: Iterable<Line>): boolean {
  const boxes = [...others].flatMap((line) => line.words);
  const found = words.filter(({ left, top, width, height }) => {
    const [x, y] = [left + width / 2, top + height / 2];
    return boxes.some((box) => x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height);
  });
  return words.length > 0 && 2 * found.length >= words.length;
}

const joined = (lines: readonly RecognisedLine[]): Line => ({
  text: lines.map(({ text }) => text).join("\n"),
  words: lines.flatMap(({ words }) => words),
});

/** What can be believed of a band that may be a picture. */
const sureOf = (lines: readonly RecognisedLine[]): Line =>
  joined(lines.filter(({ confidence }) => confidence >= minLoneConfidence));

/** Whether whole lines stand one below the other; a row of marks is lower, and overlaps the line that it belongs to. */
function isStack(lines: readonly RecognisedLine[], usualPx: number): boolean {
  const boxes = lines.map(({ box }) => box).filter(({ height }) => height >= 0.6 * usualPx);
  return boxes.some((upper) => boxes.some((lower) => lower.top >= upper.top + 0.7 * upper.height));
}

const medianHeight = (bands: readonly Box[]): number =>
  bands.map(({ height }) => height).sort((a, b) => a - b)[bands.length >> 1] ?? 0;

/** SARA AM with a tone mark (`น้ำ`) comes out of the trained data as the tone mark twice and SARA AA. */
const correctSaraAm = (text: string): string => text.replace(/([\u0E48-\u0E4B])\1\u0E32/g, "$1\u0E33");
