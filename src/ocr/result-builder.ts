import type { PageFacts } from "../pdf/document.ts";
import { cutPage, filesAttachedToPages } from "../pdf/document-faults.ts";
import { joinPages } from "./clean.ts";
import type { Admission } from "./engines/admission.ts";
import { hasPlaceholder } from "./engines/prompt.ts";
import { countCodePoints, type DocumentResult, type EngineName, type PageResult } from "./page-result.ts";
import type { OcrRequest } from "./request.ts";

export interface ResultBuilder {
  add(page: PageResult): void;
  /** Pages that an engine has read and a retry would find; one that was read empty is read again. */
  keptPages(): number;
  /** Pages that have been read in whatever way. */
  readPages(): number;
  /** @param notes warnings about the document as a whole */
  build(engineName: EngineName | undefined, notes: readonly string[]): DocumentResult;
}

/** Gathers the finished pages of one document in the order they finish, says why each was read so, and answers them in page order. */
export function createResultBuilder(
  planned: readonly { page: number; reason: string }[],
  onPage?: (page: PageResult) => void,
): ResultBuilder {
  const reasons = new Map(planned.map(({ page, reason }) => [page, reason]));
  const finished = new Map<number, PageResult>();
  return {
    add(read) {
      const reason = reasons.get(read.page);
      const page = reason === undefined ? read : { ...read, reason };
      finished.set(page.page, page);
      onPage?.(page);
    },
    keptPages: () => [...finished.values()].filter((page) => isRead(page) && page.text !== "").length,
    readPages: () => [...finished.values()].filter((page) => page.error === undefined).length,
    build(engineName, notes) {
      const pages = [...finished.values()].sort((a, b) => a.page - b.page);
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
    },
  };
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

/** What is to be said of a document beside its own warnings: of its pages, and of the reading as a whole. */
export const documentNotes = (
  facts: readonly PageFacts[],
  request: OcrRequest,
  admission: Admission | undefined,
): string[] => [...pageNotes(facts), ...readingNotes(request, admission)];

function pageNotes(facts: readonly PageFacts[]): string[] {
  const cut = facts.flatMap(({ page, isCut }) => (isCut === true ? [cutPage(page)] : []));
  const files = facts.reduce((sum, { attachedFiles }) => sum + attachedFiles, 0);
  return files === 0 ? cut : [...cut, filesAttachedToPages(files)];
}

function readingNotes(request: OcrRequest, admission: Admission | undefined): string[] {
  if (admission === undefined) return [];
  const { systemPrompt, dmsTags, options } = request;
  const said = admission.note === undefined ? [] : [admission.note];
  if (admission.pipeline.engine.name !== "np-dms-ocr") {
    const ignored = systemPrompt !== undefined || dmsTags !== undefined || Object.keys(options).length > 0;
    return ignored
      ? [...said, "prompt, tags and parameters do not apply to the embedded engine and were ignored"]
      : said;
  }
  if (systemPrompt === undefined || !hasPlaceholder(systemPrompt)) return [];
  return ["the system prompt holds a placeholder that nobody filled in; it was passed on as it is"];
}
