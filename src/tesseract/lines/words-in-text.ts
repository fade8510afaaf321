import { overlapX } from "../layout/boxes.ts";
import type { Line } from "./read-line.ts";
import type { Word } from "./recognised-line.ts";

/** The words of a kind that stand in the text of their line; where it was read twice, each word of it once. */
export function wordsInText(
  { text, words }: Pick<Line, "text" | "words">,
  isOfKind: (text: string) => boolean,
): Word[] {
  const found: Word[] = [];
  for (const word of words) {
    if (!isOfKind(word.text) || !isInText(word.text, text)) continue;
    if (!found.some((other) => other.text === word.text && overlapX(other, word) > 0)) found.push(word);
  }
  return found;
}

/** Whether a word stands in a text where nothing but Thai or a blank stands beside it. */
export const isInText = (word: string, text: string): boolean => text.search(placesOf(word)) >= 0;

/** The text with what becomes of a word, wherever it stands so. */
export const withWord = (text: string, word: string, become: (word: string) => string): string =>
  text.replace(placesOf(word), become);

const placesOf = (word: string) =>
  new RegExp(`(?<![\\x21-\\x7E\\uE030-\\uE039])${RegExp.escape(word)}(?![\\x21-\\x7E])`, "g");
