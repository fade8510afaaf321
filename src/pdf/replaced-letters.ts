/** What replacement texts have done to the letters of a page. */
export interface ReplacedLetters {
  /** Letters and digits that are drawn and not in the text. */
  removed: number;
  /** Letters and digits in the text that are not drawn. */
  added: number;
}

/** A glyph whose letter is not known may be a ligature of so many. */
const lettersOfUnknown = 4;
/** And the glyph beside it may be told to be all letters of a cluster in which both stand, wherever else it stands. */
const lettersBesideUnknown = 2;

/** Without a letter of its own: what a replacement text says of it is all that is known. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unknown = /[\uFFFD\uE000-\uF8FF\x00-\x08\x0E-\x1F]/g;
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
/** Vowels and marks that depend on a consonant: many producers draw them with glyphs that say others, and replace those. */
const thaiDependents = /[\u0E30-\u0E3A\u0E45\u0E47-\u0E4E]/g;

/**
 * Compares what is drawn on a page with the text that its replacement texts (`ActualText`) make of it. Ligatures and their
 * letters, hyphens, leaders, blanks, marks in another order and capitals are the same; so are the vowels and marks on Thai
 * consonants, for the text is the better one there. A glyph without a known letter may become up to four. Digits are
 * compared strictly. `undefined`: nothing that stands on the page is changed.
 *
 * @param drawn with U+FFFD for glyphs without a known letter
 * @param followed the same page with its replacement texts in their places
 */
export function replacedLetters(drawn: string, followed: string): ReplacedLetters | undefined {
  if (withoutBlanks(drawn) === withoutBlanks(followed)) return undefined;
  const before = lettersOf(drawn);
  const after = lettersOf(followed);
  const explained = Math.max(0, countUnknown(drawn) - countUnknown(followed));
  const letters = countDifference(before.letters + before.marks, after.letters + after.marks);
  const digits = countDifference(before.digits, after.digits);
  const removed = digits.first + Math.max(0, letters.first - lettersBesideUnknown * explained);
  const added = Math.max(0, digits.second + letters.second - lettersOfUnknown * explained);
  if (removed > 0 || added > 0) return { removed, added };
  // The same letters in another order: as they are read from right to left, or where unknown ones stand between them.
  if (explained > 0 || before.inOrder === after.inOrder || rightToLeft.test(drawn)) return undefined;
  const moved = countMoved(before.inOrder, after.inOrder);
  return { removed: moved, added: moved };
}

const withoutBlanks = (text: string): string => text.replaceAll(/\s+/g, "");

/** Letters without their forms, digits, both in their order, and the marks on them, which producers write in any order. */
function lettersOf(text: string): { letters: string; digits: string; inOrder: string; marks: string } {
  const plain = text.normalize("NFKD").toLowerCase().replaceAll(thaiDependents, "");
  return {
    letters: plain.replaceAll(/[^\p{L}]/gu, ""),
    digits: plain.replaceAll(/[^\p{N}]/gu, ""),
    inOrder: plain.replaceAll(/[^\p{L}\p{N}]/gu, ""),
    marks: plain.replaceAll(/[^\p{M}]/gu, ""),
  };
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
