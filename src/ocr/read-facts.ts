import type { SidecarError } from "../errors.ts";
import type { OpenDocument, PageFacts } from "../pdf/document.ts";
import { withHeadings } from "../pdf/markdown/heading-levels.ts";
import { failedPage, isPageFault, skippedPage } from "./page-faults.ts";
import type { PageResult } from "./page-result.ts";
import type { OcrRequest, PageErrorMode } from "./request.ts";

export interface ReadFacts {
  facts: PageFacts[];
  /** Pages that could not be looked into, where the caller asked to skip such pages. */
  unreadable: PageResult[];
}

/**
 * The facts of these pages. A page that the engine refuses is told apart from the others at once; one that breaks the
 * engine, or takes too long, is found by asking for each page alone.
 *
 * @throws SidecarError the fault of the first page that cannot be read, where the caller did not ask to skip such pages
 */
export async function readFacts(
  document: OpenDocument,
  pages: readonly number[],
  { engine, onPageError, textLayerFormat }: Pick<OcrRequest, "engine" | "onPageError" | "textLayerFormat">,
  signal: AbortSignal,
): Promise<ReadFacts> {
  // Text layers are not answered where an engine reads every page.
  const format = engine === "auto" ? textLayerFormat : "plain";
  const faults = new Map<number, SidecarError>();
  const look = (wanted: readonly number[]) =>
    document.readPages(wanted, signal, format, (page, fault) => faults.set(page, fault));
  const facts = await look(pages).catch(async (error: unknown) => {
    const [only, ...others] = pages;
    if (!isPageFault(error) || only === undefined) throw error;
    if (others.length === 0) {
      faults.set(only, error);
      return [];
    }
    // Which page it was is known only where each is asked for alone.
    return await lookAtEach(pages, onPageError, look, faults);
  });
  const failed = [...faults].sort(([one], [other]) => one - other);
  const [first] = failed;
  if (first !== undefined && onPageError === "fail") {
    throw failedPage(...first, { kept: 0, read: facts.length, wanted: pages.length });
  }
  const nothingSpent = { attempts: 0, ms: 0 };
  const unreadable = failed.map(([page, fault]) => skippedPage(page, "text-layer", fault, nothingSpent));
  return { facts: withMarkedHeadings(facts), unreadable };
}

async function lookAtEach(
  pages: readonly number[],
  onPageError: PageErrorMode,
  look: (pages: readonly number[]) => Promise<PageFacts[]>,
  faults: Map<number, SidecarError>,
): Promise<PageFacts[]> {
  const facts: PageFacts[] = [];
  for (const page of pages) {
    try {
      facts.push(...(await look([page])));
    } catch (error) {
      if (!isPageFault(error)) throw error;
      faults.set(page, error);
      // Each such page costs processes.
      if (onPageError === "fail") break;
    }
  }
  return facts;
}

/** What is a heading, and how deep, is seen from all pages together. */
function withMarkedHeadings(pages: readonly PageFacts[]): PageFacts[] {
  const given = pages.flatMap(({ markdown }) => markdown ?? []);
  const marked = new Map(withHeadings(given).map((markdown, at) => [given[at], markdown]));
  return pages.map((page) => (page.markdown === undefined ? page : { ...page, markdown: marked.get(page.markdown) }));
}
