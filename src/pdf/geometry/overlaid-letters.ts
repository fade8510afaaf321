import type { Box } from "./coverage.ts";

/** A character that is no white space. */
export interface Letter {
  character: string;
  box: Box;
  /** Number of its word: letters without white space between them. */
  word: number;
}

/** Copies of a letter share so much of their width, and so do letters of which one hides the other. */
const sharedWidth = 0.5;
const sharedHeight = 0.6;
/** Letters so many times as high as others are a mark laid over the page. */
const otherSize = 1.7;
/** Letters that lie on others by chance are fewer: a slanted one, a stroke through a zero. */
const fewest = 3;

/** Letters as they are drawn, one word after the other. */
interface Word {
  letters: Letter[];
  kept: Set<Letter>;
}

/**
 * Whether a word lost some of its letters because another text has the same ones near them, as a price has that is set over
 * an older one. A copy of a word goes as a whole, or letter by letter beside those that stay.
 *
 * @param all the letters as they are drawn
 * @param kept those of them that are no copies
 */
export function hasTornWord(all: readonly Letter[], kept: readonly Letter[]): boolean {
  const counts = new Map<string, number>();
  for (const letter of kept) counts.set(placeOf(letter), (counts.get(placeOf(letter)) ?? 0) + 1);
  const words = new Map<number, Word>();
  for (const letter of all) {
    const word = words.get(letter.word) ?? { letters: [], kept: new Set() };
    const left = counts.get(placeOf(letter)) ?? 0;
    counts.set(placeOf(letter), left - 1);
    word.letters.push(letter);
    if (left > 0) word.kept.add(letter);
    words.set(letter.word, word);
  }
  const staying = [...words.values()].flatMap((word) => [...word.kept]).filter(isInWords);
  return [...words.values()].some((word) => isTorn(word, staying));
}

/** A copied piece of a word stands before the next piece, which lies on nothing. */
function isTorn({ letters, kept }: Word, staying: readonly Letter[]): boolean {
  const own = [...kept];
  const last = letters.findLastIndex((letter) => !kept.has(letter) && !own.some((other) => isCopy(letter, other)));
  const first = letters.findIndex((letter) => kept.has(letter));
  if (last < 0 || first < 0) return false;
  if (first < last) return true;
  const top = own.reduce((y, { box }) => Math.min(y, box[1]), Infinity);
  const bottom = own.reduce((y, { box }) => Math.max(y, box[3]), -Infinity);
  const beside = staying.filter(({ word, box }) => word !== own[0]?.word && box[1] < bottom && box[3] > top);
  return own.some((letter) => isInWords(letter) && beside.some((other) => covers(letter.box, other.box)));
}

const isInWords = ({ character }: Letter) => /[\p{L}\p{N}]/u.test(character);

const placeOf = ({ character, box: [left, top] }: Letter) => `${character} ${left.toFixed(1)} ${top.toFixed(1)}`;

const isCopy = (letter: Letter, other: Letter) =>
  letter.character === other.character && covers(widened(letter.box), widened(other.box));

/** Thai marks have no width of their own: each side of a box is at least a quarter of the other one. */
function widened([left, top, right, bottom]: Box): Box {
  const x = Math.max(0, (bottom - top) / 4 - (right - left)) / 2;
  const y = Math.max(0, (right - left) / 4 - (bottom - top)) / 2;
  return [left - x, top - y, right + x, bottom + y];
}

/** Whether letters or digits of one word lie on those of another. */
export function hasOverlaidWords(letters: readonly Letter[]): boolean {
  const sorted = letters.filter(isInWords).sort((a, b) => a.box[0] - b.box[0]);
  let found = 0;
  for (const [at, letter] of sorted.entries()) {
    for (let next = at + 1; next < sorted.length; next += 1) {
      const other = sorted[next];
      if (other === undefined || other.box[0] >= letter.box[2]) break;
      if (other.word === letter.word || !covers(letter.box, other.box)) continue;
      found += 1;
      if (found >= fewest) return true;
    }
  }
  return false;
}

/** Whether two boxes of about one height share most of what the smaller of them has. */
function covers(one: Box, other: Box): boolean {
  const [height, otherHeight] = [one[3] - one[1], other[3] - other[1]];
  if (Math.max(height, otherHeight) > otherSize * Math.min(height, otherHeight)) return false;
  const share = (from: 0 | 1, to: 2 | 3) =>
    (Math.min(one[to], other[to]) - Math.max(one[from], other[from])) /
    Math.max(0.01, Math.min(one[to] - one[from], other[to] - other[from]));
  return share(0, 2) >= sharedWidth && share(1, 3) >= sharedHeight;
}
