/** What replacement texts have done to the letters of a page. */
export interface ReplacedLetters {
  /** Letters and digits that are drawn and not in the text. */
  removed: number;
  /** Letters and digits in the text that are not drawn. */
  added: number;
}

/** A glyph whose letter is not known may be a ligature of so many. */
const lettersOfUnknown = 4;

/** Without a letter of its own: what a replacement text says of it is all that is known. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unknown = /[\uFFFD\uE000-\uF8FF\x00-\x08\x0E-\x1F]/g;
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;

/**
 * Compares what is drawn on a page with the text that its replacement texts (`ActualText`) make of it. Ligatures and their
 * letters, hyphens, leaders, blanks, marks in another order and capitals are the same; a glyph without a known letter may
 * become up to four. `undefined`: nothing that stands on the page is changed.
 *
 * @param drawn with U+FFFD for glyphs without a known letter
 * @param followed the same page with its replacement texts in their places
 */
export function replacedLetters(drawn: string, followed: string): ReplacedLetters | undefined {
  if (withoutBlanks(drawn) === withoutBlanks(followed)) return undefined;
  const before = lettersOf(drawn);
  const after = lettersOf(followed);
  const explained = Math.max(0, countUnknown(drawn) - countUnknown(followed));
  const letters = countDifference(before.letters, after.letters);
  const marks = countDifference(before.marks, after.marks);
  // Where a glyph has no letter, the one beside it may have the marks of both.
  const removed = letters.first + Math.max(0, marks.first - explained);
  const added = Math.max(0, letters.second + marks.second - lettersOfUnknown * explained);
  if (removed > 0 || added > 0) return { removed, added };
  // The same letters in another order: as they are read from right to left, or where unknown ones stand between them.
  if (explained > 0 || before.letters === after.letters || rightToLeft.test(drawn)) return undefined;
  const moved = countMoved(before.letters, after.letters);
  return { removed: moved, added: moved };
}

const withoutBlanks = (text: string): string => text.replaceAll(/\s+/g, "");

/** Letters and digits in their order, without their forms, and the marks on them, which producers write in any order. */
function lettersOf(text: string): { letters: string; marks: string } {
  const plain = text.normalize("NFKD").toLowerCase();
  return { letters: plain.replaceAll(/[^\p{L}\p{N}]/gu, ""), marks: plain.replaceAll(/[^\p{M}]/gu, "") };
}

/** How many characters each of two texts has that the other has not, in whatever order. */
function countDifference(first: string, second: string): { first: number; second: number } {
  const surplus = { first: 0, second: 0 };
  if (first === second) return surplus;
  const counts = new Map<string, number>();
  for (const character of first) counts.set(character, (counts.get(character) ?? 0) + 1);
  for (const character of second) counts.set(character, (counts.get(character) ?? 0) - 1);
  for (const count of counts.values()) surplus[count > 0 ? "first" : "second"] += Math.abs(count);
  return surplus;
}

const countUnknown = (text: string): number => text.match(unknown)?.length ?? 0;

function countMoved(before: string, after: string): number {
  let moved = 0;
  for (let at = 0; at < before.length; at += 1) if (before[at] !== after[at]) moved += 1;
  return moved;
}
