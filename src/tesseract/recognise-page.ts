import { type DoubtfulLine, settleDoubts } from "./digits/doubtful-digits.ts";
import { isMostlyIn } from "./layout/boxes.ts";
import { findCheckBoxes, withoutCheckBoxes } from "./layout/check-boxes.ts";
import { findLeaders, unseenBehind, withoutLeaders } from "./layout/dotted-leaders.ts";
import { mendRules } from "./layout/mend-rules.ts";
import { type Ink, piecesOf } from "./layout/pieces.ts";
import { whiteLanes } from "./layout/white-lanes.ts";
import { unclaimed } from "./lines/boxes-to-read.ts";
import { isMirrored } from "./lines/is-mirrored.ts";
import { guessedRowsOf, linesIn, linesOfBands, partsOf, textOf, withLines } from "./lines/page-parts.ts";
import { type Line, type PageContext, withoutRepeats } from "./lines/read-line.ts";
import { type Files, lineReader, type PictureReading, readPage } from "./lines/read-picture.ts";
import { settleMarks } from "./lines/settle-marks.ts";
import { correctSaraAm, settledText } from "./lines/settled-text.ts";
import { signOfCheckBox, signOfLeader } from "./lines/signs.ts";
import { textBands } from "./lines/text-bands.ts";
import type { TextDetector } from "./lines/text-detector.ts";
import { countUnread, isUnsure } from "./lines/unread-places.ts";
import { darkThreshold, whitenPaper } from "./picture/dark-threshold.ts";
import { findSheet } from "./picture/find-sheet.ts";
import { crop, type GreyImage } from "./picture/grey-image.ts";
import { type Box, inkOutside } from "./picture/ink.ts";
import { darkOnWhite, levelPrint } from "./picture/level-print.ts";
import { straighten } from "./picture/perspective.ts";
import { hasGrounds, type PrintOnGround, printOnGrounds } from "./picture/print-on-grounds.ts";
import { removeRulingLines } from "./picture/ruling-lines.ts";
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
 * Levels the page, takes its ruling lines, check boxes and dotted leaders away and reads it twice: as a page, and line by
 * line. On widely spaced Thai the page reading takes the row of marks above a line for a line of its own (3 to 15 % errors
 * on a clean letter), the line reading loses marks below; together 1 % and less. The detector says which lines there are and
 * in which order they are read, or that there is none and nothing to read, and where there is print on grounds; without it a
 * line is what stands in a row of ink. Where a line recogniser is given, it reads what these two do not agree on, and is
 * followed where it is clearly surer. Throws when the recogniser refuses the picture.
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
  const whitened = whitenPaper(unruled, threshold);
  const checkBoxes = findCheckBoxes(whitened, threshold);
  const leaders = findLeaders(whitened, threshold);
  const prepared = withoutLeaders(withoutCheckBoxes(whitened, threshold, checkBoxes), leaders);
  const signs = [...checkBoxes.map(signOfCheckBox), ...leaders.map(signOfLeader)];
  const inkBands = textBands(prepared, threshold);
  const detected = await detector?.detect(prepared).catch(() => "failed" as const);
  const isWithoutText = Array.isArray(detected) && detected.length === 0;
  const page = isWithoutText ? nothingRead : read(prepared);
  const bands = isWithoutText || page.lines === undefined ? [] : inkBands;
  const boxes = bands.length > 0 && Array.isArray(detected) ? detected : [];
  const pageLines = page.lines ?? [];
  const ignoredBoxes = boxes.length > maxBoxes ? boxes.length : 0;
  const seen = [...boxes, ...unclaimed(pageLines, boxes)];
  const found = boxes.length === 0 || ignoredBoxes > 0 ? [] : [...seen, ...unseenBehind(leaders, seen), ...signs];
  const rules = mendRules(drawn, found);
  const ink: Ink = {
    bands: (box) => bandsIn(prepared, threshold, box),
    lanes: (usual) => whiteLanes(whitened, threshold, usual),
  };
  const pieces = piecesOf(found, ink, rules);
  // A form has more check boxes than lines, and they are lower.
  const ofText = pieces.filter((piece) => !signs.some((one) => isMostlyIn(piece, one)));
  const usualPx = medianHeight(ofText.length === 0 ? bands : ofText);
  const context: PageContext = {
    claimed: new Set(),
    pageLines,
    usualPx,
    readAlone: lineReader(core, apis, prepared),
    signs,
  };
  const asRead = pieces.length === 0 ? linesOfBands(bands, context) : partsOf(pieces, bands, rules, prepared, context);
  const parts = withLines(asRead, (line) => settleMarks(line, prepared));
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
  const behindLeaders = leaders.flatMap(({ behind }) => behind ?? []);
  return {
    text,
    doubts,
    unreadPlaces: countUnread(pieces.length === 0 ? [] : lines, grounds, behindLeaders, words, usualPx),
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

const notChecked: CheckedNumbers = { doubted: new Map(), notChecked: 0, failed: false };
const notAgain: SurerReadings = { surer: new Map(), notReadAgain: 0, failed: false };

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
