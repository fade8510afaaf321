/** Two readings of one line, or of parts of it that overlap. */
export interface LineMatch {
  /** The line as a whole. */
  text: string;
  /** Characters that both have in common, less those that differ. */
  score: number;
}

/** Longer lines are paragraphs; what they have in common shows in their ends. */
const longestCompared = 400;
/** Characters that must fit; fewer are a coincidence. */
const leastCommon = 5;
/** The same where one is to the letter an end of the other. */
const leastExact = 3;
/** Where only the end of one is the beginning of the other: of any letters, and of whole words. */
const leastOverlap = 8;
const leastWords = 4;
/** Of the characters compared may differ: a letter cut in two, or misread once. */
const mostDifferent = 0.2;

/**
 * Whether two lines show the same print: equal but for some letters, one a part of the other, or the end of the first the
 * beginning of the second. Undefined where they do not.
 */
export function matchLines(first: string, second: string): LineMatch | undefined {
  const [one, other] = [first.trimEnd(), second.trim()];
  if (one.trim() === other) return { text: one, score: 2 * other.length };
  if (one.length > longestCompared || other.length > longestCompared) return undefined;
  const whole = common(one.trim(), other, distance(one.trim(), other));
  const longer = one.length >= other.length ? one : other;
  const part = partOf(one.trim(), other);
  const overlap = overlapOf(one, other);
  const found = [
    whole === undefined ? undefined : { text: longer, score: whole + 1 },
    part === undefined ? undefined : { text: longer, score: part },
    overlap,
  ];
  return found.reduce((best, match) => ((match?.score ?? 0) > (best?.score ?? 0) ? match : best), undefined);
}

/** Characters in common of two texts of so many differences; undefined where that is too few. */
function common(one: string, other: string, differences: number): number | undefined {
  const length = Math.max(one.length, other.length);
  const isSame = length >= leastCommon && differences <= mostDifferent * length;
  return isSame && sameNumbers(one, other) ? length - differences : undefined;
}

/** Two notes that differ in a number are two notes. */
function sameNumbers(one: string, other: string): boolean {
  return (one.match(/\p{Nd}+/gu) ?? []).join(" ") === (other.match(/\p{Nd}+/gu) ?? []).join(" ");
}

/** Characters in common where the shorter stands at the beginning or the end of the longer. */
function partOf(one: string, other: string): number | undefined {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  if (shorter.length >= leastExact && (longer.startsWith(shorter) || longer.endsWith(shorter))) return shorter.length;
  const ends = [longer.slice(0, shorter.length), longer.slice(-shorter.length)];
  const found = ends.flatMap((end) => common(shorter, end, distance(shorter, end)) ?? []);
  return found.length === 0 ? undefined : Math.max(...found);
}

/** The longest end of the first that is the beginning of the second; up to two characters at the cut may be half letters. */
function overlapOf(one: string, other: string): LineMatch | undefined {
  let best: LineMatch | undefined;
  for (const endCut of [0, 1, 2]) {
    const head = one.slice(0, one.length - endCut);
    for (const startCut of [0, 1, 2]) {
      const tail = other.slice(startCut);
      for (let length = Math.min(head.length, tail.length); length >= leastWords; length -= 1) {
        if (head.slice(-length) !== tail.slice(0, length)) continue;
        if (length < leastOverlap && !areWholeWords(head, tail, length)) continue;
        const score = length - endCut - startCut;
        if (score > (best?.score ?? 0)) best = { text: head + tail.slice(length), score };
        break;
      }
    }
  }
  return best;
}

const areWholeWords = (head: string, tail: string, length: number) =>
  /^\s?$/.test(head.charAt(head.length - length - 1)) && /^\s?$/.test(tail.charAt(length));

/** Edit distance of Levenshtein. */
function distance(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = (before[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (before[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    before = current;
  }
  return before[other.length] ?? 0;
}
