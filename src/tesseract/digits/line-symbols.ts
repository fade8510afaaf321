import type { RecognisedLine } from "../lines/recognised-line.ts";
import { doubtAll } from "./doubtful-digits.ts";

/** A character that the recogniser read, marks of Thai apart, and where it says that it stands. */
export interface LineSymbol {
  character: string;
  /** Its middle, in pixels; off by as much as a letter where others are missing. */
  middle: number;
  /** A blank stands before it. */
  startsWord: boolean;
  /** What is written instead, its marks left out. */
  output: string;
}

/** The symbols of a line, and how the line is written with what has become of them. */
export interface LineSymbols {
  symbols: LineSymbol[];
  written(): RecognisedLine;
}

const isMark = (character: string) => /[\u0E31\u0E34-\u0E3A\u0E47-\u0E4E]/.test(character);

/** Undefined where the words are not those of the text. The recogniser gives a box for each Thai letter, else for each word. */
export function lineSymbols(line: RecognisedLine): LineSymbols | undefined {
  if (line.words.map(({ text }) => text).join("") !== line.text.replace(/\s/g, "")) return undefined;
  const written: { character: string; word: number; symbol: LineSymbol | undefined }[] = [];
  line.words.forEach(({ text, left, width }, word) => {
    const characters = Array.from(text);
    const bases = characters.filter((character) => !isMark(character)).length;
    let at = 0;
    for (const character of characters) {
      const middle = left + ((at + 0.5) * width) / Math.max(1, bases);
      const symbol = isMark(character) ? undefined : { character, middle, startsWord: false, output: character };
      if (symbol !== undefined) at += 1;
      written.push({ character, word, symbol });
    }
  });
  let next = 0;
  let isAfterBlank = true;
  for (const character of line.text) {
    if (/\s/.test(character)) isAfterBlank = true;
    else {
      const symbol = written[next++]?.symbol;
      if (symbol !== undefined) symbol.startsWord = isAfterBlank;
      isAfterBlank = false;
    }
  }
  const symbols = written.flatMap(({ symbol }) => symbol ?? []);
  const outputOf = ({ character, symbol }: (typeof written)[number]) => symbol?.output ?? character;
  return {
    symbols,
    written() {
      let at = 0;
      const text = Array.from(line.text, (character) => {
        const one = /\s/.test(character) ? undefined : written[at++];
        return one === undefined ? character : outputOf(one);
      }).join("");
      const words = line.words.map((word, index) => ({
        ...word,
        text: written.flatMap((one) => (one.word === index ? outputOf(one) : [])).join(""),
      }));
      return { ...line, text: text.trim(), words: words.filter((word) => word.text !== "") };
    },
  };
}

/** A line of which nothing can be said. */
export const allDoubtful = (line: RecognisedLine): RecognisedLine => ({
  ...line,
  text: doubtAll(line.text),
  words: line.words.map((word) => ({ ...word, text: doubtAll(word.text) })),
});
