import * as mupdf from "mupdf";
import type { PageFacts, TextLayerFormat } from "../document.ts";
import { damagedPage } from "../document-faults.ts";
import { pageMarkdown } from "../markdown/page-markdown.ts";
import { filesOnPage } from "./embedded-files.ts";
import { EngineFault } from "./fault.ts";
import { damageCount } from "./log.ts";
import { observeMarks } from "./marks.ts";
import { loadPage, orDamaged } from "./open-document.ts";
import { checkPictures } from "./page-pictures.ts";
import { mayReplaceText, replacementWarnings } from "./replacement-texts.ts";
import { structureOf } from "./structure.ts";

/**
 * Without `use-cid-for-unknown-unicode` 8-bit Thai fonts that lack a ToUnicode map lose their letters for good;
 * with it the character codes remain and can be repaired.
 */
const plainOptions = "preserve-whitespace,use-cid-for-unknown-unicode";
const textOptions: Record<TextLayerFormat, string> = { plain: plainOptions, markdown: `${plainOptions},vectors` };

/** A scanner's picture may leave narrow margins; below this share of the page it is an illustration. */
const pageSizeShare = 0.8;

/** UTF-16 code units. The densest printed pages hold some 20,000; what is longer would hold up whoever repairs and judges it. */
const maxPageText = 1_000_000;

interface Options {
  /** Pages with no more characters are looked at. */
  fewCharacters: number;
  /** Pixels that one picture on the page may have when decoded. */
  maxPagePixels: number;
  format: TextLayerFormat;
}

/**
 * Facts and text of one page. Where the text is long and no picture is near it, the text alone tells them; what else is
 * drawn is looked at only where there is a reason, because that costs as much again (1.5 ms a page of 45 lines where the
 * text costs 0.9).
 *
 * @throws EngineFault `document_damaged`, also where damage has left nothing of the page: it would pass for a blank one;
 *   `page_too_large`; `document_too_complex`
 */
export function readPage(document: mupdf.Document, page: number, options: Options): PageFacts {
  const damaged = damagedPage(page);
  const damageBefore = damageCount();
  const loaded = loadPage(document, page);
  try {
    return orDamaged(damaged, () => {
      const attachedFiles = filesOnPage(loaded);
      checkPictures(loaded, { page, maxPagePixels: options.maxPagePixels });
      const box = loaded.getBounds();
      const facts = textFacts(loaded, page, options) ?? drawingFacts(loaded, page, box, options);
      if (facts.text === "" && !facts.drawn && (isMissing(loaded) || damageCount() > damageBefore)) {
        throw new EngineFault("document_damaged", damaged);
      }
      const [widthPt, heightPt] = [box[2] - box[0], box[3] - box[1]];
      return { page, widthPt, heightPt, rotation: rotationOf(loaded), attachedFiles, ...facts };
    });
  } finally {
    loaded.destroy();
  }
}

type DrawnFacts = Omit<PageFacts, "page" | "widthPt" | "heightPt" | "rotation" | "attachedFiles">;

/** What the structured text tells, unless there is a reason to look at all that is drawn. */
function textFacts(loaded: mupdf.Page, page: number, { fewCharacters, format }: Options): DrawnFacts | undefined {
  // Annotations and form fields are not part of the page's own text.
  if (!(loaded instanceof mupdf.PDFPage) || hasAnnotations(loaded)) return undefined;
  const list = mayReplaceText(loaded) ? loaded.toDisplayList(false) : undefined;
  const structured = (list ?? loaded).toStructuredText(`${textOptions[format]},preserve-images`);
  try {
    let pictures = 0;
    structured.walk({
      onImageBlock: (_box, _map, image) => {
        pictures += 1;
        image.destroy();
      },
    });
    if (pictures > 0) return undefined;
    const { text, markdown } = layerOf(structured, loaded, page, format);
    const characters = countCharacters(text);
    if (characters <= fewCharacters) return undefined;
    const warnings = list === undefined ? [] : replacementWarnings(list, text);
    return { ...nothingElse, text, markdown, characters, warnings };
  } finally {
    structured.destroy();
    list?.destroy();
  }
}

/** Of a page of much text without pictures: nothing else has been looked for. */
const nothingElse = { imageCoverage: 0, pathSegments: undefined, drawn: true, scannerText: false };

/** What a display list tells: of everything that is drawn, annotations and form fields included. */
function drawingFacts(loaded: mupdf.Page, page: number, box: mupdf.Rect, { format }: Options): DrawnFacts {
  const list = loaded.toDisplayList(true);
  try {
    const { text, markdown } = loaded instanceof mupdf.PDFPage ? layerOfList(list, loaded, page, format) : noLayer;
    const { imageCoverage, pathSegments, drawn, hiddenText, visibleText } = observeMarks(list, box);
    return {
      text,
      markdown,
      characters: countCharacters(text),
      warnings: text !== "" && mayReplaceText(loaded) ? replacementWarnings(list, text) : [],
      imageCoverage,
      pathSegments,
      drawn,
      scannerText: hiddenText && !visibleText && imageCoverage >= pageSizeShare,
    };
  } finally {
    list.destroy();
  }
}

/** Links are no annotations to the engine; what it makes for the others is given back at once. */
function hasAnnotations(page: mupdf.PDFPage): boolean {
  const found = [...page.getAnnotations(), ...page.getWidgets()];
  for (const annotation of found) annotation.destroy();
  return found.length > 0;
}

/** The engine makes an empty page of an object that is not in the file any more. */
const isMissing = (page: mupdf.Page) => page instanceof mupdf.PDFPage && !page.getObject().isDictionary();

type TextLayer = Pick<PageFacts, "text" | "markdown">;

const noLayer: TextLayer = { text: "", markdown: undefined };

function layerOfList(list: mupdf.DisplayList, loaded: mupdf.PDFPage, page: number, format: TextLayerFormat): TextLayer {
  const structured = list.toStructuredText(textOptions[format]);
  try {
    return layerOf(structured, loaded, page, format);
  } finally {
    structured.destroy();
  }
}

function layerOf(
  structured: mupdf.StructuredText,
  loaded: mupdf.PDFPage,
  page: number,
  format: TextLayerFormat,
): TextLayer {
  const text = textOf(structured, page);
  if (format === "plain" || text === "") return { text, markdown: undefined };
  const structure = structureOf(structured, loaded);
  const unreadable = { fallBack: "the engine tells its lines in two ways" };
  return { text, markdown: structure === undefined ? unreadable : pageMarkdown(structure, text) };
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

function rotationOf(page: mupdf.Page): number {
  if (!(page instanceof mupdf.PDFPage)) return 0;
  const entry = page.getObject().getInheritable("Rotate");
  const degrees = entry.isNumber() ? Math.round(entry.asNumber() / 90) * 90 : 0;
  return ((degrees % 360) + 360) % 360;
}

/** Code points that are not white space. */
function countCharacters(text: string): number {
  const dense = text.replaceAll(/\s+/g, "");
  return dense.length - (dense.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}
