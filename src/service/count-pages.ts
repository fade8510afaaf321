import type { Services } from "../http/services.ts";
import { isPageFault } from "../ocr/page-faults.ts";
import type { Metrics } from "../watch/counters.ts";

type ReadDocument = Services["readDocument"];

/** Counts the pages of every document, also the one that made its document fail. */
export function countPages(
  metrics: Pick<Metrics, "page" | "pageFailed" | "plainLayer">,
  read: ReadDocument,
): ReadDocument {
  return async (document, request, signal, listener) => {
    const onPage: typeof listener.onPage = (page) => {
      metrics.page(page);
      if (request.textLayerFormat === "markdown" && page.format === "plain") metrics.plainLayer();
      listener.onPage?.(page);
    };
    try {
      return await read(document, request, signal, { ...listener, onPage });
    } catch (error) {
      if (isPageFault(error)) metrics.pageFailed(error.code);
      throw error;
    }
  };
}
