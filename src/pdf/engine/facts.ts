import * as mupdf from "mupdf";
import type { PageFacts, TextLayerFormat } from "../document.ts";
import { damagedPage } from "../document-faults.ts";
import { uprightBox } from "../pictures/orientation.ts";
import { lookCloser } from "./closer-look.ts";
import { filesOnPage } from "./embedded-files.ts";
import { EngineFault } from "./fault.ts";
import { damageCount } from "./log.ts";
import { observeMarks } from "./marks.ts";
import { releasing } from "./objects.ts";
import { loadPage, type OpenedDocument, orDamaged } from "./open-document.ts";
import { cluesOf } from "./page-clues.ts";
import { checkPictures } from "./page-pictures.ts";
import { replacementWarnings } from "./replacement-texts.ts";
import { describeSymbols } from "./symbol-fonts.ts";
import { layerOfList, layerOfPage, noLayer, type TextLayer } from "./text-layer.ts";

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
export function readPage(opened: OpenedDocument, page: number, options: Options): PageFacts {
  const damaged = damagedPage(page);
  const damageBefore = damageCount();
  const loaded = loadPage(opened, page);
  try {
    return orDamaged(damaged, () => {
      const attachedFiles = filesOnPage(loaded);
      checkPictures(loaded, { page, maxPagePixels: options.maxPagePixels }, (font) =>
        describeSymbols(opened.document, font),
      );
      const box = loaded.getBounds();
      const facts = drawnFacts(loaded, page, box, { ...options, decoded: opened.decoded });
      if (facts.text === "" && !facts.drawn && (isMissing(loaded) || damageCount() > damageBefore)) {
        throw new EngineFault("document_damaged", damaged);
      }
      const [, , widthPt, heightPt] = uprightBox(box, opened.pictures?.[page - 1]?.orientation ?? 1);
      return { page, widthPt, heightPt, rotation: rotationOf(loaded), attachedFiles, ...facts };
    });
  } finally {
    loaded.destroy();
  }
}

type LookOptions = Options & Pick<OpenedDocument, "decoded">;
type DrawnFacts = Omit<PageFacts, "page" | "widthPt" | "heightPt" | "rotation" | "attachedFiles">;

/** The text layer; and of what else is drawn as much as there is a reason to look at. */
function drawnFacts(loaded: mupdf.Page, page: number, box: mupdf.Rect, options: LookOptions): DrawnFacts {
  if (!(loaded instanceof mupdf.PDFPage)) return withList(loaded, (list) => lookedAt(list, box, noLayer, options));
  const clues = cluesOf(loaded);
  const warningsOf = (from: mupdf.Page | mupdf.DisplayList, { text, warnings }: TextLayer) => {
    if (!clues.replacesText || text === "") return {};
    return { warnings: [...warnings, ...replacementWarnings((options) => from.toStructuredText(options), text)] };
  };
  // Annotations and form fields are not part of the page's own text.
  const { isCut } = clues;
  if (hasAnnotations(loaded)) {
    return withList(loaded, (list) => {
      const layer = layerOfList(list, loaded, page, options.format, clues.unmappedFont);
      return { ...lookedAt(list, box, layer, options), ...warningsOf(list, layer), isCut };
    });
  }
  const { pictures, ...layer } = layerOfPage(loaded, page, options.format, clues.unmappedFont);
  const isPlainText = pictures === 0 && !clues.look && layer.characters > options.fewCharacters;
  if (isPlainText) return { ...layer, ...nothingElse, ...warningsOf(loaded, layer), isCut };
  return withList(loaded, (list) => {
    return { ...lookedAt(list, box, layer, options), ...warningsOf(list, layer), isCut };
  });
}

/** Of a page of much text without pictures: nothing else has been looked for. */
const nothingElse = {
  imageCoverage: 0,
  pathSegments: undefined,
  drawn: true,
  hiddenCharacters: 0,
  unreadLetters: 0,
};

/** What a display list tells: of everything that is drawn, annotations and form fields included. */
function lookedAt(list: mupdf.DisplayList, box: mupdf.Rect, layer: TextLayer, options: LookOptions): DrawnFacts {
  const marks = observeMarks(list, box);
  const { imageCoverage, pathSegments, drawn } = marks;
  const look = lookCloser(list, box, marks, { ...options, characters: layer.characters });
  return { ...layer, imageCoverage, pathSegments, drawn, ...look };
}

function withList<Value>(loaded: mupdf.Page, use: (list: mupdf.DisplayList) => Value): Value {
  const list = loaded.toDisplayList(true);
  return releasing([list], () => use(list));
}

/** Links are no annotations to the engine; what it makes for the others is given back at once. */
function hasAnnotations(page: mupdf.PDFPage): boolean {
  const found = [...page.getAnnotations(), ...page.getWidgets()];
  for (const annotation of found) annotation.destroy();
  return found.length > 0;
}

/** The engine makes an empty page of an object that is not in the file any more. */
const isMissing = (page: mupdf.Page) => page instanceof mupdf.PDFPage && !page.getObject().isDictionary();

function rotationOf(page: mupdf.Page): number {
  if (!(page instanceof mupdf.PDFPage)) return 0;
  const entry = page.getObject().getInheritable("Rotate");
  const degrees = entry.isNumber() ? Math.round(entry.asNumber() / 90) * 90 : 0;
  return ((degrees % 360) + 360) % 360;
}
