/** Stands for a character that is printed and not known. */
const unknownCharacter = "\uFFFD";

/**
 * Takes characters out of a text that nobody sees, and names unknown what is no character:
 *
 * - control characters (C0 but tab and line ends, DEL, C1) and noncharacters are codes of glyphs without a meaning:
 *   something is printed there, so they become U+FFFD and can be counted;
 * - form feeds and the like end a line;
 * - a soft hyphen of a text layer is a hyphen that is printed: writers name the one glyph by the other code;
 * - marks and overrides of direction would let a text read otherwise than it is printed, tags and interlinear anchors
 *   carry words that no reader sees, and a byte order mark says nothing: they go. What joins or parts letters stays.
 */
export function printable(text: string): string {
  if (text.search(unprintable) === -1) return text;
  return text
    .replaceAll(/[\v\f\u2028\u2029]/g, "\n")
    .replaceAll(/(?![\t\n\r])[\p{Cc}\uFFFE\uFFFF]/gu, unknownCharacter)
    .replaceAll("\u00AD", "-")
    .replaceAll(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu, "");
}

/** Written as what is none of the printable, because this look is taken at every page; U+DB40 begins a tag. */
const unprintable =
  /[^\t\n\r\u0020-\u007E\u00A0-\u00AC\u00AE-\u061B\u061D-\u200D\u2010-\u2027\u202F-\u2065\u206A-\uDB3F\uDB41-\uFEFE\uFF00-\uFFF8\uFFFC\uFFFD]/;

/** Unknown characters of a text. */
export const countUnknown = (text: string): number => text.split(unknownCharacter).length - 1;
