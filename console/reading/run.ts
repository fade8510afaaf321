import type { OcrAnswer, OcrFields, OcrPage } from "../../src/client.ts";

/** What went wrong, in the service's own words. */
export interface Fault {
  message: string;
  code: string;
  status: number | undefined;
  requestId: string | undefined;
  retryAfterSeconds: number | undefined;
  issues: readonly { path: string; message: string }[];
}

export interface PageState {
  /** From 1, as the document counts. */
  page: number;
  /** How it is planned to be read, then how it was. */
  source: string;
  reason: string;
  /** Absent until it is finished. */
  result?: OcrPage;
  /** What the model has written so far. */
  draft?: Draft;
  /** Of a page that is read in pieces. */
  pieces?: { done: number; all: number };
}

/** Text that is being written, by the piece of the page (0: the whole page). */
export type Draft = ReadonlyMap<number, { attempt: number; text: string }>;

/** One reading of one document. */
export interface Run {
  /** What was asked for. */
  fields: OcrFields;
  /** What the settings' rows held that was passed over. */
  notes: readonly string[];
  state: "reading" | "done" | "failed" | "stopped";
  /** Epoch milliseconds. */
  startedAtMs: number;
  endedAtMs?: number;
  /** In document order; empty until the plan is there. */
  pages: readonly PageState[];
  finished: number;
  /** The answer less what the pages hold. */
  answer?: Pick<OcrAnswer, "ocrUsed" | "pageCount" | "charCount" | "engineUsed" | "warnings">;
  fault?: Fault;
}

export const beginRun = (fields: OcrFields, notes: readonly string[], startedAtMs: number): Run => ({
  fields,
  notes,
  state: "reading",
  startedAtMs,
  pages: [],
  finished: 0,
});

/** The text as the service answers it: that of all pages, in order, joined by an empty line where it is not empty. */
export const textOf = (run: Run): string =>
  run.pages
    .map(({ result }) => result?.text ?? "")
    .filter((text) => text !== "")
    .join("\n\n");

/** What the model has written of a page so far, its pieces in order. */
export const draftText = (draft: Draft): string =>
  [...draft]
    .sort(([a], [b]) => a - b)
    .map(([, { text }]) => text)
    .join("\n\n");

/** UTF-16 units that a run keeps. */
export const sizeOf = (run: Run): number => run.pages.reduce((sum, { result }) => sum + (result?.text.length ?? 0), 0);
