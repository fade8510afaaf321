import { foreignWords } from "./foreign-words.ts";
import type { RecognisedPage } from "./recognise-page.ts";
import { hasNumbers } from "./recogniser/check-numbers.ts";

/**
 * Pages that were read well leave 0 to 0.06 of their ink outside, a faxed form 0.17; pages of the same texts with a
 * signature or a drawing that was not read 0.19 to 0.58.
 */
const maxInkOutside = 0.18;
/** Share of the lines that were read twice with other letters from which on the page is doubtful, and the fewest lines that say so. */
const maxDisputedShare = 0.65;
const minReadTwice = 6;
/** Of pages in eleven other scripts, from Russian to Burmese, 12 to 25 of 12 to 25 lines were disputed; of faxed forms and tables fewer. */
const foreignShare = 0.85;
const isForeign = "in another script than Thai and English, which alone can be read";

/** What of a reading is looked at, whether there was no detector, and whether a recogniser was given and could not be used. */
type DoubtfulReading = Pick<
  RecognisedPage,
  | "inkOutside"
  | "showsThrough"
  | "unreadPlaces"
  | "readTwice"
  | "disputed"
  | "doubts"
  | "unsureLines"
  | "guessedRows"
  | "lineCount"
  | "recognised"
  | "ignoredBoxes"
  | "notReadAgain"
  | "numbersNotChecked"
  | "text"
> & { lacksDetector: boolean; lacksRecogniser?: string | undefined; lacksNumberReader: boolean };

/** What a caller should know about a reading before believing it. */
export function readingWarnings({
  inkOutside,
  showsThrough,
  unreadPlaces,
  readTwice,
  disputed,
  doubts,
  unsureLines,
  guessedRows,
  lineCount,
  recognised,
  ignoredBoxes,
  notReadAgain,
  lacksDetector,
  lacksRecogniser,
  lacksNumberReader,
  numbersNotChecked,
  text,
}: DoubtfulReading): string[] {
  const warnings: string[] = [];
  if (lacksDetector) {
    warnings.push("the text detector could not be used: columns and tables are read straight across the page");
  }
  if (ignoredBoxes > 0) {
    warnings.push(
      `the text detector found ${ignoredBoxes} lines, too many to sort: columns and tables are read straight across the page`,
    );
  }
  if (lacksRecogniser !== undefined) {
    warnings.push(`the line recogniser of OCR_EMBEDDED_MODEL could not be used, and read nothing: ${lacksRecogniser}`);
  }
  if (recognised.length > 0) warnings.push(whoRead(recognised, lineCount));
  if (notReadAgain > 0) {
    warnings.push(`the page has too many doubtful lines: ${notReadAgain} of them were not read by the line recogniser`);
  }
  if (showsThrough) {
    warnings.push(
      "print that shows through from the other side of the sheet, pale and mirrored, was left out, and what may stand on this side as pale",
    );
  }
  if (lacksNumberReader && hasNumbers(text)) {
    warnings.push(
      "numbers were read once only, for what reads them again could not be used: a wrong digit may not be named",
    );
  }
  if (numbersNotChecked > 0) {
    warnings.push(`the page has too many numbers: ${numbersNotChecked} of them were read once only`);
  }
  if (inkOutside > maxInkOutside) {
    warnings.push(`${(100 * inkOutside).toFixed(0)} % of the ink on the page lies outside the recognised text`);
  }
  if (unreadPlaces > 0) {
    const places = unreadPlaces === 1 ? "one place" : `${unreadPlaces} places`;
    warnings.push(
      `something like print was seen in ${places} and not read: a stamp, a signature, or print that is too faint`,
    );
  }
  if (readTwice >= minReadTwice && disputed > maxDisputedShare * readTwice) {
    const other = disputed > foreignShare * readTwice ? `, or ${isForeign}` : "";
    warnings.push(
      `two readings of ${disputed} of ${readTwice} lines differ in their letters: much of the text may be wrong${other}`,
    );
  }
  const foreign = foreignWords(text);
  if (foreign.length > 0) {
    warnings.push(
      `words of another language than Thai and English, which alone can be read, are on the page, and their accents, dots and other letters may be wrong: ${named(foreign, maxForeign)}`,
    );
  }
  if (unsureLines.length > 0) {
    warnings.push(`these lines rest on one reading, which was not sure of them: ${named(unsureLines, maxUnsure)}`);
  }
  if (guessedRows.length > 0) {
    warnings.push(
      `rows of a table are a guess, and may hold what belongs to the next: ${named(guessedRows, maxGuessed)}`,
    );
  }
  for (const { digits, line } of doubts.slice(0, maxDoubts)) {
    const what = /[0-9]/.test(digits) ? "digits that may be other characters" : "Thai digits that may be others";
    warnings.push(`${what}, ${[...digits].join(" ")}, in the line "${shortened(line)}"`);
  }
  if (doubts.length > maxDoubts) {
    warnings.push(`digits that may be others in ${doubts.length - maxDoubts} further lines`);
  }
  return warnings;
}

/**
 * Lines with doubtful digits, lines that the line recogniser read, rows, lines of one unsure reading, and words of another
 * language, that are named; a page has up to a hundred lines.
 */
const maxDoubts = 30;
const maxRecognised = 30;
const maxGuessed = 10;
const maxUnsure = 10;
const maxForeign = 5;
const maxLineCharacters = 120;

const whoRead = (lines: readonly string[], lineCount: number) =>
  `the line recogniser, which was surer, read ${lines.length} of ${lineCount} lines: ${named(lines, maxRecognised)}`;

function named(lines: readonly string[], most: number): string {
  const first = lines.slice(0, most).map((line) => `"${shortened(line)}"`);
  return first.join(", ") + (lines.length > most ? ` and ${lines.length - most} further ones` : "");
}

const shortened = (line: string) =>
  line.length <= maxLineCharacters ? line : `${line.slice(0, maxLineCharacters).trimEnd()}…`;
