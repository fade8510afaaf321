import { bottomOf } from "../layout/boxes.ts";
import type { Box } from "../picture/ink.ts";
import type { PrintedCharacter } from "./word-glyphs.ts";

/**
 * In heights of a digit: how high a mark is, and by how much it reaches below the digits beside it, together. Of points in
 * six fonts, clean, in noise and blurred, at most 0.34, and but for one font 0.28; of commas at least 0.43. A fax takes the
 * tails of commas, which leaves 0.2 and more: what is no more than that, or so much, is surely the one or the other.
 */
const shares = { point: 0.22, comma: 0.4 } as const;

type Mark = "." | ",";

/** A number with the marks that are printed in it, and whether one may be another. */
export interface JudgedMarks {
  text: string;
  isDoubtful: boolean;
}

/**
 * Takes a comma for a point, or a point for a comma, where its shape and the digits beside it both say so, and doubts it where
 * only one of them does: a fax makes 56.475 of `56,475`. Three digits follow a comma, and one to three stand before it, of
 * which the first is no nought.
 */
export function judgeMarks(printed: readonly PrintedCharacter[]): JudgedMarks {
  const characters = printed.filter(({ character }) => character !== undefined);
  let isDoubtful = false;
  const judged = characters.map(({ character = "", glyph }, at) => {
    const [before, after] = [characters[at - 1], characters[at + 1]];
    if (!isMark(character) || !isDigit(before) || !isDigit(after)) return character;
    const seen = glyph?.isPoint === true ? markSeen(before, glyph.box, after) : undefined;
    const usual = usualMark(characters, at);
    if (seen === character || (seen === undefined && usual === character)) return character;
    if (seen === usual) return usual;
    isDoubtful = true;
    return character;
  });
  return { text: judged.join(""), isDoubtful };
}

/** What a mark between two digits looks like; undefined where it may be both. */
function markSeen(
  before: PrintedCharacter | undefined,
  mark: Box,
  after: PrintedCharacter | undefined,
): Mark | undefined {
  const beside = [before, after].flatMap((one) => one?.glyph?.box ?? []);
  if (beside.length < 2) return undefined;
  const heightPx = Math.max(...beside.map(({ height }) => height));
  const belowPx = bottomOf(mark) - Math.max(...beside.map(bottomOf));
  const share = (mark.height + belowPx) / heightPx;
  return share >= shares.comma ? "," : share <= shares.point ? "." : undefined;
}

/** What stands there in a number of the usual form. */
function usualMark(characters: readonly PrintedCharacter[], at: number): Mark {
  const before = digitsAlong(characters.slice(0, at).reverse());
  const after = digitsAlong(characters.slice(at + 1));
  return after.length === 3 && before.length <= 3 && before.at(-1) !== "0" ? "," : ".";
}

/** The digits with which these begin. */
function digitsAlong(characters: readonly PrintedCharacter[]): string[] {
  const end = characters.findIndex((one) => !isDigit(one));
  return characters.slice(0, end < 0 ? characters.length : end).map(({ character = "" }) => character);
}

const isMark = (character: string): character is Mark => character === "." || character === ",";
const isDigit = (one: PrintedCharacter | undefined): boolean => /^[0-9]$/.test(one?.character ?? "");
