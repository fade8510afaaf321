import { describe, expect, test } from "bun:test";
import { hasTornWord, type Letter } from "../../src/pdf/geometry/overlaid-letters.ts";

/** Letters of one word from the left, 7 points wide and 18 high; marks stand over the letter before them, without a width. */
function word(text: string, left: number, number = 1): Letter[] {
  let x = left;
  return Array.from(text, (character): Letter => {
    const from = x;
    if (!/\p{M}/u.test(character)) x += 7;
    return { character, box: [from, 0, x, 18], word: number };
  });
}

describe("a word is torn", () => {
  const over = word("450", 60);
  const under = word("490", 61, 2);
  test.each<[string, Letter[], Letter[], boolean]>([
    ["that has lost the letters of another one over it", [...over, ...under], [...over, ...under.slice(1, 2)], true],
    ["but not one that is left out as a whole", [...over, ...word("450", 60.3, 2)], over, false],
    ["but not one whose second half is left out", [...over, ...word("450", 60.3)], over, false],
    ["but not Thai that is drawn twice", [...word("ที่อยู่", 60), ...word("ที่อยู่", 60.4)], word("ที่อยู่", 60), false],
    [
      "but not one of two pieces, each drawn twice before the next",
      [...word("หนัง", 60), ...word("หนังสือ", 60.3, 2), ...word("สือ", 81.3, 3)],
      [...word("หนัง", 60), ...word("สือ", 81, 2)],
      false,
    ],
    ["that goes on where another one ends", [...over, ...word("455", 60.5, 2)], [...over, ...word("5", 74.5, 2)], true],
    [
      "that fills a gap",
      [...word("4", 60), ...word("0", 74, 2), ...word("490", 60.3, 3)],
      [...word("4", 60), ...word("0", 74, 2), ...word("9", 67.3, 3)],
      true,
    ],
    ["that has lost a Thai mark without a copy of it", word("ที่ดี", 60), word("ที่ดี", 60).slice(0, -1), true],
  ])("%s", (_, all, kept, expected) => {
    expect(hasTornWord(all, kept)).toBe(expected);
  });
});
