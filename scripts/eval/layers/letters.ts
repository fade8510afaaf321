/** Letters, marks and digits that one text has and another has not, as multisets. */
export interface LetterDifference {
  lost: number;
  added: number;
  /** The characters behind the figures, each with how often, such as `ก×2`. */
  named: string[];
}

/** SARA AM has two spellings, and ligatures stand for the letters that they show. */
const spelling = (text: string) =>
  text
    .normalize("NFC")
    .replaceAll(/\u0E4D([\u0E48-\u0E4B]?)\u0E32/g, "$1\u0E33")
    .replaceAll(/[\uFB00-\uFB06]/g, (ligature) => ligature.normalize("NFKC"));

/** Markdown as it is written, less the targets of links, which stand on no page; entities are the signs that they mean. */
export const writtenText = (markdown: string): string =>
  markdown
    .replaceAll(/(\]\()(?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\)/g, "]")
    .replaceAll(/&(?:[a-z]{2,6}|#\d{1,7});/g, " ");

/** How often each letter, mark and digit stands in a text. */
function countLetters(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [letter] of spelling(text).matchAll(/[\p{L}\p{M}\p{N}]/gu)) {
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return counts;
}

/** What is missing in `found` and what is too much there against `expected`. */
export function compareLetters(found: string, expected: string): LetterDifference {
  const there = countLetters(found);
  const wanted = countLetters(expected);
  const difference: LetterDifference = { lost: 0, added: 0, named: [] };
  for (const letter of new Set([...there.keys(), ...wanted.keys()])) {
    const surplus = (there.get(letter) ?? 0) - (wanted.get(letter) ?? 0);
    if (surplus === 0) continue;
    if (surplus > 0) difference.added += surplus;
    else difference.lost -= surplus;
    difference.named.push(`${surplus > 0 ? "+" : "-"}${letter}×${Math.abs(surplus)}`);
  }
  return difference;
}
