import type { Box } from "../picture/ink.ts";

/** What the recogniser takes for a word; of Thai it is often a single letter with its marks. */
export interface Word extends Box {
  text: string;
  /** 0 to 100. */
  confidence: number;
}

/** One line of text as the recogniser found it. */
export interface RecognisedLine {
  text: string;
  /** Mean confidence of its words, 0 to 100. */
  confidence: number;
  box: Box;
  words: Word[];
}

/**
 * The lines of a page from the recogniser's two outputs: boxes and confidences from the tab-separated one, whose rows
 * are level, five numbers, left, top, width, height, confidence, text; the text with its blanks from the plain one,
 * because the words of the first are single Thai letters. Undefined when the two do not tell the same lines.
 */
export function recognisedLines(text: string, tsv: string): RecognisedLine[] | undefined {
  const found: { box: Box; words: Word[] }[] = [];
  for (const row of tsv.split("\n")) {
    const [level, , , , , , left, top, width, height, confidence, word] = row.split("\t");
    const box = { left: Number(left), top: Number(top), width: Number(width), height: Number(height) };
    if (level === "4") found.push({ box, words: [] });
    if (level !== "5" || word === undefined || word.trim() === "") continue;
    found.at(-1)?.words.push({ ...box, text: word.trim(), confidence: Number(confidence) });
  }
  const lines = found.filter(({ words }) => words.length > 0);
  const texts = text.split("\n").filter((line) => line.trim() !== "");
  if (texts.length !== lines.length) return undefined;
  return lines.map(({ box, words }, index) => ({
    text: (texts[index] ?? "").trim(),
    confidence: meanConfidence(words),
    box,
    words,
  }));
}

/**
 * The part of a line whose words satisfy `isHere`, with its blanks; undefined where there is none, or where the words are
 * not those of the text.
 */
export function partOfLine(line: RecognisedLine, isHere: (word: Word) => boolean): RecognisedLine | undefined {
  const words = line.words.filter(isHere);
  if (words.length === line.words.length) return line;
  if (words.length === 0) return undefined;
  let text = "";
  let at = 0;
  let before = false;
  for (const word of line.words) {
    const start = line.text.indexOf(word.text, at);
    if (start < 0 || line.text.slice(at, start).trim() !== "") return undefined;
    const here = isHere(word);
    if (here) text += (before ? line.text.slice(at, start) : text === "" ? "" : " ") + word.text;
    before = here;
    at = start + word.text.length;
  }
  return { text, words, confidence: meanConfidence(words), box: boxAround(words) };
}

function boxAround(words: readonly Word[]): Box {
  const left = Math.min(...words.map((word) => word.left));
  const top = Math.min(...words.map((word) => word.top));
  const right = Math.max(...words.map((word) => word.left + word.width));
  const bottom = Math.max(...words.map((word) => word.top + word.height));
  return { left, top, width: right - left, height: bottom - top };
}

/** 0 where there are none. */
export const meanConfidence = (words: readonly Word[]): number =>
  words.reduce((sum, { confidence }) => sum + confidence, 0) / Math.max(1, words.length);
