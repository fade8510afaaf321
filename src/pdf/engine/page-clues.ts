import type * as mupdf from "mupdf";
import { contentClues } from "../content-clues.ts";
import { entryOf } from "./coded-picture.ts";
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
}

/** Reads content and resources of a page as bytes; 30 µs for a page of text. */
export function cluesOf(page: mupdf.PDFPage): PageClues {
  const clues: PageClues = { look: false, unmappedFont: false, replacesText: false };
  const seen = new Set<number>();
  let bytesLeft = maxContentBytes;

  const contents = page.getObject().get("Contents");
  if (contents.isArray()) contents.forEach(addContent);
  else addContent(contents);
  addResources(page.getObject().getInheritable("Resources"));
  return clues;

  function addContent(stream: mupdf.PDFObject): void {
    if ((clues.look && clues.replacesText) || !stream.isStream()) return;
    const buffer = stream.readStream();
    try {
      bytesLeft -= buffer.getLength();
      const { buffer: memory, byteOffset, byteLength } = buffer.asUint8Array();
      const content = Buffer.from(memory, byteOffset, byteLength);
      clues.look ||= bytesLeft < 0 || contentClues(content);
      clues.replacesText ||= mayReplaceText(content);
    } finally {
      buffer.destroy();
    }
  }

  function addResources(resources: mupdf.PDFObject): void {
    if (!resources.isDictionary()) return;
    resources.get("Font").forEach((font) => {
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
        clues.replacesText = true;
        return;
      }
      seen.add(number);
      addContent(form);
      addResources(form.get("Resources"));
    });
  }
}

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
