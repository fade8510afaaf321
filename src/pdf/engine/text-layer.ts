import type * as mupdf from "mupdf";
import type { PageFacts, TextLayerFormat } from "../document.ts";
import { pageMarkdown } from "../markdown/page-markdown.ts";
import { linesOfSigns, mayHoldCodes, unmappedCharacters } from "../unmapped.ts";
import { EngineFault } from "./fault.ts";
import { releasing } from "./objects.ts";
import { structureOf } from "./structure.ts";
import { type PageText, structuredText } from "./structured-text.ts";
import { withUnknownGlyphs } from "./symbol-fonts.ts";

/**
 * Without `use-cid-for-unknown-unicode` 8-bit Thai fonts that lack a ToUnicode map lose their letters for good;
 * with it the character codes remain and can be repaired.
 */
const codesForUnknown = ",use-cid-for-unknown-unicode";
const plainOptions = `preserve-whitespace${codesForUnknown}`;
const textOptions: Record<TextLayerFormat, string> = { plain: plainOptions, markdown: `${plainOptions},vectors` };

/** UTF-16 code units. The densest printed pages hold some 20,000; what is longer would hold up whoever repairs and judges it. */
const maxPageText = 1_000_000;

/** What the text of a page tells. */
export type TextLayer = Pick<PageFacts, "text" | "markdown" | "characters" | "unmapped" | "warnings">;

/** Of what is no PDF page. */
export const noLayer: TextLayer = { text: "", markdown: undefined, characters: 0, unmapped: "", warnings: [] };

/**
 * The text layer of a page without annotations, and how many pictures stand among it.
 *
 * @throws EngineFault `document_too_complex`
 */
export function layerOfPage(
  loaded: mupdf.PDFPage,
  page: number,
  format: TextLayerFormat,
  unmappedFont: boolean,
): TextLayer & { pictures: number } {
  const make = (options: string) => loaded.toStructuredText(options);
  const text = structuredText(make, `${textOptions[format]},preserve-images`);
  return releasing([text.structured], () => {
    let pictures = 0;
    text.structured.walk({
      onImageBlock: (_box, _map, image) => {
        pictures += 1;
        image.destroy();
      },
    });
    return { ...layerOf(text, loaded, page, format, unmappedFont), pictures };
  });
}

/**
 * The text layer of a page as its display list has it.
 *
 * @throws EngineFault `document_too_complex`
 */
export function layerOfList(
  list: mupdf.DisplayList,
  loaded: mupdf.PDFPage,
  page: number,
  format: TextLayerFormat,
  unmappedFont: boolean,
): TextLayer {
  const text = structuredText((options) => list.toStructuredText(options), textOptions[format]);
  return releasing([text.structured], () => layerOf(text, loaded, page, format, unmappedFont));
}

function layerOf(
  { structured, options, warnings }: PageText,
  loaded: mupdf.PDFPage,
  page: number,
  format: TextLayerFormat,
  unmappedFont: boolean,
): TextLayer {
  const told = textOf(structured, page);
  const text = withUnknownGlyphs(told);
  let unmapped = text !== "" && (unmappedFont || mayHoldCodes(text)) ? unmappedOf(loaded, text, options) : "";
  if (unmapped === "" && unmappedFont) unmapped = linesOfSigns(text);
  const layer = { text, characters: countCharacters(text), unmapped, warnings };
  if (format === "plain" || text === "") return { ...layer, markdown: undefined };
  const structure = structureOf(structured, loaded);
  const unreadable = { fallBack: "the engine tells its lines in two ways" };
  const made = structure === undefined ? unreadable : pageMarkdown(structure, told);
  return { ...layer, markdown: "markdown" in made ? { ...made, markdown: withUnknownGlyphs(made.markdown) } : made };
}

/** Takes the text a second time, as long as the first. */
function unmappedOf(loaded: mupdf.PDFPage, text: string, options: string): string {
  const marked = loaded.toStructuredText(options.replace(codesForUnknown, ""));
  return releasing([marked], () => unmappedCharacters(text, marked.asText()));
}

/** Lines as the engine orders them, blocks parted by a blank line. */
function textOf(structured: mupdf.StructuredText, page: number): string {
  const text = structured.asText();
  if (text.length > maxPageText) {
    throw new EngineFault(
      "document_too_complex",
      `Page ${page} of the document holds ${text.length} characters; at most ${maxPageText} are read.`,
    );
  }
  // Line by line, because a search for white space at line ends is quadratic in the length of a run elsewhere.
  const lines = text.replaceAll("\0", "").split("\n");
  return lines
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

/** Code points that are not white space. */
function countCharacters(text: string): number {
  const dense = text.replaceAll(/\s+/g, "");
  return dense.length - (dense.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}
