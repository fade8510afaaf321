import { isMostlyIn, rightOf } from "../layout/boxes.ts";
import type { Box } from "../picture/ink.ts";
import type { ReadAlone } from "./read-picture.ts";
import { partOfLine, type RecognisedLine, type Word } from "./recognised-line.ts";
import { type Sign, textBehind } from "./signs.ts";
import { looksAmiss, uniteReadings } from "./unite-readings.ts";

/** A line as it is answered. */
export interface Line {
  text: string;
  /** Of the reading that it is taken from, 0 to 100. */
  confidence: number;
  /** Where it stands, as it was read. */
  box: Box;
  words: Word[];
  /** Only the second reading found it. */
  isLone?: boolean;
  /** Whether two readings of it have the same letters; undefined where it was read once. */
  agreed?: boolean;
}

export interface PageContext {
  /** Words of the page reading that a line has already; a word is in one line only. */
  claimed: Set<Word>;
  /** What the reading of the whole page found. */
  pageLines: readonly RecognisedLine[];
  /** Height of most lines. */
  usualPx: number;
  readAlone: ReadAlone;
  /** Of the whole page; they are painted over in what is read. */
  signs?: readonly Sign[];
}

/** A band of this many usual heights holds several lines: a picture or a signature spans them. */
const tallShare = 1.9;
/** A line that only one reading found, or that stands in a picture, is believed from this confidence on. */
const minLoneConfidence = 50;

/** The text of the line that stands in a box, from what the page reading found there and, where Thai needs it, a second reading. */
export function lineOf(box: Box, context: PageContext): Line {
  const signs = (context.signs ?? []).filter((one) => isMostlyIn(one, box)).sort((a, b) => a.left - b.left);
  return { ...(signs.length === 0 ? readIn(box, context) : readAround(signs, box, context)), box };
}

type Read = Omit<Line, "box">;

/**
 * The text before, between and behind signs, each read by itself, and the signs between. Words reach into a sign by half of
 * its height, where nothing is printed any more: the recogniser's own boxes miss check boxes by as much.
 */
function readAround(signs: readonly Sign[], box: Box, context: PageContext): Read {
  const reads = [...signs, undefined].map((sign, at) => {
    const before = signs[at - 1];
    const gapPx = (sign?.left ?? rightOf(box)) - (before === undefined ? box.left : rightOf(before));
    const left = before === undefined ? box.left : Math.round(rightOf(before) - reachInto(before));
    const right = sign === undefined ? rightOf(box) : Math.round(sign.left + reachInto(sign));
    const isWide = gapPx >= ((sign ?? before)?.minBesidePx ?? 0);
    return { text: isWide ? readIn({ ...box, left, width: right - left }, context) : undefined, sign };
  });
  const texts = reads.flatMap(({ text }) => (text === undefined || text.text === "" ? [] : [text]));
  const parts = reads.flatMap(({ text, sign }, at) => [textBehind(signs[at - 1], text?.text ?? ""), sign?.text ?? ""]);
  const agreed = texts.map((text) => text.agreed).filter((one) => one !== undefined);
  return {
    text: parts.filter((part) => part !== "").join(" "),
    confidence: Math.min(100, ...texts.map(({ confidence }) => confidence)),
    words: [...texts.flatMap(({ words }) => words), ...signs.map((sign) => ({ ...sign, confidence: 100 }))],
    ...(agreed.length > 0 && { agreed: agreed.every((one) => one) }),
  };
}

const reachInto = ({ width, height }: Sign) => Math.min(width, height) / 2;

function readIn(box: Box, { claimed, pageLines, usualPx, readAlone }: PageContext): Read {
  const inBox = pageLines.flatMap((line) => {
    const middle = line.box.top + line.box.height / 2;
    return middle < box.top || middle >= box.top + box.height ? [] : (partWithin(line, box, claimed) ?? []);
  });
  for (const word of inBox.flatMap(({ words }) => words)) claimed.add(word);
  const asOnPage = joined(inBox);
  // Only Thai has the marks that the second reading is for; and what stands in several cells may be read as nothing.
  const isWhole = inBox.length === 1 && inBox.every((line) => pageLines.includes(line));
  if (isWhole && !hasThai(asOnPage.text)) return asOnPage;
  if (box.height > tallShare * usualPx) return sureOf(inBox);
  if (inBox.length > 1 && isStack(inBox, usualPx)) return asOnPage;
  const [only] = inBox;
  if (only !== undefined && inBox.length === 1 && isThai(only.text)) {
    const inThai = unite(only, readAlone(box, "thai"));
    if (inThai.agreed && !looksAmiss(inThai.text)) return inThai;
  }
  const alone = readAlone(box, "thaiAndEnglish");
  if (only === undefined) return alone.confidence < minLoneConfidence ? asOnPage : { ...asRead(alone), isLone: true };
  if (inBox.length > 1) return { ...asRead(alone), agreed: false };
  return unite(only, alone);
}

function unite(onPage: RecognisedLine, alone: RecognisedLine): Read {
  const { text, agreed } = uniteReadings(onPage, alone);
  const confidence = Math.max(onPage.confidence, alone.confidence);
  return { text, confidence, agreed, words: [...onPage.words, ...alone.words] };
}

const hasThai = (text: string): boolean => /[\u0E01-\u0E5B]/.test(text);

/**
 * Whether the Thai data alone may do for the second reading, which then takes 0.5 to 0.7 of the time and takes no Thai
 * word for an English one. Letters that differ say nothing for Thai: the page reading had "ค6-0125" where RFA-0125 is
 * printed.
 */
const isThai = (text: string): boolean => hasThai(text) && !/\p{Script=Latin}/u.test(text);

/** The words of a line that stand in a box, and the marks above and below it: a line may take in what stands lower beside it. */
export const partWithin = (
  line: RecognisedLine,
  box: Box,
  but: ReadonlySet<Word> = new Set(),
): RecognisedLine | undefined =>
  partOfLine(line, (word) => {
    const { left, top, width, height } = word;
    if (but.has(word)) return false;
    const y = top + height / 2;
    const isMark = height < 0.4 * box.height;
    return contains(box, left + width / 2) && (isMark || (y >= box.top && y < box.top + box.height));
  });

const contains = ({ left, width }: Box, x: number) => x >= left && x < left + width;

/**
 * Without the lone lines whose print another line has: a figure beside a line makes bands of the parts of its height, and
 * each is read with a margin.
 */
export function withoutRepeats(lines: readonly Line[]): Set<Line> {
  const kept = new Set(lines.filter(({ isLone }) => isLone !== true));
  for (const line of lines) if (!kept.has(line) && !isAmong(line, kept)) kept.add(line);
  return kept;
}

function isAmong({ words }: Line, others: Iterable<Line>): boolean {
  const boxes = [...others].flatMap((line) => line.words);
  const found = words.filter(({ left, top, width, height }) => {
    const [x, y] = [left + width / 2, top + height / 2];
    return boxes.some((box) => contains(box, x) && y >= box.top && y < box.top + box.height);
  });
  return words.length > 0 && 2 * found.length >= words.length;
}

const asRead = ({ text, confidence, words }: RecognisedLine): Read => ({ text, confidence, words });

const joined = (lines: readonly RecognisedLine[]): Read => ({
  text: lines.map(({ text }) => text).join("\n"),
  confidence: lines.length === 0 ? 0 : Math.max(...lines.map(({ confidence }) => confidence)),
  words: lines.flatMap(({ words }) => words),
});

/** What can be believed of a band that may be a picture. */
const sureOf = (lines: readonly RecognisedLine[]): Read =>
  joined(lines.filter(({ confidence }) => confidence >= minLoneConfidence));

/** Whether whole lines stand one below the other; a row of marks is lower, and overlaps the line that it belongs to. */
function isStack(lines: readonly RecognisedLine[], usualPx: number): boolean {
  const boxes = lines.map(({ box }) => box).filter(({ height }) => height >= 0.6 * usualPx);
  return boxes.some((upper) => boxes.some((lower) => lower.top >= upper.top + 0.7 * upper.height));
}
