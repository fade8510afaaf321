/**
 * A text as it is compared with another: white space and hyphens gone (a line that was broken in a word is joined in more
 * than one way), one spelling of SARA AM and one kind of quotation marks.
 */
export const sameText = (text: string): string =>
  text
    .normalize("NFC")
    .replaceAll(/\u0E4D([\u0E48-\u0E4B]?)\u0E32/g, "$1\u0E33")
    .replaceAll(/[\uFB00-\uFB06]/g, (ligature) => ligature.normalize("NFKC"))
    .replaceAll(/[“”„]|[‘’]{2}|''/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[−–—]/g, "-")
    .replaceAll(/[\s\u200B-\u200D\u2060\uFEFF\u00AD]+/g, "")
    .replaceAll(/(?<=\p{L})-(?=\p{L})/gu, "");
