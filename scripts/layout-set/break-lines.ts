const words = new Intl.Segmenter("th", { granularity: "word" });
const softHyphen = "\u00AD";

/** A line as it is printed; `hyphenated` when a word was broken at its end. */
export interface SetLine {
  text: string;
  /** Words with the blanks behind them, for those who place every word on its own. */
  words: string[];
}

/**
 * Breaks a text into lines that are no wider than `width(line index)`: at blanks, between Thai words, and at soft hyphens,
 * which are printed as hyphens there and nowhere else.
 */
export function breakLines(
  text: string,
  widthOf: (text: string) => number,
  width: (line: number) => number,
): SetLine[] {
  const lines: SetLine[] = [];
  let line = "";
  const finish = (ended: string) => {
    const trimmed = ended.trimEnd();
    lines.push({ text: trimmed, words: trimmed.match(/\S+\s*/g) ?? [] });
  };
  const printed = (piece: string) => piece.replaceAll(softHyphen, "");
  for (const piece of piecesOf(text)) {
    const fits = (candidate: string) =>
      widthOf(printed(candidate).trimEnd()) + (candidate.endsWith(softHyphen) ? widthOf("-") : 0) <=
      width(lines.length);
    if (line !== "" && !fits(line + piece)) {
      finish(line.endsWith(softHyphen) ? `${printed(line)}-` : printed(line));
      line = "";
    }
    line += piece;
  }
  if (line !== "") finish(printed(line));
  return lines;
}

/** The pieces that stay together; punctuation stays with what it follows or opens. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const word of text.match(/\S+\s*/g) ?? []) {
    for (const part of word.split(/(?<=\u00AD)/)) {
      if (/[\u0E00-\u0E7F]/.test(part)) pieces.push(...thaiPieces(part));
      else pieces.push(part);
    }
  }
  return pieces;
}

function thaiPieces(word: string): string[] {
  const pieces: string[] = [];
  for (const { segment } of words.segment(word)) {
    const joins =
      pieces.length > 0 && (/^[\s\p{P}\p{N}\u0E46\u0E2F]+$/u.test(segment) || /[\p{N}(“"]$/u.test(pieces.at(-1) ?? ""));
    if (joins) pieces[pieces.length - 1] += segment;
    else pieces.push(segment);
  }
  return pieces;
}
