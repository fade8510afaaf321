import { centreX, median, rightOf } from "../layout/boxes.ts";
import type { Word } from "../lines/recognised-line.ts";
import type { PrintedCharacter } from "./word-glyphs.ts";

/**
 * By how many heights of a digit the fields of two digits, each as wide as most and around its middle, lie apart. In print of
 * eleven Thai fonts, clean, blurred and in noise, by up to 0.27 without a blank and from 0.37 on with one; where all letters
 * have one width by 0.09 to 0.46 and from 0.88 on. So much more than the nearest of the line tells the two apart.
 */
const blankShare = 0.33;
const moreThanLeast = 0.25;
/** Where all of a line stand about as far apart as each other, so far are they all parted, surely where it is so far or so many. */
const leastOfAll = { guess: 0.36, sure: 0.43 } as const;
const minPairs = 3;
/** A blank in print of any kind. */
const wideShare = 0.6;
/** The width of a digit in heights, where a line has only ones: these are narrower, and stand as far apart. */
const usualWidth = 0.6;

/** What is less like the digit that was read is another one, or of another word. */
const minLikeness = 0.5;
/** Of the height of the highest; what is lower is a dot of a row, or dirt. */
const lowestShare = 0.6;

/** A word, and what of its picture is which of its characters. */
export interface PrintedWord {
  word: Word;
  printed: readonly PrintedCharacter[];
}

/** A digit with its glyph. */
type PrintedDigit = PrintedCharacter & { glyph: NonNullable<PrintedCharacter["glyph"]> };

/** The parts of a word. */
export interface PartedWord {
  parts: PrintedWord[];
  /** The line has too little to tell by. */
  isGuess: boolean;
}

/**
 * The words of a line in the parts that blanks beside their digits make: the recogniser reads `1 2 3` as 123, in words of 90
 * and more, for its network writes no blank between single digits.
 */
export function partNumbers(words: readonly PrintedWord[]): PartedWord[] {
  const all = words.flatMap(({ printed }) => printed.filter(isLikeDigit));
  const lowestPx = lowestShare * Math.max(...all.map(({ glyph }) => glyph.box.height));
  const isDigit = (printed: PrintedCharacter): printed is PrintedDigit =>
    isLikeDigit(printed) && printed.glyph.box.height >= lowestPx;
  const digits = all.filter(isDigit);
  const shaped = digits.filter(({ character }) => character !== "1");
  const heightPx = Math.max(1, median(digits.map(({ glyph }) => glyph.box.height)));
  const widthPx = shaped.length === 0 ? usualWidth * heightPx : median(shaped.map(({ glyph }) => glyph.box.width));
  /** From where to where it stands; a comma that touches a digit makes its glyph wider, on one side. */
  const fieldOf = (one: PrintedCharacter): readonly [number, number] => {
    if (one.glyph === undefined) return [Number.NaN, Number.NaN];
    const { box } = one.glyph;
    const reachPx = isDigit(one) ? widthPx / 2 : 0;
    return [Math.min(box.left, centreX(box) - reachPx), Math.max(rightOf(box), centreX(box) + reachPx)];
  };
  const apart = (one: PrintedCharacter, other: PrintedCharacter) => (fieldOf(other)[0] - fieldOf(one)[1]) / heightPx;
  const sharesIn = (printed: readonly PrintedCharacter[]) =>
    printed.flatMap((one, at) => {
      const before = printed[at - 1];
      return before !== undefined && isDigit(before) && isDigit(one) ? [apart(before, one)] : [];
    });
  const within = words.flatMap(({ printed }) => sharesIn(printed));
  const between = words.flatMap(({ printed }, at) => {
    const before = words[at - 1]?.printed.filter(isRead).slice(-1) ?? [];
    return sharesIn([...before, ...printed.filter(isRead).slice(0, 1)]);
  });
  const least = Math.min(...within);
  const areAllApart =
    least >= leastOfAll.guess &&
    Math.max(...within) - least < moreThanLeast &&
    (between.length === 0 || Math.min(...between) - least < moreThanLeast);
  /** Nothing was read there, or a digit that is not seen there. */
  const isLost = (printed: PrintedCharacter) =>
    !isRead(printed) || (isDigitRead(printed) && printed.glyph?.like !== undefined && !isDigit(printed));
  return words.map(({ word, printed }) => {
    let isGuess = false;
    const starts = printed.flatMap((one, at) => {
      const before = printed[at - 1];
      if (before === undefined || isLost(before) || isLost(one) || !(isDigit(before) || isDigit(one))) return [];
      const share = apart(before, one);
      if (share >= wideShare || (share >= blankShare && share - least >= moreThanLeast)) return [at];
      if (!areAllApart || !isDigit(before) || !isDigit(one)) return [];
      isGuess ||= within.length < minPairs && least < leastOfAll.sure;
      return [at];
    });
    return { parts: cutWord({ word, printed }, starts), isGuess };
  });
}

const isRead = ({ character }: PrintedCharacter) => character !== undefined;
const likenessOf = ({ character = "", glyph }: PrintedCharacter) => glyph?.like?.get(character) ?? 0;
const isLikeDigit = (printed: PrintedCharacter): printed is PrintedDigit =>
  isDigitRead(printed) && likenessOf(printed) >= minLikeness;
const isDigitRead = ({ character = "" }: PrintedCharacter) => /^[0-9]$/.test(character);

/** A word in the parts that begin at these places of what is printed, in which there is a character of it each. */
function cutWord({ word, printed }: PrintedWord, starts: readonly number[]): PrintedWord[] {
  if (starts.length === 0) return [{ word, printed }];
  return [0, ...starts].map((start, at, all) => {
    const part = printed.slice(start, all[at + 1]);
    const characters = part.filter(isRead);
    const boxes = characters.flatMap(({ glyph }) => glyph?.box ?? []);
    const left = start === 0 ? word.left : Math.min(...boxes.map((box) => box.left));
    const right = at === starts.length ? rightOf(word) : Math.max(...boxes.map(rightOf));
    const text = characters.map(({ character }) => character).join("");
    return { word: { ...word, text, left, width: Math.max(1, right - left) }, printed: part };
  });
}
