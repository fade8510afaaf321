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
 * @param make makes the structured text of the page with these options
 * @param followed its text; glyphs without a known letter may be some other letter in it
 */
export function replacementWarnings(make: MakeText, followed: string): string[] {
  const drawn = textOf(make, `${options},ignore-actualtext`);
  if (replacedLetters(drawn, followed) === undefined) return [];
  const replaced = replacedLetters(drawn, textOf(make, options));
  return replaced === undefined ? [] : [replacedText(replaced.removed, replaced.added)];
}

type MakeText = (options: string) => mupdf.StructuredText;

function textOf(make: MakeText, withOptions: string): string {
  const structured = make(withOptions);
  try {
    return structured.asText();
  } finally {
    structured.destroy();
  }
}
