import { SidecarError } from "../errors.ts";
import type { DocumentKind, OpenDocument, PageFacts } from "./document.ts";
import { textTooLarge } from "./document-faults.ts";
import type { DocumentFile } from "./files/document-file.ts";
import type { EngineJob, JobResult } from "./messages.ts";
import { readInParallel } from "./parallel-parts.ts";

export interface PooledDocumentOptions {
  file: DocumentFile;
  kind: DocumentKind;
  signal: AbortSignal;
  limits: { maxPages: number; maxPagePixels: number; fewCharacters: number; maxTextCharacters: number };
  /** Why this document, or a page of it, is refused. */
  refusal(page?: number): SidecarError | undefined;
  /** Has a process do a job. */
  run(job: EngineJob, signal: AbortSignal): Promise<JobResult>;
  /** Processes that have nothing to do. */
  freeProcesses(): number;
  /** Lets the processes close the document. */
  forget(): void;
}

/** Opens a document in a process; its file is closed when that fails. */
export async function openPooledDocument(options: PooledDocumentOptions): Promise<OpenDocument> {
  const { file, kind, signal, limits, refusal, run, freeProcesses, forget } = options;
  const closing = new AbortController();
  /** Characters of the text layers by page: one that is read again counts once. */
  const textLengths = new Map<number, number>();
  let textLength = 0;

  function close(): void {
    if (closing.signal.aborted) return;
    // What still waits would open whatever stands at this path by then.
    closing.abort(new Error("the document is closed"));
    forget();
    file.close();
  }

  async function runJob<Type extends EngineJob["type"]>(
    job: Extract<EngineJob, { type: Type }>,
    jobSignal: AbortSignal,
  ): Promise<Extract<JobResult, { type: Type }>> {
    if ("page" in job) throwIfRefused(job.page);
    const result = await run(job, AbortSignal.any([jobSignal, closing.signal]));
    if (!isOfType(result, job.type)) throw new Error(`a PDF process answered ${result.type} to ${job.type}`);
    return result;
  }

  const readPages: OpenDocument["readPages"] = async (pages, pagesSignal, format = "plain", onFault = rejecting) => {
    const { fewCharacters, maxPagePixels } = limits;
    const accepted = pages.filter((page) => {
      const fault = refusal(page);
      if (fault !== undefined) onFault(page, fault);
      return fault === undefined;
    });
    const read = await readInParallel(accepted, freeProcesses, pagesSignal, async (wanted, partSignal) => {
      const bounds = { fewCharacters, maxPagePixels };
      const part = await runJob({ type: "read-pages", pages: [...wanted], format, ...bounds }, partSignal);
      for (const page of part.pages) {
        if ("code" in page) onFault(page.page, new SidecarError(page.code, page.message));
        else countText(page);
      }
      return part.pages;
    });
    return read.flatMap((page) => ("code" in page ? [] : [page]));
  };

  function throwIfRefused(page?: number): void {
    const fault = refusal(page);
    if (fault !== undefined) throw fault;
  }

  function countText({ page, text }: PageFacts): void {
    textLength += text.length - (textLengths.get(page) ?? 0);
    textLengths.set(page, text.length);
    const { maxTextCharacters } = limits;
    if (textLength <= maxTextCharacters) return;
    throw new SidecarError("text_too_large", textTooLarge(maxTextCharacters, Math.max(...textLengths.keys())));
  }

  try {
    signal.throwIfAborted();
    throwIfRefused();
    const { pageCount, warnings } = await runJob(
      { type: "open", maxPages: limits.maxPages, maxPagePixels: limits.maxPagePixels },
      signal,
    );
    return {
      kind,
      pageCount,
      warnings,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      readPages,
      async render(page, { longestSidePx, turnDegrees }, renderSignal) {
        const turned = quarterTurn(turnDegrees);
        const { maxPagePixels } = limits;
        const job = { type: "render", page, longestSidePx, turnDegrees: turned, maxPagePixels } as const;
        const { png, widthPx, heightPx, ink, warnings } = await runJob(job, renderSignal);
        return { png, widthPx, heightPx, ink, warnings };
      },
      async planTiles(page, { longestSidePx, turnDegrees, maxTiles }, planSignal) {
        const turned = quarterTurn(turnDegrees);
        const { maxPagePixels } = limits;
        const job = { type: "plan-tiles", page, longestSidePx, turnDegrees: turned, maxTiles, maxPagePixels } as const;
        return (await runJob(job, planSignal)).plan;
      },
      async renderTile(page, { plan, tile, turnDegrees }, renderSignal) {
        const { cellsWide, cellsHigh, pageLongestPx } = plan;
        const { png, widthPx, heightPx, ink, warnings } = await runJob(
          {
            type: "render-tile",
            page,
            longestSidePx: pageLongestPx,
            turnDegrees: quarterTurn(turnDegrees),
            tile,
            cellsWide,
            cellsHigh,
            maxPagePixels: limits.maxPagePixels,
          },
          renderSignal,
        );
        return { png, widthPx, heightPx, ink, warnings };
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function rejecting(_page: number, fault: SidecarError): never {
  throw fault;
}

function isOfType<Type extends JobResult["type"]>(
  result: JobResult,
  type: Type,
): result is Extract<JobResult, { type: Type }> {
  return result.type === type;
}

function quarterTurn(degrees: number): 0 | 90 | 180 | 270 {
  switch (degrees) {
    case 0:
    case 90:
    case 180:
    case 270:
      return degrees;
    default:
      throw new RangeError(`turnDegrees must be 0, 90, 180 or 270, not ${degrees}`);
  }
}
