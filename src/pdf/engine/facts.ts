import * as mupdf from "mupdf";
import type { PageFacts } from "../document.ts";
import { damagedPage } from "../document-faults.ts";
import { EngineFault } from "./fault.ts";
import { damageCount } from "./log.ts";
import { observeMarks } from "./marks.ts";
import { loadPage, orDamaged } from "./open-document.ts";
import { checkPictures } from "./page-pictures.ts";

/**
 * Without `use-cid-for-unknown-unicode` 8-bit Thai fonts that lack a ToUnicode map lose their letters for good;
 * with it the character codes remain and can be repaired.
 */
const textOptions = "preserve-whitespace,use-cid-for-unknown-unicode";

/** A scanner's picture may leave narrow margins; below this share of the page it is an illustration. */
const pageSizeShare = 0.8;

/** UTF-16 code units. The densest printed pages hold some 20,000; what is longer would hold up whoever repairs and judges it. */
const maxPageText = 1_000_000;

interface Limits {
  /** Pages with no more characters are looked at. */
  fewCharacters: number;
  /** Pixels that one picture on the page may have when decoded. */
  maxPagePixels: number;
}

/**
 * Facts and text of one page. Where the text is long and no picture is near it, the text alone tells them; what else is
 * drawn is looked at only where there is a reason, because that costs as much again (1.5 ms a page of 45 lines where the
 * text costs 0.9).
 *
 * @throws EngineFault `document_damaged`, also where damage has left nothing of the page: it would pass for a blank one;
 *   `page_too_large`; `document_too_complex`
 */
export function readPage(document: mupdf.Document, page: number, { fewCharacters, maxPagePixels }: Limits): PageFacts {
  const damaged = damagedPage(page);
  const damageBefore = damageCount();
  const loaded = loadPage(document, page);
  try {
    return orDamaged(damaged, () => {
      checkPictures(loaded, { page, maxPagePixels });
      const box = loaded.getBounds();
      const facts = textFacts(loaded, page, fewCharacters) ?? drawingFacts(loaded, page, box);
      if (facts.text === "" && !facts.drawn && (isMissing(loaded) || damageCount() > damageBefore)) {
        throw new EngineFault("document_damaged", damaged);
      }
      return { page, widthPt: box[2] - box[0], heightPt: box[3] - box[1], rotation: rotationOf(loaded), ...facts };
    });
  } finally {
    loaded.destroy();
  }
}

type DrawnFacts = Omit<PageFacts, "page" | "widthPt" | "heightPt" | "rotation">;

/** What the structured text tells, unless there is a reason to look at all that is drawn. */
function textFacts(loaded: mupdf.Page, page: number, fewCharacters: number): DrawnFacts | undefined {
  // Annotations and form fields are not part of the page's own text.
  if (!(loaded instanceof mupdf.PDFPage) || hasAnnotations(loaded)) return undefined;
  const structured = loaded.toStructuredText(`${textOptions},preserve-images`);
  try {
    let pictures = 0;
    structured.walk({
      onImageBlock: (_box, _map, image) => {
        pictures += 1;
        image.destroy();
      },
    });
    if (pictures > 0) return undefined;
    const text = textOf(structured, page);
    const characters = countCharacters(text);
    if (characters <= fewCharacters) return undefined;
    return { text, characters, imageCoverage: 0, pathSegments: undefined, drawn: true, scannerText: false };
  } finally {
    structured.destroy();
  }
}

/** What a display list tells: of everything that is drawn, annotations and form fields included. */
function drawingFacts(loaded: mupdf.Page, page: number, box: mupdf.Rect): DrawnFacts {
  const list = loaded.toDisplayList(true);
  try {
    const text = loaded instanceof mupdf.PDFPage ? textOfList(list, page) : "";
    const { imageCoverage, pathSegments, drawn, hiddenText, visibleText } = observeMarks(list, box);
    return {
      text,
      characters: countCharacters(text),
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

function textOfList(list: mupdf.DisplayList, page: number): string {
  const structured = list.toStructuredText(textOptions);
  try {
    return textOf(structured, page);
  } finally {
    structured.destroy();
  }
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
