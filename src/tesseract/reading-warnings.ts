import type { RecognisedPage } from "./recognise-page.ts";

/**
 * Pages that were read well leave 0 to 0.06 of their ink outside, a faxed form 0.17; pages of the same texts with a
 * signature or a drawing that was not read 0.19 to 0.58.
 */
const maxInkOutside = 0.18;

/** What a caller should know about a reading before believing it. */
export function readingWarnings({ text, inkOutside }: Pick<RecognisedPage, "text" | "inkOutside">): string[] {
  const warnings: string[] = [];
  if (inkOutside > maxInkOutside) {
    warnings.push(`${(100 * inkOutside).toFixed(0)} % of the ink on the page lies outside the recognised text`);
  }
  // The character set of the trained data has ๐ ๑ ๒ ๓ ๕ only; the others come out as one of these or as a letter.
  if (/[\u0E50-\u0E59]/.test(text)) {
    warnings.push("the embedded engine cannot read the Thai digits ๔ ๖ ๗ ๘ ๙: check numbers and dates in Thai digits");
  }
  return warnings;
}
