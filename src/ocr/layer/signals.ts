import { countLetterPairs, type LetterPairs } from "./rare-pairs.ts";

/** What the judgement of a text layer rests on: counts over one page, in UTF-16 code units without white space. */
export interface TextLayerSignals extends LetterPairs {
  characters: number;
  /** C0 and C1 control characters (not white space) and U+FFFD. */
  unreadable: number;
  /** Letters, marks and digits of any script but those of the Latin-1 upper half. */
  letters: number;
  /** U+00A1 to U+00FF: accents, and what 8-bit Thai looks like when it is taken for Latin-1. Repeated signs count once. */
  upperLatin1: number;
  /**
   * The rest: punctuation, symbols, private use. A repeated symbol (leaders with and without blanks, rules) counts once;
   * ticks, boxes, arrows and dashes do not count: whole tables hold nothing else.
   */
  symbols: number;
  /** Code points that no standard gives a meaning; they count as symbols too. */
  privateUse: number;
  /** Thai consonants, vowels and marks. */
  thaiLetters: number;
  /** Tone marks, and U+0E4C, which loan words and Sanskrit have in their place. */
  toneMarks: number;
  saraAa: number;
  saraAm: number;
  /** Combining marks at the start or behind white space, and tone marks behind SARA AA: on no letter that carries them. */
  strayMarks: number;
  /**
   * One or two Latin letters, not both capitals, or any number of accented ones directly between Thai letters, and glyph numbers behind
   * Thai letters: the PDF engine shows the number of a glyph as a character where the font does not say what it is.
   */
  foreignInsideThai: number;
  /** Letters that repeat the one before. */
  repeatedLetters: number;
  /** Signs between two small letters that nobody writes there: not hyphens, apostrophes, points, and what addresses have. */
  signsInsideWords: number;
}

/** Counts everything in one pass, because a page is judged in a tenth of the time that its extraction takes. */
export function measureTextLayer(text: string): TextLayerSignals {
  const counts = new Uint32Array(kindCount);
  let strayMarks = 0;
  let saraAm = 0;
  let silenced = 0;
  let privateUse = 0;
  let repeated = 0;
  let repeatedLatin1 = 0;
  let repeatedLetters = 0;
  let previous = space;
  let previousCode = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const kind = kinds[code] ?? letter;
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (code === 0x0e33) saraAm++;
    if (code === 0x0e4c) silenced++;
    if (kind === symbol && code === previousCode) repeated++;
    if (kind === letter && code === previousCode) repeatedLetters++;
    // The middle dot of leaders is among them; of letters no word has so many in a row.
    if (kind === upperLatin1 && code === previousCode) repeatedLatin1++;
    if (code >= 0xe000 && code <= 0xf8ff) privateUse++;
    if ((kind === thaiMark || kind === thaiTone) && previous === space) strayMarks++;
    if (kind === thaiTone && previous === thaiSaraAa) strayMarks++;
    previous = kind;
    if (kind !== space) previousCode = code;
  }
  const count = (kind: number) => counts[kind] ?? 0;
  const thaiLetters = count(thaiLetter) + count(thaiMark) + count(thaiTone) + count(thaiSaraAa);
  return {
    ...countLetterPairs(text),
    characters: text.length - count(space),
    unreadable: count(unreadable),
    letters: count(letter) + thaiLetters,
    upperLatin1: count(upperLatin1) - repeatedLatin1,
    symbols: count(symbol) - repeated,
    privateUse,
    thaiLetters,
    toneMarks: count(thaiTone) + silenced,
    saraAa: count(thaiSaraAa),
    saraAm,
    strayMarks,
    repeatedLetters,
    signsInsideWords: text.match(signsInsideWords)?.length ?? 0,
    foreignInsideThai: thaiLetters === 0 ? 0 : (text.match(foreignInsideThai)?.length ?? 0),
  };
}

/**
 * Longer runs of plain Latin letters, and capitals, are names and terms that people write without a blank
 * (`ระบบCCTVของ`, `โซนBและ`). What
 * lies between Latin-1 and Thai (U+0100 to U+0DFF) does not follow a Thai letter in writing: there it is the number
 * of a glyph, such as that of a tone mark in its small form.
 */
const foreignInsideThai =
  /(?<=[\u0E01-\u0E3A\u0E40-\u0E4E])(?:(?:[a-z][A-Za-z]?|[A-Z][a-z]|[\u00C0-\u00FF]+)(?=[\u0E01-\u0E3A\u0E40-\u0E4E])|[\u0100-\u0DFF]+)/g;

const signsInsideWords = /[a-z][!#$%*+<>^`{|}~\u25A0\u25A1\u25AF\uFFFC](?=[a-z])/g;

const space = 0;
const letter = 1;
const symbol = 2;
const upperLatin1 = 3;
const unreadable = 4;
const thaiLetter = 5;
const thaiMark = 6;
const thaiTone = 7;
const thaiSaraAa = 8;
/** Arrows, box drawing, shapes, ticks, dashes and bullets: no code of a glyph is taken for one. */
const mark = 9;
const kindCount = 10;

/** The kind of every UTF-16 code unit; one table of 64 KiB, made once. Surrogates count as letters. */
const kinds = Uint8Array.from({ length: 0x10000 }, (_, code) => kindOf(code));

function kindOf(code: number): number {
  const character = String.fromCharCode(code);
  if (code === 0xfffd || code === 0x7f) return unreadable;
  if (/[\s\u0085\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u2064\uFEFF]/.test(character)) return space;
  if (code < 0x20 || (code >= 0x80 && code < 0xa0)) return unreadable;
  if (code > 0xa0 && code <= 0xff) return upperLatin1;
  if (code === 0x0e32) return thaiSaraAa;
  if (code >= 0x0e48 && code <= 0x0e4b) return thaiTone;
  if (/[\u0E31\u0E34-\u0E3A\u0E47\u0E4C-\u0E4E]/.test(character)) return thaiMark;
  if (/[\u0E01-\u0E3A\u0E40-\u0E46]/.test(character)) return thaiLetter;
  if (/[\u2012-\u2015\u2022\u2190-\u21FF\u2500-\u27BF]/.test(character)) return mark;
  return /[\p{L}\p{M}\p{N}\p{Cs}]/u.test(character) ? letter : symbol;
}
