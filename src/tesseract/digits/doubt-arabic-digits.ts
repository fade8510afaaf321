import { median } from "../layout/boxes.ts";
import type { RecognisedLine, Word } from "../lines/recognised-line.ts";
import type { GreyImage } from "../picture/grey-image.ts";
import { doubtAllArabic } from "./doubtful-digits.ts";
import type { KnownGlyph } from "./known-glyphs.ts";
import { lacksPoint } from "./lacks-point.ts";
import { partNumbers } from "./part-numbers.ts";
import { type Likenesses, type PrintedCharacter, wordGlyphs } from "./word-glyphs.ts";

/**
 * A character that is so much like a glyph, and by so much more than the digit that was read, is what may be printed there.
 * Small and blurred, a 5 and the letter S are nearly the same, and parts of a 3 or 8 are like other digits; the recogniser
 * itself takes one digit for another very seldom.
 */
const minLikeness = 0.85;
const leads = { letter: 0, letterS: 0.06, digit: 0.2 } as const;
/**
 * Below this likeness to its digit a glyph may be anything, in a word of less than this confidence, and in any word where it
 * is so many times as high as what is like digits, below the other: `ปี` is read as 1 or 9. Of 7,900 digits in six fonts that
 * touch nothing, clean, in noise, compressed and faxed, 1 % were less like themselves than 0.77.
 */
const unlike = { likeness: 0.5, confidence: 70, ofHigh: 0.75, high: 1.2 } as const;
/** What has the same shape as a digit: only what stands around it tells them apart. */
const twins: Readonly<Record<string, string>> = { "0": "OoQ๐", "1": "Il" };
/** Amounts and dates, in which no letter stands. */
const digitsOnly = /^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{2})?$|^[0-9]{1,3}\.[0-9]{2}$|^[0-9]{1,2}\/[0-9]{1,2}\/[0-9]{4}$/;

/**
 * Marks the digits 0 to 9 as doubtful that look more like another character. The recogniser's confidence does not tell
 * them: it prefers digits beside digits, and `SD40` comes as 5040, `PO-4858` as 00-4858 in words of 90 and more.
 *
 * @param image what the line was read from; its boxes lie in it
 */
export function doubtArabicDigits(
  line: RecognisedLine,
  image: GreyImage,
  known: readonly KnownGlyph[],
): RecognisedLine {
  if (!/[0-9]/.test(line.text)) return line;
  if (line.words.map(({ text }) => text).join("") !== line.text.replace(/\s/g, "")) return allDoubtful(line);
  const printed = line.words.map((word) => ({ word, printed: isNumber(word) ? wordGlyphs(word, image, known) : [] }));
  const heightPx = digitHeight(printed.flatMap(({ printed }) => printed));
  const words = partNumbers(printed).map(({ parts, isGuess }) =>
    parts.map(({ word, printed }) =>
      isGuess || mayBeOther(word, printed, heightPx) ? { ...word, text: doubtAllArabic(word.text) } : word,
    ),
  );
  let [text, at] = ["", 0];
  for (const [index, { text: read }] of line.words.entries()) {
    const start = line.text.indexOf(read, at);
    text += line.text.slice(at, start) + words[index]?.map((part) => part.text).join(" ");
    at = start + read.length;
  }
  return { ...line, text, words: words.flat() };
}

/** Words with Thai in them, whose marks have no place of their own, are left as they are. */
const isNumber = ({ text }: Word) => /^[\x21-\x7E]*[0-9][\x21-\x7E]*$/.test(text);

/** Height of most glyphs of a line that are like the digits that were read; undefined where none is. */
function digitHeight(printed: readonly PrintedCharacter[]): number | undefined {
  const heights = printed.flatMap(({ character = "", glyph }) =>
    isDigit(character) && (glyph?.like?.get(character) ?? 0) >= unlike.ofHigh ? (glyph?.box.height ?? []) : [],
  );
  return heights.length === 0 ? undefined : median(heights);
}

/** Whether a digit of a word may be another character, or a point between two was not read: what else it has may be of the same kind. */
function mayBeOther(word: Word, glyphs: readonly PrintedCharacter[], heightPx = Number.POSITIVE_INFINITY): boolean {
  const mayBeLetter = !digitsOnly.test(word.text);
  const isOtherDigit = glyphs.some(({ character = "", glyph }) => {
    if (!isDigit(character) || glyph?.like === undefined) return false;
    const own = glyph.like.get(character) ?? 0;
    if (own < unlike.likeness && word.confidence < unlike.confidence) return true;
    if (own < unlike.ofHigh && glyph.box.height > unlike.high * heightPx) return true;
    return isOther(character, glyph.like, mayBeLetter);
  });
  return isOtherDigit || lacksPoint(glyphs);
}

/** Whether a glyph is more like another character than like the digit that was read. */
function isOther(digit: string, like: Likenesses, mayBeLetter: boolean): boolean {
  const own = like.get(digit) ?? 0;
  return [...like].some(([character, likeness]) => {
    if (character === digit || twins[digit]?.includes(character) === true) return false;
    if (!isDigit(character) && !mayBeLetter) return false;
    const lead = isDigit(character) ? leads.digit : /^[sS]$/.test(character) ? leads.letterS : leads.letter;
    return likeness >= minLikeness && likeness > own + lead;
  });
}

const isDigit = (character: string) => /^[0-9]$/.test(character);

const allDoubtful = (line: RecognisedLine): RecognisedLine => ({
  ...line,
  text: doubtAllArabic(line.text),
  words: line.words.map((word) => ({ ...word, text: doubtAllArabic(word.text) })),
});
