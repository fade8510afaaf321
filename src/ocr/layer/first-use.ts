/** Characters looked at from the start of a line. */
const windowLength = 160;
/** Figures in their order are ten, hexadecimal ones have a gap: calendars and tables of codes are not meant. */
const fewestKinds = 12;
const inOrderShare = 0.95;

/**
 * Whether the characters of a text are numbered in the order of their first use from the start of some line on: `ABCDEF
 * GHIDJ`. So writers number the glyphs of a font that they put together while they write, and a font without a map shows
 * these numbers. Alphabets do not count, because none of their letters comes twice.
 */
export function isNumberedByFirstUse(text: string): boolean {
  for (let start = 0; start < text.length; ) {
    if (countsFrom(text, start)) return true;
    const end = text.indexOf("\n", start);
    if (end < 0) return false;
    start = end + 1;
  }
  return false;
}

function countsFrom(text: string, start: number): boolean {
  const seen = new Set<number>();
  let [characters, inOrder, highest] = [0, 0, 0];
  for (let at = start; at < text.length && characters < windowLength; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= 32) continue;
    characters += 1;
    if (seen.has(code)) continue;
    if (code === highest + 1) inOrder += 1;
    // Most lines are no such ones, and that is seen at once.
    else if (seen.size >= 4 && inOrder * 2 < seen.size) return false;
    seen.add(code);
    highest = Math.max(highest, code);
  }
  return seen.size >= fewestKinds && characters >= 2 * seen.size && inOrder + 1 >= inOrderShare * seen.size;
}
