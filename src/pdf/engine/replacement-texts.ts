import * as mupdf from "mupdf";
import { replacedText } from "../document-faults.ts";
import { replacedLetters } from "../replaced-letters.ts";
import { isPoisoned } from "./fault.ts";

/** Glyphs without a known letter are U+FFFD. */
const options = "preserve-whitespace";
/** Bytes of a packed stream, which may hold a thousand times as much; a larger one is taken to have such texts unseen. */
const maxPackedBytes = 128 * 1024;
/** Content streams and forms that are looked through for a page. */
const maxStreams = 32;
const maxDepth = 8;

const key = "ActualText";
/** A key may be written with escapes, so a name with one is a reason to look, too. */
const escapedName = /\/[^\s<>[\](){}/%]*#[0-9A-Fa-f]{2}/;

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

/** Whether the content of a page may have replacement texts; nearly no page has, and their text need not be taken twice. */
export function mayReplaceText(page: mupdf.Page): boolean {
  const object = page instanceof mupdf.PDFPage ? page.getObject() : undefined;
  if (object === undefined || !object.isDictionary()) return false;
  let streams = 0;
  const seen = new Set<number>();

  function inStream(stream: mupdf.PDFObject): boolean {
    streams += 1;
    return streams > maxStreams || hasKey(stream);
  }

  function inResources(resources: mupdf.PDFObject, depth: number): boolean {
    if (!resources.isDictionary()) return false;
    if (some(resources.get("Properties"), (list) => list.isDictionary() && !list.get(key).isNull())) return true;
    return some(resources.get("XObject"), (form) => {
      const number = form.asIndirect();
      if (!form.isStream() || form.get("Subtype").asName() !== "Form" || seen.has(number)) return false;
      seen.add(number);
      return depth >= maxDepth || inStream(form) || inResources(form.get("Resources"), depth + 1);
    });
  }

  const contents = object.get("Contents");
  const inContents = contents.isArray() ? some(contents, inStream) : inStream(contents);
  return inContents || inResources(object.getInheritable("Resources"), 0);
}

/** Whether this holds of an entry of a list or a dictionary. */
function some(object: mupdf.PDFObject, holds: (entry: mupdf.PDFObject) => boolean): boolean {
  let found = false;
  object.forEach((entry) => {
    found ||= holds(entry);
  });
  return found;
}

function hasKey(stream: mupdf.PDFObject): boolean {
  if (!stream.isStream()) return false;
  if (!stream.get("Filter").isNull() && stream.get("Length").asNumber() > maxPackedBytes) return true;
  try {
    const content = stream.readStream();
    try {
      const { buffer, byteOffset, byteLength } = content.asUint8Array();
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      return bytes.includes(key) || (bytes.includes("#") && escapedName.test(bytes.toString("latin1")));
    } finally {
      content.destroy();
    }
  } catch (error) {
    if (isPoisoned(error)) throw error;
    return true;
  }
}
