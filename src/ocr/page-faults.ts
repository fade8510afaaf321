import { type ErrorCode, SidecarError } from "../errors.ts";
import type { PageResult, PageSource } from "./page-result.ts";

/** Faults of one page, which the other pages of the document need not share. */
const pageFaults: ReadonlySet<ErrorCode> = new Set([
  "ocr_failed",
  "page_timeout",
  "page_too_large",
  "document_too_complex",
  "document_damaged",
  "document_refused",
  // Of a picture among several in a file.
  "unsupported_file_type",
  "ollama_busy",
]);

/**
 * Whether `onPageError: skip` may pass over this error: a missing model or an unreachable server fails them all. Of a busy
 * fallback the cause decides, which is the fault of the model.
 */
export const isPageFault = (error: unknown): error is SidecarError =>
  error instanceof SidecarError &&
  (pageFaults.has(error.code) || (error.code === "ocr_busy" && isPageFault(error.cause)));

const serverFaults: ReadonlySet<ErrorCode> = new Set(["ollama_unreachable", "ocr_busy"]);

/** What was spent on a page. */
export type Effort = Pick<PageResult, "attempts" | "ms">;

/** The place of a page that could not be read, in the answer to a caller who asked to skip such pages. */
export function skippedPage(
  page: number,
  source: PageSource,
  error: SidecarError,
  { attempts, ms }: Effort,
): PageResult {
  const { code, message } = error;
  const warnings = [`the page could not be read: ${message}`];
  return {
    page,
    source,
    text: "",
    chars: 0,
    attempts,
    ms,
    truncated: false,
    warnings,
    error: { code, detail: message },
  };
}

/** The model did not answer in the time of a page. */
export const pageTooSlow = (timeoutMs: number) =>
  new SidecarError(
    "page_timeout",
    `The page was not read within ${timeoutMs / 1000} s; raise OCR_TIMEOUT or look at Ollama's load.`,
  );

/** How far a document has come when one of its pages fails. */
export interface Progress {
  /** Finished pages that a retry will find. */
  kept: number;
  /** Other pages that have been read, text layers included. */
  read: number;
  /** Pages that were asked for. */
  wanted: number;
}

/** The error that ends a document, saying which page failed, how far the others have come and how to have them. */
export function documentFailure(page: number, error: unknown, progress: Progress): unknown {
  if (isPageFault(error)) return failedPage(page, error, progress);
  // What went away or is full fails all pages; which one it was says where a retry begins.
  const isOfServer = error instanceof SidecarError && serverFaults.has(error.code);
  return isOfServer ? withKept(atPage(page, error), progress.kept) : error;
}

/** A fault of one page as the fault of its document. */
export function failedPage(page: number, error: SidecarError, { kept, read, wanted }: Progress): SidecarError {
  const failed = withKept(atPage(page, error), kept);
  return wanted > 1 ? withSentence(failed, `${failed.message} ${othersSentence(read, wanted - 1)}`) : failed;
}

const atPage = (page: number, error: SidecarError) =>
  withSentence(error, `Page ${page} could not be read: ${error.message}`);

function othersSentence(read: number, others: number): string {
  const told =
    others === 1
      ? `The other page was ${read === 1 ? "" : "not "}read`
      : `${read} of the ${others} other pages were read`;
  return `${told}; send onPageError=skip to have what can be read.`;
}

/** A fault of one piece of a page as the fault of its page. */
export const failedTile = (tile: number, tiles: number, error: SidecarError): SidecarError =>
  withSentence(error, `Piece ${tile} of ${tiles}: ${error.message}`);

/** What is said of a piece whose page is answered without it; its number is put before. */
export const missingTile = (error: SidecarError): string =>
  `could not be read, and the text is missing here: ${error.message}`;

/** A document that ran out of time, with what a retry will find. */
export function timedOut(reason: unknown, keptPages: number): unknown {
  return reason instanceof SidecarError && reason.code === "document_timeout" ? withKept(reason, keptPages) : reason;
}

/** An error with what a retry will find. */
export const withKept = (error: SidecarError, keptPages: number): SidecarError =>
  withSentence(error, `${error.message}${keptSentence(keptPages)}`);

/** The same fault in other words. */
function withSentence(error: SidecarError, message: string): SidecarError {
  const { code, retryable, retryAfterSeconds } = error;
  const options = { cause: error, retryable };
  return new SidecarError(code, message, retryAfterSeconds === undefined ? options : { ...options, retryAfterSeconds });
}

function keptSentence(pages: number): string {
  if (pages === 0) return "";
  return pages === 1 ? " One finished page is kept for a retry." : ` ${pages} finished pages are kept for a retry.`;
}
