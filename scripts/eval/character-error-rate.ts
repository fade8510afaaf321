/**
 * The character error rate: edits (insertions, deletions, substitutions; Levenshtein) that turn the reading into the
 * truth, divided by the characters of the truth; 0 is perfect, above 1 is possible. Both are normalised first.
 */
export function characterErrorRate(reading: string, truth: string): number {
  const expected = Array.from(normaliseForComparison(truth));
  const found = Array.from(normaliseForComparison(reading));
  if (expected.length === 0) return found.length === 0 ? 0 : 1;
  return editDistance(found, expected) / expected.length;
}

/**
 * What two readings of a page may differ in without being worse than each other: markup (HTML tags, Markdown
 * headings, emphasis and table rules), the amount and kind of white space, curly or straight quotation marks, and the
 * two spellings of SARA AM. NFC and not NFKC, which would take SARA AM apart and turn Thai marks around.
 */
export function normaliseForComparison(text: string): string {
  return text
    .replace(/<\/?[a-z][^<>]*>/gi, " ")
    .replace(/^\s*\|?[\s:|-]*-{3,}[\s:|-]*$/gm, " ")
    .replace(/^\s{0,3}#{1,6}\s|\*\*|\|/gm, " ")
    .normalize("NFC")
    .replace(/\u0E4D([\u0E48-\u0E4B]?)\u0E32/g, "$1\u0E33")
    .replace(/[\u200B-\u200D\u2060\uFEFF]/g, "")
    .replace(/[“”„]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/\s+/g, " ")
    .trim();
}

function editDistance(from: readonly string[], to: readonly string[]): number {
  let previous = Uint32Array.from({ length: to.length + 1 }, (_, index) => index);
  let current = new Uint32Array(to.length + 1);
  for (let row = 1; row <= from.length; row++) {
    current[0] = row;
    for (let column = 1; column <= to.length; column++) {
      const substituted = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current[column] = Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
    }
    [previous, current] = [current, previous];
  }
  return previous[to.length] ?? 0;
}
