import { type DoubtfulLine, settleDoubts } from "./digits/doubtful-digits.ts";
import { overlapX, overlapY } from "./layout/boxes.ts";
import { mendRules } from "./layout/mend-rules.ts";
import { layoutOf } from "./layout/page-layout.ts";
import { type Ink, piecesOf } from "./layout/pieces.ts";
import { pipeTable } from "./layout/pipe-table.ts";
import { whiteLanes } from "./layout/white-lanes.ts";
import { aroundPieces, boxToRead, unclaimed } from "./lines/boxes-to-read.ts";
import { isMirrored } from "./lines/is-mirrored.ts";
import { type Line, lineOf, type PageContext, partWithin, withoutRepeats } from "./lines/read-line.ts";
import { type Files, lineReader, type PictureReading, readPage } from "./lines/read-picture.ts";
import { textBands } from "./lines/text-bands.ts";
import type { TextDetector } from "./lines/text-detector.ts";
import { once } from "./once.ts";
import { darkThreshold, whitenPaper } from "./picture/dark-threshold.ts";
import { findSheet } from "./picture/find-sheet.ts";
import { crop, type GreyImage } from "./picture/grey-image.ts";
import { type Box, inkOutside } from "./picture/ink.ts";
import { darkOnWhite, levelPrint } from "./picture/level-print.ts";
import { straighten } from "./picture/perspective.ts";
import { hasGrounds, type PrintOnGround, printOnGrounds } from "./picture/print-on-grounds.ts";
import { type Rules, removeRulingLines } from "./picture/ruling-lines.ts";
import { type CheckedNumbers, checkNumbers } from "./recogniser/check-numbers.ts";
import type { LineRecogniser } from "./recogniser/line-recogniser.ts";
import { readSurer, type SurerReadings } from "./recogniser/read-surer.ts";
import type { TextApis } from "./tesseract-core.ts";

export interface RecognisedPage {
  text: string;
  /** The recogniser's mean word confidence, 0 to 100; says little about the error rate. */
  confidence: number;
  /** Share of the ink that lies outside the recognised words, 0 to 1. */
  inkOutside: number;
  /** Degrees by which the page was turned to level its lines. */
  deskewedDegrees: number;
  /** Print from the other side of the sheet showed through, and was left out. */
  showsThrough: boolean;
  /** Lines that were read twice, and those among them whose two readings have other letters. */
  readTwice: number;
  disputed: number;
  /** Lines with Thai digits that may be others. */
  doubts: DoubtfulLine[];
  /** Places where the text detector saw lines and nothing was read. */
  unreadPlaces: number;
  /** Texts of lines that rest on one reading, and it was not sure of them. */
  unsureLines: string[];
  /** Rows of tables without lines between them that may hold what is of another row. */
  guessedRows: string[];
  /** Lines of the page, and the texts of those that the line recogniser read. */
  lineCount: number;
  recognised: string[];
  /** Boxes of the detector that were more than can be sorted; then none was followed. */
  ignoredBoxes: number;
  /** Lines that the line recogniser should have read, and might not. */
  notReadAgain: number;
  /** The text detector threw: the page was read without it. */
  detectorFailed: boolean;
  /** The line recogniser threw: the page was read without it. */
  recogniserFailed: boolean;
  /** Numbers that should have been read once more, and might not. */
  numbersNotChecked: number;
  /** The reader of numbers threw, or could not be opened: none was read once more. */
  numberReaderFailed: boolean;
}

/**
 * Levels the page, takes its ruling lines away and reads it twice: as a page, and line by line. On widely spaced Thai
 * the page reading takes the row of marks above a line for a line of its own (3 to 15 % errors on a clean letter),
 * the line reading loses marks below; together 1 % and less. The detector says which lines there are and in which order
 * they are read, or that there is none and nothing to read, and where there is print on grounds; without it a line is
 * what stands in a row of ink. Where a line recogniser is given, it reads what these two do not agree on, and is followed
 * where it is clearly surer. Throws when the recogniser refuses the picture.
 * Where a reader of numbers is given, digits that it does not see are in doubt.
 */
export async function recognisePage(
  core: Files,
  apis: TextApis,
  picture: GreyImage,
  detector: TextDetector | undefined,
  lineRecogniser?: LineRecogniser,
  openNumberReader?: () => Promise<LineRecogniser>,
): Promise<RecognisedPage> {
  const corners = findSheet(picture);
  const sheet = corners === undefined ? picture : straighten(picture, corners);
  const read = (image: GreyImage) => readPage(core, apis.thaiAndEnglish, image);
  const levelled = levelPrint(sheet, (strip) => isMirrored(strip, read));
  const { sheet: straight, skewDegrees, showsThrough } = levelled;
  const onGrounds = await seenOnGrounds(straight, detector);
  const isOnWhite = onGrounds === "failed" || onGrounds.length === 0;
  const level = isOnWhite ? levelled.image : darkOnWhite(straight, () => showsThrough, onGrounds).image;
  const scale = level.width / straight.width;
  const grounds = onGrounds === "failed" ? [] : onGrounds.map(({ box }) => scaled(box, scale));
  const threshold = darkThreshold(level);
  const { image: unruled, rules: drawn } = removeRulingLines(level, threshold);
  const prepared = whitenPaper(unruled, threshold);
  const inkBands = textBands(prepared, threshold);
  const detected = await detector?.detect(prepared).catch(() => "failed" as const);
  const isWithoutText = Array.isArray(detected) && detected.length === 0;
  const page = isWithoutText ? nothingRead : read(prepared);
  const bands = isWithoutText || page.lines === undefined ? [] : inkBands;
  const boxes = bands.length > 0 && Array.isArray(detected) ? detected : [];
  const pageLines = page.lines ?? [];
  const ignoredBoxes = boxes.length > maxBoxes ? boxes.length : 0;
  const found = boxes.length === 0 || ignoredBoxes > 0 ? [] : [...boxes, ...unclaimed(pageLines, boxes)];
  const rules = mendRules(drawn, found);
  const ink: Ink = {
    bands: (box) => bandsIn(prepared, threshold, box),
    lanes: (usual) => whiteLanes(prepared, threshold, usual),
  };
  const pieces = piecesOf(found, ink, rules);
  const usualPx = medianHeight(pieces.length === 0 ? bands : pieces);
  const context: PageContext = {
    claimed: new Set(),
    pageLines,
    usualPx,
    readAlone: lineReader(core, apis, prepared),
  };
  const parts = pieces.length === 0 ? linesOfBands(bands, context) : partsOf(pieces, bands, rules, prepared, context);
  const lines = parts.flatMap(linesIn);
  const kept = withoutRepeats(lines);
  const again = lineRecogniser === undefined ? notAgain : await readSurer(kept, prepared, lineRecogniser);
  const { surer, notReadAgain } = again;
  const numbers = openNumberReader === undefined ? notChecked : await checkNumbers(kept, prepared, openNumberReader);
  const textOfLine = (line: Line) =>
    kept.has(line) ? (surer.get(line) ?? numbers.doubted.get(line) ?? line.text) : "";
  const { text, doubts } = settleDoubts(correctSaraAm(bands.length === 0 ? page.text : textOf(parts, textOfLine)));
  const twice = [...kept].filter(({ agreed }) => agreed !== undefined);
  const wordsOf = (line: Line) => (surer.has(line) ? [...line.words, line.box] : line.words);
  const words = bands.length === 0 ? page.words : [...kept].flatMap(wordsOf);
  return {
    text,
    doubts,
    unreadPlaces: countUnread(pieces.length === 0 ? [] : lines, grounds, words, usualPx),
    unsureLines: [...kept].filter((line) => !surer.has(line) && isUnsure(line)).map(({ text }) => settledText(text)),
    guessedRows: guessedRowsOf(parts, textOfLine),
    lineCount: kept.size,
    recognised: [...surer.values()].map(settledText),
    ignoredBoxes,
    notReadAgain,
    detectorFailed: detected === "failed" || onGrounds === "failed",
    recogniserFailed: again.failed,
    numbersNotChecked: numbers.notChecked,
    numberReaderFailed: numbers.failed,
    confidence: page.confidence,
    inkOutside: inkOutside(prepared, threshold, words),
    deskewedDegrees: skewDegrees,
    showsThrough,
    readTwice: twice.length,
    disputed: twice.filter(({ agreed }) => agreed === false).length,
  };
}

/** The densest drawings and bills have some hundred; more is noise, and would be sorted for minutes. */
const maxBoxes = 3000;

/** The detector sees print on grounds of all kinds; only dark print on paper is looked for in what was prepared. */
async function seenOnGrounds(
  sheet: GreyImage,
  detector: TextDetector | undefined,
): Promise<readonly PrintOnGround[] | "failed"> {
  if (detector === undefined || !hasGrounds(sheet)) return [];
  const lines = await detector.detect(sheet).catch(() => "failed" as const);
  if (lines === "failed") return lines;
  return lines.length > maxBoxes ? [] : printOnGrounds(sheet, lines);
}

/** What is lower or narrower than these shares of a line's height is a dash, a speck, or a row of marks. */
const minUnreadHeight = 0.5;
const minUnreadWidth = 1;
/** What other lines have words in to this share of its area was read with them. */
const readShare = 0.5;

/** The words of a line that was read take this share of what it was seen by on a ground; of short ones a third. */
const groundReadShare = 0.15;

/** How many lines came to no text, and do not stand within the words of others, and grounds with print that hold no words. */
function countUnread(lines: readonly Line[], grounds: readonly Box[], words: readonly Box[], usualPx: number): number {
  const isRead = (box: Box, by: readonly Box[], share: number) => {
    const shared = by.map((one) => Math.max(0, overlapX(one, box)) * Math.max(0, overlapY(one, box)));
    return shared.reduce((sum, area) => sum + area, 0) >= share * box.width * box.height;
  };
  const isLine = ({ width, height }: Box) => height >= minUnreadHeight * usualPx && width >= minUnreadWidth * usualPx;
  const empty = lines.filter(({ text, box }) => text === "" && isLine(box) && !isRead(box, words, readShare));
  const emptyBoxes = empty.map(({ box }) => box);
  const lost = grounds.filter((box) => isLine(box) && !isRead(box, [...words, ...emptyBoxes], groundReadShare));
  return empty.length + lost.length;
}

const scaled = ({ left, top, width, height }: Box, scale: number): Box => ({
  left: left * scale,
  top: top * scale,
  width: width * scale,
  height: height * scale,
});

/**
 * Of a page on which the detector finds no text; it finds a single digit of 10 points. The recogniser writes 300
 * lines of letters for the specks of an empty sheet, in a minute of CPU time.
 */
const nothingRead: PictureReading = { text: "", confidence: 0, words: [], lines: [] };

/**
 * Below it a line that only the second reading found is often none, or has a sign too many: it makes "(ADO" of a
 * signature at 58, and ". 27" of a page number behind dots at 55.
 */
const minSureLone = 80;
/** The reading of the page makes "[hor" of a signature at 14; of 102 lines of print one was lower, at 56, and wrong. */
const minSureOnce = 60;

const isUnsure = ({ agreed, isLone, confidence, text }: Line): boolean =>
  agreed === undefined &&
  confidence < (isLone === true ? minSureLone : minSureOnce) &&
  /[\p{L}\p{N}]/u.test(settleDoubts(text).text);

/** As it stands in the text of the page. */
const settledText = (text: string): string => settleDoubts(correctSaraAm(text)).text;

const notChecked: CheckedNumbers = { doubted: new Map(), notChecked: 0, failed: false };
const notAgain: SurerReadings = { surer: new Map(), notReadAgain: 0, failed: false };

type Part = { kind: "line"; line: Line } | { kind: "table"; rows: Line[][][]; doubtful: number[] };

const linesOfBands = (bands: readonly Box[], context: PageContext): Part[] =>
  bands.map((band) => ({ kind: "line", line: lineOf(band, context) }));

function partsOf(
  pieces: readonly Box[],
  bands: readonly Box[],
  rules: Rules,
  page: GreyImage,
  context: PageContext,
): Part[] {
  const blocks = layoutOf(pieces, rules, page);
  const read = (line: readonly Box[]) => lineOf(boxToRead(line, pieces, bands, page), context);
  return blocks.flatMap((block): Part[] => {
    switch (block.kind) {
      case "lines":
        return block.lines.map((line) => ({ kind: "line", line: read(line) }));
      case "table":
        return [
          {
            kind: "table",
            rows: block.rows.map((row) => readRow(row, pieces, bands, page, context)),
            doubtful: block.doubtful,
          },
        ];
      default:
        return block satisfies never;
    }
  });
}

/** A cell in the reading of its row is believed from this confidence on; below, the cell is read alone too. */
const minCellConfidence = 85;

/** A row whose cells hold one line each is read as one line, which the recogniser does better than short cells. */
function readRow(
  row: readonly Box[][][],
  all: readonly Box[],
  bands: readonly Box[],
  page: GreyImage,
  context: PageContext,
): Line[][] {
  const isOneLine = row.every((cell) => cell.length <= 1) && row.flat().length > 0;
  const whole = isOneLine
    ? once(() => context.readAlone(boxToRead(row.flat(2), all, bands, page), "thaiAndEnglish"))
    : undefined;
  const readAlone: PageContext["readAlone"] = (box, languages) => {
    const inRow = whole === undefined ? undefined : partWithin(whole(), box);
    if (inRow !== undefined && inRow.confidence >= minCellConfidence) return inRow;
    const alone = context.readAlone(box, languages);
    return inRow !== undefined && inRow.confidence >= alone.confidence ? inRow : alone;
  };
  return row.map((cell) => cell.map((line) => lineOf(aroundPieces(line, all, page), { ...context, readAlone })));
}

const linesIn = (part: Part): Line[] => (part.kind === "line" ? [part.line] : part.rows.flat(2));

function textOf(parts: readonly Part[], textOfLine: (line: Line) => string): string {
  const texts = parts.map((part) => {
    if (part.kind === "line") return textOfLine(part.line);
    const table = pipeTable(part.rows.map((row) => row.map((cell) => textOfCell(cell, textOfLine))));
    return table === "" ? "" : `\n${table}\n`;
  });
  return texts
    .filter((text) => text !== "")
    .join("\n")
    .trim();
}

const textOfCell = (cell: readonly Line[], textOfLine: (line: Line) => string) => cell.map(textOfLine).join(" ").trim();

/** The texts of rows that are a guess, their cells parted by blanks. */
const guessedRowsOf = (parts: readonly Part[], textOfLine: (line: Line) => string): string[] =>
  parts.flatMap((part) =>
    part.kind === "line"
      ? []
      : part.doubtful.flatMap((at) => {
          const cells = (part.rows[at] ?? []).map((cell) => textOfCell(cell, textOfLine));
          const text = cells.filter((cell) => cell !== "").join(" ");
          return text === "" ? [] : [settledText(text)];
        }),
  );

function bandsIn(page: GreyImage, threshold: number, box: Box): Box[] {
  const top = Math.max(0, box.top);
  const height = Math.min(page.height, box.top + box.height) - top;
  const width = Math.min(box.width, page.width - box.left);
  const part = crop(page, { left: box.left, top, width, height }, 0);
  return textBands(part, threshold, page.height).map((band) => ({
    ...band,
    left: band.left + box.left,
    top: band.top + top,
  }));
}

const medianHeight = (bands: readonly Box[]): number =>
  bands.map(({ height }) => height).sort((a, b) => a - b)[bands.length >> 1] ?? 0;

/** SARA AM with a tone mark (`น้ำ`) comes out of the trained data as the tone mark twice and SARA AA. */
const correctSaraAm = (text: string): string => text.replace(/([\u0E48-\u0E4B])\1\u0E32/g, "$1\u0E33");
