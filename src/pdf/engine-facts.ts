import * as mupdf from "mupdf";
import type { PageFacts } from "./document.ts";
import { damagedPage } from "./document-faults.ts";
import { loadPage, orDamaged } from "./engine-document.ts";
import { EngineFault } from "./engine-fault.ts";
import { damageCount } from "./engine-log.ts";
import { observeMarks } from "./engine-marks.ts";

/**
 * Without `use-cid-for-unknown-unicode` 8-bit Thai fonts that lack a ToUnicode map lose their letters for good;
 * with it the character codes remain and can be repaired.
 */
const textOptions = "preserve-whitespace,use-cid-for-unknown-unicode";

/** A scanner's picture may leave narrow margins; below this share of the page it is an illustration. */
const pageSizeShare = 0.8;

/** UTF-16 code units. The densest printed pages hold some 20,000; what is longer would hold up whoever repairs and judges it. */
const maxPageText = 1_000_000;

/**
 * Facts and text of one page. The page is interpreted once, into a display list, from which both come; the list also
 * holds annotations and form fields, whose text plain extraction leaves out. Measured: 1.5 ms for a page of 60 lines.
 *
 * @throws EngineFault `document_damaged`, also where damage has left nothing of the page: it would pass for a blank one;
 *   `document_too_complex`
 */
export function readPage(document: mupdf.Document, page: number): PageFacts {
  const damaged = damagedPage(page);
  const damageBefore = damageCount();
  const loaded = loadPage(document, page);
  let list: mupdf.DisplayList | undefined;
  try {
    return orDamaged(damaged, () => {
      const box = loaded.getBounds();
      list = loaded.toDisplayList(true);
      const text = document.isPDF() ? textOf(list, page) : "";
      const marks = observeMarks(list, box);
      if (text === "" && !marks.drawn && (isMissing(loaded) || damageCount() > damageBefore)) {
        throw new EngineFault("document_damaged", damaged);
      }
      return {
        page,
        widthPt: box[2] - box[0],
        heightPt: box[3] - box[1],
        rotation: rotationOf(loaded),
        text,
        characters: countCharacters(text),
        imageCoverage: marks.imageCoverage,
        pathSegments: marks.pathSegments,
        drawn: marks.drawn,
        scannerText: marks.hiddenText && !marks.visibleText && marks.imageCoverage >= pageSizeShare,
      };
    });
  } finally {
    list?.destroy();
    loaded.destroy();
  }
}

/** The engine makes an empty page of an object that is not in the file any more. */
const isMissing = (page: mupdf.Page) => page instanceof mupdf.PDFPage && !page.getObject().isDictionary();

/** Lines as the engine orders them, blocks parted by a blank line. */
function textOf(list: mupdf.DisplayList, page: number): string {
  const structured = list.toStructuredText(textOptions);
  try {
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
  } finally {
    structured.destroy();
  }
}

function rotationOf(page: mupdf.Page): number {
  if (!(page instanceof mupdf.PDFPage)) return 0;
  const entry = page.getObject().getInheritable("Rotate");
  const degrees = entry.isNumber() ? Math.round(entry.asNumber() / 90) * 90 : 0;
  return ((degrees % 360) + 360) % 360;
}

function countCharacters(text: string): number {
  let count = 0;
  for (const character of text) if (character.trim() !== "") count += 1;
  return count;
}
