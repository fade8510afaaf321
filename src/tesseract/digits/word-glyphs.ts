import type { Word } from "../lines/recognised-line.ts";
import { darkThreshold } from "../picture/dark-threshold.ts";
import { crop, type GreyImage } from "../picture/grey-image.ts";
import type { Box } from "../picture/ink.ts";
import { align } from "./align.ts";
import { likenesses } from "./judge-glyph.ts";
import type { KnownGlyph } from "./known-glyphs.ts";
import { lineGlyphs } from "./line-glyphs.ts";

/** How much a glyph is like each known character, up to 1. */
export type Likenesses = ReadonlyMap<string, number>;

/** In heights of the word: how far the boxes of the recogniser miss the ends of its words, and their upper and lower edges. */
const reachShare = 0.7;
const riseShare = 0.2;
/** A character is seldom narrower: of a number in a Thai line the box may hold the last digit alone. */
const narrowestShare = 0.5;
/** In heights of the highest glyph: points are lower, and what is wider is several characters that touch. */
const pointShare = 0.5;
const widestShare = 1;

/** Of digits that touch nothing 1 % are less like themselves, faxed ones of six fonts included. */
const likerShare = 0.75;

/** Costs of pairing a character with a glyph, and of leaving a character or a glyph alone. */
const costs = { distance: 0.4, kind: 1, unlike: 0.8, leaveOut: 0.6 } as const;

/** What of a word's picture is one, and what it looks like. */
export interface WordGlyph {
  /** In the picture that the word was read from. */
  box: Box;
  /** It is low, as points and commas are. */
  isPoint: boolean;
  /** Undefined where it is no single character. */
  like: Likenesses | undefined;
}

/** A character of a word and its glyph; one is absent where nothing stands there, or nothing was read. */
export interface PrintedCharacter {
  character: string | undefined;
  glyph: WordGlyph | undefined;
}

/** The characters of a word and the glyphs there and up to 0.7 heights beside it, from left to right. */
export function wordGlyphs(word: Word, image: GreyImage, known: readonly KnownGlyph[]): PrintedCharacter[] {
  const characters = Array.from(word.text);
  const lackPx = Math.max(0, narrowestShare * word.height * widthsOf(characters) - word.width);
  const [reach, rise] = [Math.round(reachShare * word.height + lackPx), Math.round(riseShare * word.height)];
  const [left, top] = [Math.max(0, word.left - reach), Math.max(0, word.top - rise)];
  const width = Math.max(1, Math.min(image.width, word.left + word.width + reach) - left);
  const height = Math.max(1, Math.min(image.height, word.top + word.height + rise) - top);
  const picture = crop(image, { left, top, width, height }, 0);
  const found = lineGlyphs(picture, darkThreshold(picture));
  const heightPx = Math.max(1, ...found.map(({ box }) => box.height));
  const glyphs = found.map(({ box, image }) => {
    const isLow = box.height < pointShare * heightPx;
    const isOne = !isLow && box.width <= widestShare * heightPx;
    const onPage = { ...box, left: box.left + left, top: box.top + top };
    return { box: onPage, isPoint: isLow, like: isOne ? likenesses(image, known) : undefined };
  });
  const middles = middlesOf(characters, word.left, word.width);
  const cost = (row: number, column: number) => {
    const [character = "", middle = 0, glyph] = [characters[row], middles[row], glyphs[column]];
    if (glyph === undefined) return Number.POSITIVE_INFINITY;
    const isOther = isPoint(character) !== glyph.isPoint;
    const unlike = glyph.like === undefined ? 0 : 1 - (glyph.like.get(character) ?? 0);
    const far = Math.abs(middle - glyph.box.left - glyph.box.width / 2) / heightPx;
    return costs.distance * far + (isOther ? costs.kind : 0) + costs.unlike * unlike;
  };
  const pairs = align(characters.length, glyphs.length, cost, costs.leaveOut).map(({ row, column }) => ({
    character: row === undefined ? undefined : characters[row],
    glyph: column === undefined ? undefined : glyphs[column],
  }));
  return withLikerGlyphs(pairs);
}

/** Characters that were paired with what is not like them, as the box of a word may lie beside it, with a glyph beside that which is. */
function withLikerGlyphs(printed: readonly PrintedCharacter[]): PrintedCharacter[] {
  const found = [...printed];
  for (const [at, { character, glyph }] of printed.entries()) {
    const likenessTo = (other: WordGlyph | undefined) => other?.like?.get(character ?? "") ?? 0;
    if (character === undefined || glyph === undefined || likenessTo(glyph) >= likerShare) continue;
    const beside = [at - 1, at + 1].find(
      (place) =>
        found[place] !== undefined &&
        found[place].character === undefined &&
        likenessTo(found[place].glyph) >= likerShare,
    );
    const liker = beside === undefined ? undefined : found[beside];
    if (beside === undefined || liker === undefined) continue;
    found[at] = { character: undefined, glyph };
    found[beside] = { character, glyph: liker.glyph };
  }
  return found;
}

const isPoint = (character: string) => /^[.,:;'"\-–·•]$/.test(character);

/** In widths of a character that is no point: these are half as wide. */
const widthOf = (character: string) => (isPoint(character) ? 0.5 : 1);
const widthsOf = (characters: readonly string[]) => characters.reduce((sum, one) => sum + widthOf(one), 0);

/** Where the characters stand. */
function middlesOf(characters: readonly string[], left: number, width: number): number[] {
  const sum = widthsOf(characters);
  let before = 0;
  return characters.map((character) => {
    const own = widthOf(character);
    const middle = left + ((before + own / 2) * width) / sum;
    before += own;
    return middle;
  });
}
