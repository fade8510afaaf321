import type { OpenDocument, PageFacts } from "../pdf/document.ts";
import { withHeadings } from "../pdf/markdown/heading-levels.ts";
import { isPageFault, skippedPage } from "./page-faults.ts";
import type { PageResult } from "./page-result.ts";
import type { OcrRequest } from "./request.ts";

export interface ReadFacts {
  facts: PageFacts[];
  /** Pages that could not be looked into, where the caller asked to skip such pages. */
  unreadable: PageResult[];
}

/** The facts of these pages. One broken page fails the whole reading, so with `skip` each page is then asked for alone. */
export async function readFacts(
  document: OpenDocument,
  pages: readonly number[],
  { engine, onPageError, textLayerFormat }: Pick<OcrRequest, "engine" | "onPageError" | "textLayerFormat">,
  signal: AbortSignal,
): Promise<ReadFacts> {
  // Text layers are not answered where the model reads every page.
  const format = engine === "np-dms-ocr" ? "plain" : textLayerFormat;
  try {
    return { facts: withMarkedHeadings(await document.readPages(pages, signal, format)), unreadable: [] };
  } catch (error) {
    if (onPageError === "fail" || !isPageFault(error)) throw error;
  }
  const result: ReadFacts = { facts: [], unreadable: [] };
  for (const page of pages) {
    try {
      result.facts.push(...(await document.readPages([page], signal, format)));
    } catch (error) {
      if (!isPageFault(error)) throw error;
      result.unreadable.push(skippedPage(page, "text-layer", error, { attempts: 0, ms: 0 }));
    }
  }
  return { ...result, facts: withMarkedHeadings(result.facts) };
}

/** What is a heading, and how deep, is seen from all pages together. */
function withMarkedHeadings(pages: readonly PageFacts[]): PageFacts[] {
  const given = pages.flatMap(({ markdown }) => markdown ?? []);
  const marked = new Map(withHeadings(given).map((markdown, at) => [given[at], markdown]));
  return pages.map((page) => (page.markdown === undefined ? page : { ...page, markdown: marked.get(page.markdown) }));
}
