/**
 * Glyph numbers where characters should be: control characters, the rarer Latin letters whose numbers glyphs often have,
 * and figures or signs inside words.
 */
const codes = /(?!\s)\p{Cc}|[\u0180-\u02FF]|\p{L}[!-,:-@[-`{-~\d](?=\p{Ll})/gu;
const fewest = 3;

/** Whether numbers of glyphs may stand in a text, in the place of characters that a font does not tell. */
export function mayHoldCodes(text: string): boolean {
  return (text.match(codes)?.length ?? 0) >= fewest;
}

/**
 * The characters of a text that are numbers of glyphs, in their order, lines and blanks as they are.
 *
 * @param withCodes the text of a page with the numbers
 * @param marked the same text with U+FFFD in their places
 */
export function unmappedCharacters(withCodes: string, marked: string): string {
  const markedCharacters = marked.replaceAll(/\s+/g, "");
  const count = markedCharacters.match(/\uFFFD/g)?.length ?? 0;
  if (count === 0) return "";
  // Where they cannot be set side by side their number is all that is known.
  if (withCodes.replaceAll(/\s+/g, "").length !== markedCharacters.length) return "\uFFFD".repeat(count);
  let at = 0;
  return withCodes.replaceAll(/\S/g, (character) => (markedCharacters[at++] === "\uFFFD" ? character : "")).trim();
}

/** Signs that seldom stand inside a word: not points, commas, colons, slashes and hyphens. */
const innerSign = /(?<=\S)[!-+;-@[-`{-~](?=\S)/g;
const innerSignShare = 0.15;
const shortestLine = 12;

/**
 * The lines that look as if a font had been told nothing but the order in which its glyphs were first used: `!"#$%&'()*`.
 * Only where there is such a font; elsewhere it may be a program, or mathematics.
 */
export function linesOfSigns(text: string): string {
  return text
    .split("\n")
    .filter((line) => {
      const characters = line.replaceAll(/\s+/g, "").length;
      return characters >= shortestLine && (line.match(innerSign)?.length ?? 0) >= innerSignShare * characters;
    })
    .join("\n");
}
