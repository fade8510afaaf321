import type * as mupdf from "mupdf";
import { contentClues } from "../content-clues.ts";
import { entryOf } from "./coded-picture.ts";
import { isCompressionBomb, isPoisoned } from "./fault.ts";
import { lostDataCount } from "./log.ts";
import { mayReplaceText, propertiesReplaceText } from "./replacement-texts.ts";

/** Bytes of content looked through; what is longer is a drawing. */
const maxContentBytes = 400_000;
const maxForms = 50;

/** Why all that is drawn on a page of text is to be looked at. */
export interface PageClues {
  /** Something in its content may hide text, or draw letters without text. */
  look: boolean;
  /** A font does not say which characters its glyphs are. */
  unmappedFont: boolean;
  /** Its content may say other letters than it draws. */
  replacesText: boolean;
  /** Its content breaks off: what stood behind that is lost. */
  isCut: boolean;
}

/** Reads content and resources of a page as bytes; 30 µs for a page of text. */
export function cluesOf(page: mupdf.PDFPage): PageClues {
  const clues: PageClues = { look: false, unmappedFont: false, replacesText: false, isCut: false };
  const seen = new Set<number>();
  /** Some writers name one font anew for each line. */
  const fonts = new Set<number>();
  let bytesLeft = maxContentBytes;
  /** A text has begun in the content that was read last and has not ended. */
  let inText = false;
  let isBroken = false;

  const lostBefore = lostDataCount();
  const contents = page.getObject().get("Contents");
  if (contents.isArray()) contents.forEach(addContent);
  else addContent(contents);
  const isCutText = inText;
  addResources(page.getObject().getInheritable("Resources"));
  clues.isCut = isCutText || isBroken || lostDataCount() > lostBefore;
  return clues;

  function addContent(stream: mupdf.PDFObject): void {
    if (!stream.isStream()) return;
    try {
      addBytes(stream.readStream());
    } catch (error) {
      if (isPoisoned(error) || isCompressionBomb(error)) throw error;
      // The engine draws it up to there.
      isBroken = true;
    }
  }

  function addBytes(buffer: mupdf.Buffer): void {
    try {
      bytesLeft -= buffer.getLength();
      const { buffer: memory, byteOffset, byteLength } = buffer.asUint8Array();
      const content = Buffer.from(memory, byteOffset, byteLength);
      clues.look ||= bytesLeft < 0 || contentClues(content);
      clues.replacesText ||= mayReplaceText(content);
      inText = endsInText(content, inText);
    } finally {
      buffer.destroy();
    }
  }

  function addResources(resources: mupdf.PDFObject): void {
    if (!resources.isDictionary()) return;
    resources.get("Font").forEach((font) => {
      const number = font.asIndirect();
      if (number > 0 && fonts.has(number)) return;
      fonts.add(number);
      clues.unmappedFont ||= isUnmapped(font);
    });
    resources.get("ExtGState").forEach((state) => {
      const masked = state.get("SMask").isDictionary();
      if (masked || [state.get("ca"), state.get("CA")].some((alpha) => alpha.isNumber() && alpha.asNumber() < 0.3)) {
        clues.look = true;
      }
    });
    clues.replacesText ||= propertiesReplaceText(resources.get("Properties"));
    resources.get("XObject").forEach((form) => {
      const number = form.asIndirect();
      if (seen.has(number) || form.get("Subtype").asName() !== "Form") return;
      if (seen.size >= maxForms) {
        clues.look = true;
        clues.replacesText = true;
        return;
      }
      seen.add(number);
      addContent(form);
      addResources(form.get("Resources"));
    });
  }
}

/** Whether the operator that begins a text is the last of its kind; the texts of a page may be parted among its streams. */
function endsInText(content: Buffer, before: boolean): boolean {
  const begins = lastOperator(content, "BT");
  const ends = lastOperator(content, "ET");
  return begins === ends ? before : begins > ends;
}

function lastOperator(content: Buffer, operator: string): number {
  const isApart = (at: number) => at < 0 || at >= content.length || apart.has(content[at] ?? 0);
  let at = content.lastIndexOf(operator);
  while (at > 0 && !(isApart(at - 1) && isApart(at + operator.length))) at = content.lastIndexOf(operator, at - 1);
  return at;
}

/** What may stand beside an operator. */
const apart = new Set(Buffer.from("\0\t\n\f\r ()<>[]/%"));

/** Fonts of other kinds are mapped by the names of their glyphs, or by the character collection of their CMap. */
function isUnmapped(font: mupdf.PDFObject): boolean {
  if (!font.get("ToUnicode").isNull()) return false;
  switch (font.get("Subtype").asName()) {
    case "Type0":
      return font.get("Encoding").asName().startsWith("Identity");
    case "Type3":
      return true;
    case "TrueType":
      return font.get("Encoding").isNull() && entryOf(font, "FontDescriptor", "FontFile2").isStream();
    default:
      return false;
  }
}
