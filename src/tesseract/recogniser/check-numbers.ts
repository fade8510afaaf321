import { doubtAllArabic } from "../digits/doubtful-digits.ts";
import { rightOf, unionOf } from "../layout/boxes.ts";
import type { Line } from "../lines/read-line.ts";
import type { Word } from "../lines/recognised-line.ts";
import { isInText, withWord, wordsInText } from "../lines/words-in-text.ts";
import { crop, type GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";
import { type LineRecogniser, networkWidthPx } from "./line-recogniser.ts";

/**
 * Around a number, in pixels: first few, for more takes in what stands beside it, and where the digits differ more, for the
 * boxes of single digits between Thai letters cut them.
 */
const marginsPx = { few: 3, more: 8 } as const;
const marginDownPx = 4;

/**
 * Widths of the pictures that are read of a page, as the network takes them, together: 400 of the usual 320 pixels. One of
 * these takes 0.03 s of CPU, and one of 2560 pixels, a number with its row of dots, 0.3 s: 12 to 16 of the 120 s that a page
 * has (`service/limits.ts`).
 */
const maxPicturesPx = 400 * 320;

/**
 * From these on the other reader (0 to 1) and the first (0 to 100) are sure. Single digits between Thai letters that the
 * first has right, at 96 and 97, the other reads as nothing or as others at 0.4 to 0.8, and numbers at 0.9 and more; specks
 * and rules that the first takes for digits, at 70 and 80, it reads so too.
 */
const sureOther = 0.9;
const sureFirst = 90;

export interface CheckedNumbers {
  /** The texts of lines, with the digits doubtful that the other reader does not see. */
  doubted: ReadonlyMap<Line, string>;
  /** Numbers beyond `maxPicturesPx`. */
  notChecked: number;
  /** The reader threw, or could not be opened: no number was checked. */
  failed: boolean;
}

/**
 * Has the words with digits 0 to 9 read once more by a reader that knows nothing of the first: where the digits differ,
 * they are in doubt, but for those of which the first is sure and the other is not. Each errs elsewhere: of 117 words of eight spoilt pages 9 were wrong, and the other reader had
 * other digits for all of these, and for one of those that were right. Words with Thai in them, which it does not know, and
 * those that are in doubt anyway are left out.
 *
 * @param open is asked only where there is a number
 */
export async function checkNumbers(
  lines: Iterable<Line>,
  page: GreyImage,
  open: () => Promise<LineRecogniser>,
): Promise<CheckedNumbers> {
  const found = [...lines].flatMap((line) => numbersOf(line).map((word) => ({ line, word })));
  const doubted = new Map<Line, string>();
  if (found.length === 0) return { doubted, notChecked: 0, failed: false };
  try {
    const reader = await open();
    let leftPx = maxPicturesPx;
    const read = async (word: Word, marginPx: number) => {
      const picture = crop(page, aroundWord(word, page, marginPx), 0);
      leftPx -= networkWidthPx(picture);
      const { text, confidence } = await reader.read(picture);
      return { isSame: digitsOf(text) === digitsOf(word.text), isSure: confidence >= sureOther };
    };
    for (const [at, { line, word }] of found.entries()) {
      if (leftPx <= 0) return { doubted, notChecked: found.length - at, failed: false };
      const narrow = await read(word, marginsPx.few);
      if (narrow.isSame) continue;
      const wide = await read(word, marginsPx.more);
      if (wide.isSame || (word.confidence >= sureFirst && !narrow.isSure && !wide.isSure)) continue;
      doubted.set(line, withWord(doubted.get(line) ?? line.text, word.text, doubtAllArabic));
    }
    return { doubted, notChecked: 0, failed: false };
  } catch {
    return { doubted: new Map(), notChecked: 0, failed: true };
  }
}

/**
 * A digit that stands so many heights beside a number, or nearer, is read together with it: the network takes single digits
 * for anything.
 */
const nearShare = 1;

/** The numbers of a line, those that are read together as one. */
function numbersOf(line: Line): Word[] {
  const numbers: Word[] = [];
  for (const word of wordsInText(line, isNumber)) {
    const before = numbers.at(-1);
    const both = before === undefined ? undefined : joined(before, word);
    if (both !== undefined && isInText(both.text, line.text)) numbers[numbers.length - 1] = both;
    else numbers.push(word);
  }
  return numbers;
}

const isNumber = (text: string) => /^[\x21-\x7E]*[0-9][\x21-\x7E]*$/.test(text);

/** Two numbers as one where one of them is a digit alone. */
function joined(one: Word, other: Word): Word | undefined {
  const gap = other.left - rightOf(one);
  const isAlone = [one, other].some(({ text }) => /(^|\s)[0-9]$/.test(text));
  if (!isAlone || gap < 0 || gap > nearShare * Math.max(one.height, other.height)) return undefined;
  const confidence = Math.min(one.confidence, other.confidence);
  return { ...unionOf([one, other]), text: `${one.text} ${other.text}`, confidence };
}

const digitsOf = (text: string) => text.normalize("NFKC").replace(/[^0-9]/g, "");

function aroundWord(word: Box, page: GreyImage, acrossPx: number): Box {
  const left = Math.max(0, Math.floor(word.left) - acrossPx);
  const top = Math.max(0, Math.floor(word.top) - marginDownPx);
  const right = Math.min(page.width, Math.ceil(word.left + word.width) + acrossPx);
  const bottom = Math.min(page.height, Math.ceil(word.top + word.height) + marginDownPx);
  return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

/** Whether a text has digits 0 to 9, which a reader should have checked. */
export const hasNumbers = (text: string): boolean => /[0-9]/.test(text);
