import type * as mupdf from "mupdf";
import { replacedText } from "../document-faults.ts";
import { replacedLetters } from "../replaced-letters.ts";

/** Glyphs without a known letter are U+FFFD. */
const options = "preserve-whitespace";

const key = "ActualText";
/** A key may be written with escapes, so a name with one is a reason to look, too. */
const escapedName = /\/[^\s<>[\](){}/%]*#[0-9A-Fa-f]{2}/;

/** Whether content may have replacement texts; nearly none has, and the text of its page need not be taken twice. */
export const mayReplaceText = (content: Buffer): boolean =>
  content.includes(key) || (content.includes("#") && escapedName.test(content.toString("latin1")));

/** Whether the lists of properties that content may name have such texts. */
export function propertiesReplaceText(properties: mupdf.PDFObject): boolean {
  let found = false;
  properties.forEach((list) => {
    found ||= list.isDictionary() && !list.get(key).isNull();
  });
  return found;
}

/**
 * What is to be said where the replacement texts in the content of a page (`ActualText`), which are followed, remove or
 * change letters that are drawn.
 *
 * @param followed the text of the list; glyphs without a known letter may be some other letter in it
 */
export function replacementWarnings(list: mupdf.DisplayList, followed: string): string[] {
  const drawn = textOf(list, `${options},ignore-actualtext`);
  if (replacedLetters(drawn, followed) === undefined) return [];
  const replaced = replacedLetters(drawn, textOf(list, options));
  return replaced === undefined ? [] : [replacedText(replaced.removed, replaced.added)];
}

function textOf(list: mupdf.DisplayList, withOptions: string): string {
  const structured = list.toStructuredText(withOptions);
  try {
    return structured.asText();
  } finally {
    structured.destroy();
  }
}
