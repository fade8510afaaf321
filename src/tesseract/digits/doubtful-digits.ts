/**
 * A digit that may be another character travels through the readings of a page as a character of the private use area,
 * which Tesseract does not write, and for which no line recogniser is followed: so it stays one character, in its place,
 * whatever is joined, compared or cut there.
 * Digits 0 to 9 (U+0030) and of Thai (U+0E50) keep the lower byte of their codes.
 */
const firstPrivate = 0xe000;
const thaiBlock = 0x0e00;
const lowerByte = 0xff;

export const doubtful = (digit: string): string =>
  String.fromCharCode(firstPrivate + ((digit.codePointAt(0) ?? 0) & lowerByte));

/** All Thai digits of a text as doubtful ones. */
export const doubtAll = (text: string): string => text.replace(/[\u0E50-\u0E59]/g, doubtful);

/** All digits 0 to 9 of a text as doubtful ones. */
export const doubtAllArabic = (text: string): string => text.replace(/[0-9]/g, doubtful);

/** Whether a text has a doubtful digit. */
export const hasDoubt = (text: string): boolean => /[\uE030-\uE039\uE050-\uE059]/.test(text);

/** Whether a digit 0 to 9 of a text is doubtful. */
export const hasArabicDoubt = (text: string): boolean => /[\uE030-\uE039]/.test(text);

/** The text with its doubtful digits 0 to 9 as digits again; those of Thai stay doubtful. */
export const settleArabic = (text: string): string => text.replace(/[\uE030-\uE039]/g, settledDigit);

export interface DoubtfulLine {
  /** The digits that may be others, in the order in which they stand there. */
  digits: string;
  line: string;
}

/** The text with digits for the doubtful ones, and the lines in which these stand. */
export function settleDoubts(text: string): { text: string; doubts: DoubtfulLine[] } {
  const doubts = text.split("\n").flatMap((line) => {
    const found = line.match(/[\uE030-\uE039\uE050-\uE059]/g);
    return found === null ? [] : [{ digits: settled(found.join("")), line: settled(line) }];
  });
  return { text: settled(text), doubts };
}

const settled = (text: string): string => text.replace(/[\uE030-\uE039\uE050-\uE059]/g, settledDigit);

function settledDigit(character: string): string {
  const code = (character.codePointAt(0) ?? 0) & lowerByte;
  return String.fromCharCode(code >= 0x50 ? thaiBlock + code : code);
}
