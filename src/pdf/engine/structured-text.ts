import type * as mupdf from "mupdf";
import type { Box } from "../geometry/coverage.ts";
import { hasOverlaidWords, hasTornWord, type Letter } from "../geometry/overlaid-letters.ts";
import { hasOverprint } from "../geometry/overprint.ts";

/** Characters up to which copies of letters are looked for: that takes 0.1 s for 6,000 and four times as long for twice as many. */
const maxComparedCharacters = 20_000;
const printedTwice = "lines are printed over each other; what is printed twice may be in the text twice";
const overlaid = "words are printed over each other; the text has all of them, though one may hide the other";

export interface PageText {
  structured: mupdf.StructuredText;
  /** What the same text is made with. */
  options: string;
  /** What is to be said of the page. */
  warnings: string[];
}

/**
 * The structured text of a page in which what is drawn twice or three times to look bold stands once. The engine can leave
 * such copies out, but it compares every letter with every other (6 ms a page of 45 lines where the text costs 0.5), so it
 * is asked to only where lines lie on each other. It takes single letters of one text for copies of another's as well,
 * which would tear a number apart: then all of them stay, and the page has a warning.
 *
 * @param make makes the structured text of a page with these options
 */
export function structuredText(make: (options: string) => mupdf.StructuredText, options: string): PageText {
  const structured = make(options);
  if (!hasOverprint(lineBoxes(structured))) return { structured, options, warnings: [] };
  if (structured.asText().length > maxComparedCharacters) return { structured, options, warnings: [printedTwice] };
  const all = lettersOf(structured);
  const withoutCopies = `${options},collect-styles`;
  const cleared = make(withoutCopies);
  const kept = lettersOf(cleared);
  if (hasTornWord(all, kept)) {
    cleared.destroy();
    return { structured, options, warnings: [overlaid] };
  }
  structured.destroy();
  return { structured: cleared, options: withoutCopies, warnings: hasOverlaidWords(kept) ? [overlaid] : [] };
}

function lineBoxes(structured: mupdf.StructuredText): Box[] {
  const boxes: Box[] = [];
  structured.walk({ beginLine: (box) => boxes.push(box) });
  return boxes;
}

function lettersOf(structured: mupdf.StructuredText): Letter[] {
  const letters: Letter[] = [];
  let word = 0;
  structured.walk({
    beginLine: () => {
      word += 1;
    },
    onChar: (character, _origin, font, _size, quad) => {
      font.destroy();
      if (character.trim() === "") word += 1;
      else letters.push({ character, box: boundsOfQuad(quad), word });
    },
  });
  return letters;
}

function boundsOfQuad([x0, y0, x1, y1, x2, y2, x3, y3]: mupdf.Quad): Box {
  return [Math.min(x0, x1, x2, x3), Math.min(y0, y1, y2, y3), Math.max(x0, x1, x2, x3), Math.max(y0, y1, y2, y3)];
}
