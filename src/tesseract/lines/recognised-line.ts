import type { Box } from "../picture/ink.ts";

/** One line of text as the recogniser found it. */
export interface RecognisedLine {
  text: string;
  /** Mean confidence of its words, 0 to 100. */
  confidence: number;
  box: Box;
  words: Box[];
}

/**
 * The lines of a page from the recogniser's two outputs: boxes and confidences from the tab-separated one, whose rows
 * are level, five numbers, left, top, width, height, confidence, text; the text with its blanks from the plain one,
 * because the words of the first are single Thai letters. Undefined when the two do not tell the same lines.
 */
export function recognisedLines(text: string, tsv: string): RecognisedLine[] | undefined {
  const found: (Omit<RecognisedLine, "text"> & { confidences: number[] })[] = [];
  for (const row of tsv.split("\n")) {
    const [level, , , , , , left, top, width, height, confidence, word] = row.split("\t");
    const box = { left: Number(left), top: Number(top), width: Number(width), height: Number(height) };
    const line = found.at(-1);
    if (level === "4") found.push({ box, confidence: 0, words: [], confidences: [] });
    if (level !== "5" || line === undefined || word === undefined || word.trim() === "") continue;
    line.words.push(box);
    line.confidences.push(Number(confidence));
  }
  const lines = found.filter(({ words }) => words.length > 0);
  const texts = text.split("\n").filter((line) => line.trim() !== "");
  if (texts.length !== lines.length) return undefined;
  return lines.map(({ box, words, confidences }, index) => ({
    text: (texts[index] ?? "").trim(),
    confidence: confidences.reduce((sum, value) => sum + value, 0) / confidences.length,
    box,
    words,
  }));
}
