import type { ChatOptions } from "../ollama/chat.ts";
import type { TextLayerFormat } from "../pdf/document.ts";

/**
 * Who reads the pages: `auto` lets each page decide; `np-dms-ocr` sends every page that is not blank to the model,
 * `tesseract` to the embedded engine.
 */
export type EngineChoice = "auto" | "np-dms-ocr" | "tesseract";

/** What to do with a page that cannot be read. */
export type PageErrorMode = "fail" | "skip";

/** One document to read, as the caller asked for it; nothing is defaulted but what the contract defaults. */
export interface OcrRequest {
  /** Who asks, as an opaque word: readings under other instructions than those asked for are given to nobody else. */
  caller: string;
  engine: EngineChoice;
  /** Pages read at most; 0 = all. */
  maxPages: number;
  /** A selection such as `1-3,7`; undefined = all pages. */
  pages: string | undefined;
  systemPrompt: string | undefined;
  /** Names of the tags to extract; undefined or empty means the default tags. */
  dmsTags: readonly string[] | undefined;
  /** Sampling parameters in Ollama's spelling; only what the caller gave. */
  options: ChatOptions;
  onPageError: PageErrorMode;
  /** How text layers are answered. */
  textLayerFormat: TextLayerFormat;
}
