import { SidecarError } from "../errors.ts";
import type { DocumentKind, OpenDocument, PageFacts } from "./document.ts";
import { textTooLarge } from "./document-faults.ts";
import type { DocumentFile } from "./files/document-file.ts";
import type { EngineJob, JobResult } from "./messages.ts";

/** Pages of one task at most, so that what a process answers stays small. */
const pagesPerTask = 50;
/** Fewer pages are not worth opening the document in another process. */
const pagesWorthSharing = 4;

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
  const { file, kind, signal, refusal, run, freeProcesses, forget } = options;
  const { maxPages, maxPagePixels, fewCharacters, maxTextCharacters } = options.limits;
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
    if (textLength <= maxTextCharacters) return;
    throw new SidecarError("text_too_large", textTooLarge(maxTextCharacters, Math.max(...textLengths.keys())));
  }

  try {
    signal.throwIfAborted();
    throwIfRefused();
    const { pageCount, warnings } = await runJob({ type: "open", maxPages, maxPagePixels }, signal);
    return {
      kind,
      pageCount,
      warnings,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      readPages,
      async render(page, { longestSidePx, turnDegrees }, renderSignal) {
        const turned = quarterTurn(turnDegrees);
        const job = { type: "render", page, longestSidePx, turnDegrees: turned, maxPagePixels } as const;
        const { png, widthPx, heightPx, ink, warnings } = await runJob(job, renderSignal);
        return { png, widthPx, heightPx, ink, warnings };
      },
      async planTiles(page, { longestSidePx, turnDegrees, maxTiles }, planSignal) {
        const turned = quarterTurn(turnDegrees);
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
            maxPagePixels,
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

/**
 * Reads pages in as many processes as are free, at least one. Each reads a part of neighbouring pages and may answer
 * only the first of those that it is asked for; others then have their turn before the rest. The first failure ends all.
 *
 * @param free how many processes have nothing to do
 * @param read reads at least the first of these pages
 * @returns what was read, in the order of `pages`
 */
export async function readInParallel<Read>(
  pages: readonly number[],
  free: () => number,
  signal: AbortSignal,
  read: (pages: readonly number[], signal: AbortSignal) => Promise<readonly Read[]>,
): Promise<Read[]> {
  const readersAtFirst = Math.max(1, free());
  const partSize = Math.min(pagesPerTask, Math.max(pagesWorthSharing, Math.ceil(pages.length / readersAtFirst)));
  const results: Read[] = [];
  const failed = new AbortController();
  const partSignal = AbortSignal.any([signal, failed.signal]);
  const readers: Promise<void>[] = [];
  let next = 0;

  async function reader(): Promise<void> {
    while (next < pages.length && !failed.signal.aborted) {
      const from = next;
      next = Math.min(pages.length, from + partSize);
      await readPart(from, next).catch((error: unknown) => failed.abort(error));
      // Beside the one that has just become free again.
      if (free() > 1) addReader();
    }
  }

  async function readPart(from: number, to: number): Promise<void> {
    for (let at = from; at < to; ) {
      const part = await read(pages.slice(at, to), partSignal);
      for (const result of part) results[at++] = result;
    }
  }

  function addReader(): void {
    if (next < pages.length) readers.push(reader());
  }

  for (let count = 0; count < readersAtFirst; count += 1) addReader();
  for (const running of readers) await running;
  failed.signal.throwIfAborted();
  return results;
}
