import { joinPages } from "./clean.ts";
import type { EngineName } from "./engines/page-engine.ts";
import { countCodePoints, type DocumentResult, type PageResult } from "./page-result.ts";

/** The finished pages of one document, gathered in the order they finish and answered in page order. */
export class ResultBuilder {
  readonly #pages = new Map<number, PageResult>();
  readonly #onPage: ((page: PageResult) => void) | undefined;

  constructor(onPage?: (page: PageResult) => void) {
    this.#onPage = onPage;
  }

  add(page: PageResult): void {
    this.#pages.set(page.page, page);
    this.#onPage?.(page);
  }

  /** Pages that an engine has read and a retry would find; one that was read empty is read again. */
  get keptPages(): number {
    return [...this.#pages.values()].filter((page) => isRead(page) && page.text !== "").length;
  }

  /** @param notes warnings about the document as a whole */
  build(engineName: EngineName | undefined, notes: readonly string[]): DocumentResult {
    const pages = [...this.#pages.values()].sort((a, b) => a.page - b.page);
    const text = joinPages(pages.map((page) => page.text));
    const warnings = [
      ...notes,
      ...pages.flatMap((page) => page.warnings.map((warning) => `page ${page.page}: ${warning}`)),
    ];
    return {
      text,
      ocrUsed: pages.some(isRead),
      pageCount: pages.length,
      charCount: countCodePoints(text),
      engineUsed: engineUsed(pages) ?? engineName ?? "fast-path",
      warnings,
      pages,
    };
  }
}

const isEngine = (source: PageResult["source"]): source is EngineName =>
  source === "np-dms-ocr" || source === "tesseract";

const isRead = (page: PageResult) => isEngine(page.source) && page.error === undefined;

/** The engine that read pages; where two did, the model. */
function engineUsed(pages: readonly PageResult[]): EngineName | undefined {
  const sources = new Set(pages.filter(isRead).map((page) => page.source));
  if (sources.has("np-dms-ocr")) return "np-dms-ocr";
  return sources.has("tesseract") ? "tesseract" : undefined;
}
