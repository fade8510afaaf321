import type { RecognisedLine } from "../lines/recognised-line.ts";
import { doubtAll, doubtAllArabic, doubtful, hasArabicDoubt } from "./doubtful-digits.ts";

const thaiDigit = "[\\u0E50-\\u0E59\\uE050-\\uE059]";
const hasThaiDigit = new RegExp(thaiDigit);
/** What a sign of drawings or a letter comes out as beside digits: ® for @, © for C. */
const besideSign = /[0-9].*[®©«»¢]|[®©«»¢].*[0-9]/;
const consonant = "[\\u0E01-\\u0E2E]";
const strangeSign = "[«»©®°¢£¥€§|~^_{}<>@#*&\\\\]";
const mark = "[\\u0E31\\u0E34-\\u0E3A\\u0E47-\\u0E4E]";
/** What is in no number: a letter between two digits or before a slash and a digit, a mark on a digit, and strange signs. */
const isNoNumber = new RegExp(
  `${thaiDigit}${consonant}${thaiDigit}|^${consonant}/${thaiDigit}|${thaiDigit}${mark}|${strangeSign}`,
);

/**
 * Marks the digits as doubtful of what has Thai digits and is no number though no blank parts it. What the recogniser's
 * data lack comes as what is most like it: 5 for ๔, 7 for ว, ฒ for ๗, « for ๙. Nobody writes a number in both kinds of digits.
 */
export function doubtMixedNumbers(line: RecognisedLine): RecognisedLine {
  const text = line.text.replace(/\S+/g, doubted);
  if (text === line.text) return line;
  const characters = Array.from(text.replace(/\s/g, ""));
  let at = 0;
  const words = line.words.map((word) => ({ ...word, text: Array.from(word.text, () => characters[at++]).join("") }));
  return { ...line, text, words };
}

/** A nought of Thai beside digits 0 to 9 may be the letter o. */
const doubtNoughts = (part: string): string => (hasArabicDoubt(part) ? part.replaceAll("๐", doubtful) : part);

function doubted(part: string): string {
  if (!hasThaiDigit.test(part)) return besideSign.test(part) ? doubtAllArabic(part) : part;
  return isNoNumber.test(part) ? doubtAll(doubtAllArabic(part)) : doubtNoughts(doubtAllArabic(part));
}
