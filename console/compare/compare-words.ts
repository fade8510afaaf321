import { diffArrays } from "diff";

/** A stretch of text that both have, or only one of them. */
export interface Part {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Longer is not worth waiting for; what is too different is shown as a whole. */
const patienceMs = 400;

/** Words of Thai are found by a dictionary, because nothing stands between them. */
const segmenter = new Intl.Segmenter("th", { granularity: "word" });

const wordsOf = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

/** Two texts, word by word. */
export function compareWords(before: string, after: string): Part[] {
  if (before === after) return before === "" ? [] : [{ kind: "same", text: before }];
  const changes = diffArrays(wordsOf(before), wordsOf(after), { timeout: patienceMs });
  if (changes === undefined) return wholly(before, after);
  return changes.map(({ added, removed, value }) => ({
    kind: added ? "added" : removed ? "removed" : "same",
    text: value.join(""),
  }));
}

const wholly = (before: string, after: string): Part[] =>
  [
    { kind: "removed" as const, text: before },
    { kind: "added" as const, text: after },
  ].filter(({ text }) => text !== "");

/** How many words of a text are words: blanks and signs do not count. */
export const countWords = (text: string): number => {
  let count = 0;
  for (const { isWordLike } of segmenter.segment(text)) if (isWordLike === true) count += 1;
  return count;
};
