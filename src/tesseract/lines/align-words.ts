import { settleDoubts } from "../digits/doubtful-digits.ts";
import type { RecognisedLine, Word } from "./recognised-line.ts";

/** What one reading has in a place of a line: words that no blank parts where they are Thai, or that are one in the other reading. */
export interface Passage {
  text: string;
  /** The blanks in front of it; one in front of the first word of a line, which the other reading may have another before. */
  before: string;
  words: readonly Word[];
}

/** A place of a line, and what two readings have there; one of them may have nothing. */
export interface Place {
  first: Passage | undefined;
  second: Passage | undefined;
}

/** Words of two readings are of one place where more than so much of the narrower one lies in the other. */
const sharedWidth = 0.3;

/**
 * The places of a line, from left to right, by where two readings of it have their words. Undefined where the words of a
 * reading are not those of its text.
 */
export function alignWords(first: RecognisedLine, second: RecognisedLine): Place[] | undefined {
  const [ones, others] = [passagesOf(first), passagesOf(second)];
  if (ones === undefined || others === undefined) return undefined;
  const places: Place[] = [];
  let [one, other] = [0, 0];
  while (one < ones.length || other < others.length) {
    const [oneStart, otherStart] = [one, other];
    if (isFirst(ones[one], others[other])) one++;
    else other++;
    for (;;) {
      if (liesOver(others[other], ones.slice(oneStart, one))) other++;
      else if (liesOver(ones[one], others.slice(otherStart, other))) one++;
      else break;
    }
    const place = { first: joined(ones.slice(oneStart, one)), second: joined(others.slice(otherStart, other)) };
    const whole = asOne(places.at(-1), place);
    if (whole === undefined) places.push(place);
    else places[places.length - 1] = whole;
  }
  return places;
}

/** A box that is narrower than this share of its height holds no character: the recogniser has lost where that stands. */
const minWidthShare = 0.1;
/** It has then put it no farther than so many heights from there. */
const maxLostShare = 1;

/**
 * Two places as one where a word that one reading alone has in one of them is what the other reading has in the other: the
 * recogniser's boxes may be one pixel wide, or lie beside the characters. As two places the word would come twice.
 */
function asOne(before: Place | undefined, place: Place): Place | undefined {
  if (before === undefined) return undefined;
  const isOne = sides.some(
    ([own, other]) =>
      (before[other] === undefined && isReadIn(before[own], place[other], place[own], "startsWith")) ||
      (place[other] === undefined && isReadIn(place[own], before[other], before[own], "endsWith")),
  );
  if (!isOne) return undefined;
  const both = (side: keyof Place) => joined([before[side], place[side]].filter((passage) => passage !== undefined));
  return { first: both("first"), second: both("second") };
}

const sides = [
  ["first", "second"],
  ["second", "first"],
] as const;

/** Whether a lone word stands at this end of what the other reading has beside it, and not of what its own has there. */
function isReadIn(
  lone: Passage | undefined,
  other: Passage | undefined,
  own: Passage | undefined,
  end: "startsWith" | "endsWith",
): boolean {
  if (lone === undefined || other === undefined) return false;
  const gap = Math.max(leftOf(lone), leftOf(other)) - Math.min(rightOf(lone), rightOf(other));
  if (gap > maxLostShare * Math.max(heightOf(lone), heightOf(other))) return false;
  if (own === undefined && (hasLostBox(lone) || hasLostBox(other))) return true;
  const [word, read, beside] = [lone, other, own].map((one) => settleDoubts(one?.text ?? "").text);
  return word !== undefined && read?.[end](word) === true && beside?.[end](word) === false;
}

const heightOf = ({ words }: Passage) => Math.max(...words.map(({ height }) => height));
const hasLostBox = (passage: Passage) => rightOf(passage) - leftOf(passage) < minWidthShare * heightOf(passage);

const isFirst = (one: Passage | undefined, other: Passage | undefined) =>
  one !== undefined && (other === undefined || leftOf(one) <= leftOf(other));

function liesOver(passage: Passage | undefined, others: readonly Passage[]): boolean {
  if (passage === undefined) return false;
  const [left, right] = [leftOf(passage), rightOf(passage)];
  return others.some((other) => {
    const [otherLeft, otherRight] = [leftOf(other), rightOf(other)];
    const shared = Math.min(right, otherRight) - Math.max(left, otherLeft);
    return shared > sharedWidth * Math.min(right - left, otherRight - otherLeft);
  });
}

const leftOf = ({ words }: Passage) => Math.min(...words.map(({ left }) => left));
const rightOf = ({ words }: Passage) => Math.max(...words.map(({ left, width }) => left + width));

/** The words of a line, those of Thai that no blank parts as one: the recogniser's own are single letters. */
function passagesOf({ text, words }: RecognisedLine): Passage[] | undefined {
  const passages: Passage[] = [];
  let at = 0;
  for (const word of words) {
    const start = text.indexOf(word.text, at);
    const before = text.slice(at, start);
    if (start < 0 || before.trim() !== "") return undefined;
    at = start + word.text.length;
    const last = passages.at(-1);
    if (last !== undefined && before === "" && hasThai(last.text) && hasThai(word.text)) {
      passages[passages.length - 1] = { ...last, text: last.text + word.text, words: [...last.words, word] };
    } else passages.push({ text: word.text, before: last === undefined ? " " : before, words: [word] });
  }
  return passages;
}

/** Letters, and digits that may be doubtful ones (`digits/doubtful-digits.ts`). */
const hasThai = (text: string): boolean => /[\u0E01-\u0E5B\uE050-\uE059]/.test(text);

function joined(passages: readonly Passage[]): Passage | undefined {
  const [first, ...rest] = passages;
  if (first === undefined) return undefined;
  return {
    text: first.text + rest.map(({ before, text }) => before + text).join(""),
    before: first.before,
    words: passages.flatMap(({ words }) => words),
  };
}
