/**
 * Thai without the vowels and marks above and below its letters. Producers damage those, and an engine then shows numbers
 * of glyphs in their place, which fall among phonetic signs; whether they are repaired is measured elsewhere.
 */
export const withoutMarks = (text: string): string =>
  text
    .replaceAll(/[\u0E4D\u0E33][\u0E48-\u0E4B]?\u0E32?/g, "\u0E32")
    .replaceAll(/[\u0E31\u0E34-\u0E3A\u0E47-\u0E4E\u0250-\u0300]/g, "");

/**
 * A text as it is compared with another: white space and hyphens gone (a line that was broken in a word is joined in more
 * than one way), marks of Thai left out, and one kind of quotation marks.
 */
export const sameText = (text: string): string =>
  withoutMarks(text.normalize("NFC"))
    .replaceAll(/[\uFB00-\uFB06]/g, (ligature) => ligature.normalize("NFKC"))
    .replaceAll(/[“”„]|[‘’]{2}|''/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[−–—]/g, "-")
    .replaceAll(/[\s\u200B-\u200D\u2060\uFEFF\u00AD]+/g, "")
    .replaceAll(/(?<=\p{L})-(?=\p{L})/gu, "");
