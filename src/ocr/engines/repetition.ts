export type RepetitionVerdict =
  | { kind: "none" }
  /** The whole answer is one glyph: the runner is poisoned and stays so until the model is loaded anew. */
  | { kind: "one-glyph"; glyph: string }
  /** The end of the answer repeats a passage of `periodChars` characters `times` over. */
  | { kind: "loop"; periodChars: number; times: number }
  | { kind: "runaway"; chars: number };

/** Reports of poisoned runners show 31 equal glyphs before the server cuts the stream. */
const oneGlyphChars = 24;

/** Rows of dots and rules fill a line of a form; a poisoned runner repeats glyphs that carry no layout. */
const layoutGlyphs: ReadonlySet<string> = new Set("-_=.*#|~…· ");

/** The tail that is searched for a period, and how often a passage must stand there. */
const tailChars = 6000;
const loopTimes = 30;
const loopChars = 1500;
/** A passage as long as a sentence is not repeated ten times in a row by any honest page. */
const longPassageChars = 120;
const longPassageTimes = 10;
/** Rows without any letter or digit are the empty rows of a form, of which many are honest. */
const emptyLoopTimes = 200;
const checkEveryChars = 256;

/** 16,384 tokens, the publisher's limit, are at most about 4 characters each. */
const runawayChars = 100_000;

/** Looks at an answer while it streams. */
export interface RepetitionDetector {
  /** Takes the next piece and says whether what has come so far can still be a page. */
  push(piece: string): RepetitionVerdict;
}

/** The thresholds are wide on purpose: a false alarm loses a page, a late one costs some seconds. */
export function createRepetitionDetector(): RepetitionDetector {
  let text = "";
  let checkedChars = 0;
  return {
    push(piece) {
      text += piece;
      const glyph = onlyGlyph(text, oneGlyphChars * 2);
      if (glyph !== undefined) return { kind: "one-glyph", glyph };
      if (text.length > runawayChars) return { kind: "runaway", chars: text.length };
      if (text.length - checkedChars < checkEveryChars) return { kind: "none" };
      checkedChars = text.length;
      return findLoop(text.slice(-tailChars));
    },
  };
}

/** The one glyph that a whole answer of at least 24 characters consists of, or undefined. */
export function onlyGlyph(text: string, lookAtChars = text.length): string | undefined {
  const glyphs = [...text.slice(0, lookAtChars).trim()];
  const [first] = glyphs;
  if (first === undefined || glyphs.length < oneGlyphChars || layoutGlyphs.has(first)) return undefined;
  return glyphs.every((glyph) => glyph === first) ? first : undefined;
}

/** The shortest passage that the end of `text` consists of, by the prefix function of the reversed text (KMP). */
function findLoop(text: string): RepetitionVerdict {
  const reversed = [...text].reverse();
  const borders = new Int32Array(reversed.length);
  let best: { periodChars: number; times: number } | undefined;
  for (let index = 1; index < reversed.length; index += 1) {
    let border = borders[index - 1] ?? 0;
    while (border > 0 && reversed[index] !== reversed[border]) border = borders[border - 1] ?? 0;
    if (reversed[index] === reversed[border]) border += 1;
    borders[index] = border;
    const length = index + 1;
    const periodChars = length - border;
    const times = Math.floor(length / periodChars);
    const enough = periodChars >= longPassageChars ? longPassageTimes : loopTimes;
    if (times >= enough && length >= loopChars) best = { periodChars, times };
  }
  if (best === undefined) return { kind: "none" };
  const passage = reversed.slice(0, best.periodChars).reverse().join("");
  if (!hasContent(passage) && best.times < emptyLoopTimes) return { kind: "none" };
  return { kind: "loop", ...best };
}

const hasContent = (passage: string) => /[\p{L}\p{N}]/u.test(passage.replaceAll(/<[^>]*>?|^[^<]*>/g, ""));
