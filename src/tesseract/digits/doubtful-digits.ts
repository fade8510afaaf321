/**
 * A digit that may be another travels through the readings of a page as a character of the private use area, which no
 * recogniser writes: so it stays one character, in its place, whatever is joined, compared or cut there.
 */
const firstDoubtful = 0xe050;
const firstThai = 0x0e50;

export const doubtful = (digit: string): string =>
  String.fromCharCode((digit.codePointAt(0) ?? firstThai) - firstThai + firstDoubtful);

/** All Thai digits of a text as doubtful ones. */
export const doubtAll = (text: string): string => text.replace(/[\u0E50-\u0E59]/g, doubtful);

export interface DoubtfulLine {
  /** The digits that may be others, in the order in which they stand there. */
  digits: string;
  line: string;
}

/** The text with digits for the doubtful ones, and the lines in which these stand. */
export function settleDoubts(text: string): { text: string; doubts: DoubtfulLine[] } {
  const doubts = text.split("\n").flatMap((line) => {
    const found = line.match(/[\uE050-\uE059]/g);
    return found === null ? [] : [{ digits: settled(found.join("")), line: settled(line) }];
  });
  return { text: settled(text), doubts };
}

const settled = (text: string): string =>
  text.replace(/[\uE050-\uE059]/g, (character) =>
    String.fromCharCode((character.codePointAt(0) ?? firstDoubtful) - firstDoubtful + firstThai),
  );
