import type { SidecarError } from "../errors.ts";
import type { TextLayerFormat } from "../pdf/document.ts";
import type { RepairedText } from "./layer/repair.ts";

/** An OCR engine's name as answers carry it. */
export type EngineName = "np-dms-ocr" | "tesseract";

/** Where a page's text came from. */
export type PageSource = "text-layer" | EngineName | "blank";

/** One finished page, as it is answered. */
export interface PageResult {
  /** 1-based, in document order. */
  page: number;
  source: PageSource;
  /** Why the page was read so; absent where it could not be looked into. */
  reason?: string;
  text: string;
  /** Of a text layer: `plain` where that was asked for, or where Markdown would have lost letters. */
  format?: TextLayerFormat;
  /** Unicode code points of `text`. */
  chars: number;
  /** Times the page was given to an engine for this answer; 0 when no engine was needed or an earlier reading was used. */
  attempts: number;
  /** Milliseconds from the plan to the finished page, waiting included. */
  ms: number;
  truncated: boolean;
  warnings: string[];
  /** Pieces that the page was read in; absent when it was read in one picture. */
  tiles?: number;
  /** Degrees the page was turned clockwise before it was read; absent when it stood upright. */
  rotation?: number;
  /** How often each repair of a damaged text layer was made. */
  repairs?: RepairedText["repairs"];
  /** Set when the page could not be read and the caller asked to skip such pages. */
  error?: { code: SidecarError["code"]; detail: string };
}

/** A document as text. */
export interface DocumentResult {
  text: string;
  /** Whether an engine read any page. */
  ocrUsed: boolean;
  pageCount: number;
  /** Unicode code points of `text`. */
  charCount: number;
  engineUsed: "fast-path" | EngineName;
  warnings: string[];
  pages: PageResult[];
}

const surrogatePair = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;

/** Length in Unicode code points; lone surrogates count as one each. */
export function countCodePoints(text: string): number {
  let count = text.length;
  // One by one and without an array: a document of ten million characters would hold everybody up.
  for (const _pair of text.matchAll(surrogatePair)) count -= 1;
  return count;
}
