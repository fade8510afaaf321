import type * as mupdf from "mupdf";
import type { Box } from "../geometry/coverage.ts";
import { hasOverprint } from "../geometry/overprint.ts";

/** Characters up to which copies of letters are looked for: that takes 0.1 s for 6,000 and four times as long for twice as many. */
const maxComparedCharacters = 20_000;
const printedTwice = "lines are printed over each other; what is printed twice may be in the text twice";

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
 * is asked to only where lines lie on each other.
 *
 * @param make makes the structured text of a page with these options
 */
export function structuredText(make: (options: string) => mupdf.StructuredText, options: string): PageText {
  const structured = make(options);
  if (!hasOverprint(lineBoxes(structured))) return { structured, options, warnings: [] };
  if (structured.asText().length > maxComparedCharacters) return { structured, options, warnings: [printedTwice] };
  structured.destroy();
  const withoutCopies = `${options},collect-styles`;
  return { structured: make(withoutCopies), options: withoutCopies, warnings: [] };
}

function lineBoxes(structured: mupdf.StructuredText): Box[] {
  const boxes: Box[] = [];
  structured.walk({ beginLine: (box) => boxes.push(box) });
  return boxes;
}
