import { doubtAllArabic } from "../digits/doubtful-digits.ts";
import { judgeMarks } from "../digits/judge-marks.ts";
import { knownArabicGlyphs } from "../digits/known-glyphs.ts";
import { wordGlyphs } from "../digits/word-glyphs.ts";
import type { GreyImage } from "../picture/grey-image.ts";
import type { Line } from "./read-line.ts";
import { withWord, wordsInText } from "./words-in-text.ts";

/**
 * A line with the points and commas between its digits as they are printed on the page: what is read of a line alone may
 * have lost their tails.
 */
export function settleMarks(line: Line, page: GreyImage): Line {
  let settled = line;
  for (const word of wordsInText(line, isMarked)) {
    const { text, isDoubtful } = judgeMarks(wordGlyphs(word, page, knownArabicGlyphs));
    const become = isDoubtful ? doubtAllArabic(text) : text;
    if (become === word.text) continue;
    settled = {
      ...settled,
      text: withWord(settled.text, word.text, () => become),
      words: settled.words.map((other) => (other.text === word.text ? { ...other, text: become } : other)),
    };
  }
  return settled;
}

const isMarked = (text: string) => /^[\x21-\x7E]*[0-9][.,][0-9][\x21-\x7E]*$/.test(text);
