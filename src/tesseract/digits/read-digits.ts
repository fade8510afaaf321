import type { RecognisedLine } from "../lines/recognised-line.ts";
import { darkThreshold } from "../picture/dark-threshold.ts";
import { crop, type GreyImage } from "../picture/grey-image.ts";
import { align, type Pair } from "./align.ts";
import { doubtAll, doubtful } from "./doubtful-digits.ts";
import { isThaiDigit, judgeGlyph, type SeenDigit } from "./judge-glyph.ts";
import type { KnownGlyph } from "./known-glyphs.ts";
import { type Glyph, lineGlyphs } from "./line-glyphs.ts";
import { allDoubtful, type LineSymbol, lineSymbols } from "./line-symbols.ts";
import { splitGlyph } from "./split-glyph.ts";

/**
 * Of digits in fonts that were kept aside, clean, blurred and in black and white, no wrong one was better than the next
 * by 0.07, and of 1,127 other characters none was more like a digit than like itself by 0.02.
 */
const sureOverDigits = 0.07;
const sureLikeness = 0.75;
const sureOverOthers = 0.04;
const loneOverOthers = 0.08;
/**
 * Whatever the recogniser read, a glyph that is so much more like a digit is one: of 48,906 characters that are none, in
 * five fonts of which two were kept aside, clean, blurred, compressed, faxed and touching, not one was.
 */
const plainOverOthers = 0.1;
const plainLikeness = 0.8;
/** Where the recogniser read a digit, others may be so much more like the glyph: a zero and the letter O are the same. */
const readOverOthers = -0.05;
/** In heights of a letter: the gap between two words, and the height below which a glyph is a comma or the like. */
const gapShare = 0.45;
const pointShare = 0.6;
/** A digit is no higher; with a mark above it a letter is. */
const tallestShare = 1.6;
/** A comma hangs farther below the line, a hyphen ends farther above it. */
const commaShare = 0.1;

/** In a line without Thai letters and with more characters than this, the recogniser takes no digits of Thai for Latin letters. */
const longestAmiss = 16;

/** In heights of a letter: a slash or a bracket is narrower, also where it slants. */
const widestStroke = 0.8;

/** What such letters cost beside a digit, of what a Thai letter does. */
const mistakenShare = 0.3;

/** Costs of pairing a symbol with a glyph; the recogniser's places are off by a letter, its order never is. */
const costs = { distance: 0.3, mostDistance: 1, kind: 0.6, gap: 0.3, leaveOut: 0.5 } as const;

/** A glyph with what can be seen of it. */
interface SeenGlyph extends Glyph {
  /** Looked at when it is first asked for: most glyphs never are. */
  seen(): SeenDigit | undefined;
  isPoint: boolean;
  startsWord: boolean;
  middle: number;
}

/**
 * Reads the Thai digits of a line anew: the recogniser's data have ๐ ๑ ๒ ๓ ๕ only, and give one of these, or a letter, for
 * the others. A glyph is a digit where the recogniser read one there or beside it and the glyph is like one, where all of a
 * word is more like digits than like anything else, or where it is much more like one. What cannot be told for sure is marked as doubtful.
 *
 * @param image what the line was read from; its boxes lie in it
 */
export function readDigits(line: RecognisedLine, image: GreyImage, known: readonly KnownGlyph[]): RecognisedLine {
  const isThai = /[\u0E01-\u0E5B]/.test(line.text);
  if (!isThai && line.text.length > longestAmiss) return line;
  const read = lineSymbols(line);
  if (read === undefined) return allDoubtful(line);
  const hasDigits = read.symbols.some(({ character }) => isThaiDigit(character));
  // Words of digits come out as words of a few Latin letters, which Thai lines seldom have.
  const mayHave = hasDigits || !isThai || /\p{Script=Latin}/u.test(line.text);
  const { glyphs, heightPx } = seenGlyphs(line, image, known, mayHave);
  const isHere = (glyph: SeenGlyph, at: number) =>
    (mayHave && isPlain(glyph.seen())) || ((at === 0 || glyph.startsWord) && isNumber(wordAround(glyphs, at)));
  if (!hasDigits && !glyphs.some(isHere)) return line;
  writeDigits(read.symbols, glyphs, heightPx);
  return read.written();
}

function seenGlyphs(line: RecognisedLine, image: GreyImage, known: readonly KnownGlyph[], mayTouch: boolean) {
  const [left, top] = [Math.max(0, line.box.left), Math.max(0, line.box.top)];
  const width = Math.max(1, Math.min(image.width, line.box.left + line.box.width) - left);
  const height = Math.max(1, Math.min(image.height, line.box.top + line.box.height) - top);
  const picture = crop(image, { left, top, width, height }, 0);
  const threshold = darkThreshold(picture);
  const found = lineGlyphs(picture, threshold);
  const heightPx = found.map(({ box }) => box.height).sort((a, b) => a - b)[found.length >> 1] ?? 1;
  const judge = (glyph: GreyImage) => judgeGlyph(glyph, known);
  const glyphs: SeenGlyph[] = [];
  for (const whole of found) {
    for (const glyph of mayTouch ? splitGlyph(whole, heightPx, threshold, judge) : [whole]) {
      const before = glyphs.at(-1);
      const isPoint = glyph.box.height < pointShare * heightPx;
      const gap = before === undefined ? Number.POSITIVE_INFINITY : glyph.box.left - before.box.left - before.box.width;
      glyphs.push({
        ...glyph,
        isPoint,
        seen: once(() => (isPoint || glyph.box.height > tallestShare * heightPx ? undefined : judge(glyph.image))),
        startsWord: gap > gapShare * heightPx,
        middle: left + glyph.box.left + glyph.box.width / 2,
      });
    }
  }
  return { glyphs, heightPx };
}

function writeDigits(symbols: LineSymbol[], glyphs: readonly SeenGlyph[], heightPx: number): void {
  const pairs = align(
    symbols.length,
    glyphs.length,
    (row, column) => costOf(symbols[row], glyphs[column], heightPx),
    costs.leaveOut,
  );
  const symbolOf = new Map(pairs.map(({ row, column }) => [column, row === undefined ? undefined : symbols[row]]));
  const isRead = (at: number) => isThaiDigit(symbolOf.get(at)?.character ?? "");
  const hasDigits = glyphs.some((_, at) => isRead(at));
  // A nought and the letter O look the same: sense only in a word of digits, in a line that has others.
  const isNought = (at: number) => /^[oO]?$/.test(symbolOf.get(at)?.character ?? "") && isLike("๐", glyphs[at]?.seen());
  const isDigit = (at: number) => isRead(at) || isPlain(glyphs[at]?.seen());
  const isOfNumber = (at: number) => glyphs[at]?.isPoint === true || isDigit(at) || isNought(at);
  const digits = glyphs.map((glyph, at) => {
    const seen = glyph.seen();
    if (isRead(at)) return readAnew(seen);
    if (hasDigits && isNought(at) && placesAround(glyphs, at).every(isOfNumber)) return doubtful("๐");
    const beside = neighbours(glyphs, at);
    if (beside.some(isRead)) return besideDigit(seen);
    if (seen !== undefined && (isPlain(seen) || (beside.some(isDigit) && besideDigit(seen) !== undefined)))
      return doubtful(seen.digit);
    const isTold = isArabicDigit(symbolOf.get(at)?.character) || !isNumber(wordAround(glyphs, at));
    return isTold || seen === undefined ? undefined : doubtful(seen.digit);
  });
  // A stroke beside digits that is too wide for one has swallowed a digit, which nothing else tells of.
  for (const [at, { isPoint, box }] of glyphs.entries()) {
    const isWide = !isPoint && box.width > widestStroke * heightPx;
    if (digits[at] !== undefined || !isWide || !/^[^\p{L}\p{N}]?$/u.test(symbolOf.get(at)?.character ?? "")) continue;
    for (const beside of neighbours(glyphs, at)) digits[beside] = doubtAll(digits[beside] ?? "") || undefined;
  }
  let last: LineSymbol | undefined;
  /** What belongs before the next symbol. */
  let pending = "";
  for (const [at, { row, column }] of pairs.entries()) {
    const symbol = row === undefined ? undefined : symbols[row];
    const written = column === undefined ? undefined : (digits[column] ?? pointOf(glyphs, digits, column, heightPx));
    if (symbol === undefined) {
      if (column === undefined || digits[column] === undefined || written === undefined) continue;
      // Before the next word where a gap parts it from the last.
      if (last !== undefined && glyphs[column]?.startsWord !== true) last.output += written;
      else pending += written;
      continue;
    }
    const output =
      column === undefined
        ? alone(symbol, last, digitAfter(pairs[at + 1], glyphs, digits) !== undefined)
        : (written ?? doubtAll(symbol.character));
    symbol.output = pending + output;
    pending = "";
    last = symbol;
  }
  if (last !== undefined) last.output += pending;
}

/** How ill a symbol goes with a glyph. */
function costOf(symbol: LineSymbol | undefined, glyph: SeenGlyph | undefined, heightPx: number): number {
  if (symbol === undefined || glyph === undefined) return Number.POSITIVE_INFINITY;
  const far = (costs.distance * Math.abs(symbol.middle - glyph.middle)) / heightPx;
  const gap = symbol.startsWord === glyph.startsWord ? 0 : costs.gap;
  return Math.min(costs.mostDistance, far) + gap + costs.kind * otherKind(symbol, glyph);
}

/** 0 where both are of one kind (digit, point, other), 1 for a digit and another, more where one is a point. */
function otherKind({ character }: LineSymbol, { isPoint, seen }: SeenGlyph): number {
  if (isPoint !== /^[.,:;'"\-–·•]$/.test(character)) return 2;
  if (isPoint) return 0;
  const like = seen();
  const digitness = like === undefined ? 0 : Math.max(0, Math.min(1, (like.overOthers - readOverOthers) / 0.1));
  if (isThaiDigit(character)) return 1 - digitness;
  return /[0-9\p{Script=Latin}]/u.test(character) ? mistakenShare * digitness : digitness;
}

/** The glyphs beside one in the same word, and those beyond a comma or the like. */
function neighbours(glyphs: readonly SeenGlyph[], at: number): number[] {
  const found: number[] = [];
  for (const step of [-1, 1]) {
    for (let beside = at + step; beside >= 0 && beside < glyphs.length; beside += step) {
      if (glyphs[Math.max(beside, beside - step)]?.startsWord === true) break;
      found.push(beside);
      if (glyphs[beside]?.isPoint !== true) break;
    }
  }
  return found;
}

/** The places of the glyphs of the same word. */
function placesAround(glyphs: readonly SeenGlyph[], at: number): number[] {
  let [from, to] = [at, at + 1];
  while (from > 0 && glyphs[from]?.startsWord !== true) from--;
  while (to < glyphs.length && glyphs[to]?.startsWord !== true) to++;
  return Array.from({ length: to - from }, (_, index) => from + index);
}

const wordAround = (glyphs: readonly SeenGlyph[], at: number): SeenGlyph[] =>
  placesAround(glyphs, at).flatMap((place) => glyphs[place] ?? []);

/**
 * Whether a word in which no digit was read is a number all the same: all of its glyphs are more like digits than like
 * anything else. Single letters of a blurred word may be, too.
 */
function isNumber(word: readonly SeenGlyph[]): boolean {
  const glyphs = word.filter(({ isPoint }) => !isPoint);
  const least = glyphs.length === 1 ? loneOverOthers : sureOverOthers;
  if (glyphs.length === 0) return false;
  return glyphs.every((glyph) => {
    const seen = glyph.seen();
    return seen !== undefined && seen.likeness >= sureLikeness && seen.overOthers >= least;
  });
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The digit that a glyph is, doubtful or not, where the recogniser read one; undefined where it is not like any. */
function readAnew(seen: SeenDigit | undefined): string | undefined {
  if (seen === undefined || seen.overOthers < readOverOthers) return undefined;
  return isSure(seen) ? seen.digit : doubtful(seen.digit);
}

/** The same where the recogniser read something else, or nothing, beside a digit. */
function besideDigit(seen: SeenDigit | undefined): string | undefined {
  if (seen === undefined || seen.overOthers < 0) return undefined;
  return isSure(seen) && seen.overOthers >= sureOverOthers ? seen.digit : doubtful(seen.digit);
}

const isLike = (digit: string, seen: SeenDigit | undefined) =>
  seen?.digit === digit && seen.overOthers >= readOverOthers;

/** A digit whatever stands around it. */
const isPlain = (seen: SeenDigit | undefined) =>
  seen !== undefined && seen.likeness >= plainLikeness && seen.overOthers >= plainOverOthers;

const isSure = ({ overDigits, likeness }: SeenDigit) => overDigits >= sureOverDigits && likeness >= sureLikeness;
const isArabicDigit = (character = "") => /^[0-9]$/.test(character);

/** A comma or a full stop between two digits, which the recogniser mistakes for each other. */
function pointOf(
  glyphs: readonly SeenGlyph[],
  digits: readonly (string | undefined)[],
  at: number,
  heightPx: number,
): string | undefined {
  const [before, point, after] = [glyphs[at - 1], glyphs[at], glyphs[at + 1]];
  const isBetween = digits[at - 1] !== undefined && digits[at + 1] !== undefined && after?.startsWord !== true;
  if (before === undefined || point?.isPoint !== true || point.startsWord || !isBetween) return undefined;
  const line = before.box.top + before.box.height;
  const below = (point.box.top + point.box.height - line) / heightPx;
  if (below < -commaShare || point.box.top < before.box.top + before.box.height / 2) return undefined;
  return below > commaShare ? "," : ".";
}

/** The digit that the next pair has, in the same word. */
function digitAfter(
  next: Pair | undefined,
  glyphs: readonly SeenGlyph[],
  digits: readonly (string | undefined)[],
): string | undefined {
  return next?.column === undefined || glyphs[next.column]?.startsWord === true ? undefined : digits[next.column];
}

/** What is written for a symbol that has no glyph: nothing where two were read for one digit, which is in doubt then. */
function alone(symbol: LineSymbol, last: LineSymbol | undefined, isBeforeDigit: boolean): string {
  const ends = (pattern: RegExp) => last !== undefined && !symbol.startsWord && pattern.test(last.output);
  const isAfterDigit = ends(/[\u0E50-\u0E59\uE050-\uE059]$/);
  const isWithin = isBeforeDigit && (isAfterDigit || ends(/[.,:/-]$/));
  if (!(isThaiDigit(symbol.character) ? isAfterDigit || isBeforeDigit : isWithin && /\p{L}/u.test(symbol.character)))
    return doubtAll(symbol.character);
  if (last !== undefined) last.output = doubtAll(last.output);
  return "";
}
