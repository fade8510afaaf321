/**
 * The texts of the pieces of a page, each tag in one of them only: the last, which holds the title block. In the others
 * its value stays as plain text.
 */
export function withoutRepeatedTags(texts: readonly string[], names: readonly string[]): string[] {
  const cleaned = [...texts];
  for (const name of names) {
    const tag = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g");
    const last = cleaned.findLastIndex((text) => new RegExp(tag.source).test(text));
    for (const [index, text] of cleaned.entries()) if (index < last) cleaned[index] = text.replaceAll(tag, "$1");
  }
  return cleaned;
}
