import type { RecognisedLine, Word } from "../lines/recognised-line.ts";
import type { GreyImage } from "../picture/grey-image.ts";
import { doubtAllArabic } from "./doubtful-digits.ts";
import type { KnownGlyph } from "./known-glyphs.ts";
import { lacksPoint } from "./lacks-point.ts";
import { type Likenesses, wordGlyphs } from "./word-glyphs.ts";

/**
 * A character that is so much like a glyph, and by so much more than the digit that was read, is what may be printed there.
 * Small and blurred, a 5 and the letter S are nearly the same, and parts of a 3 or 8 are like other digits; the recogniser
 * itself takes one digit for another very seldom.
 */
const minLikeness = 0.85;
const leads = { letter: 0, letterS: 0.06, digit: 0.2 } as const;
/** Below this likeness to its digit, in a word of less than this confidence, a glyph may be anything. */
const unlike = { likeness: 0.5, confidence: 70 } as const;
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
  const words = line.words.map((word) => ({ ...word, text: doubted(word, image, known) }));
  const characters = Array.from(words.map(({ text }) => text).join(""));
  let at = 0;
  const text = Array.from(line.text, (character) => (/\s/.test(character) ? character : characters[at++])).join("");
  return { ...line, text, words };
}

/**
 * The word with all of its digits doubtful where one is: what else it has may be of the same kind. Words with Thai in them,
 * whose marks have no place of their own, are left as they are.
 */
function doubted(word: Word, image: GreyImage, known: readonly KnownGlyph[]): string {
  if (!/^[\x21-\x7E]*[0-9][\x21-\x7E]*$/.test(word.text)) return word.text;
  const glyphs = wordGlyphs(word, image, known);
  const mayBeLetter = !digitsOnly.test(word.text);
  const isOtherDigit = glyphs.some(({ character = "", glyph }) => {
    const like = glyph?.like;
    if (!isDigit(character) || like === undefined) return false;
    const isUnlike = (like.get(character) ?? 0) < unlike.likeness && word.confidence < unlike.confidence;
    return isUnlike || isOther(character, like, mayBeLetter);
  });
  return isOtherDigit || lacksPoint(glyphs) ? doubtAllArabic(word.text) : word.text;
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
