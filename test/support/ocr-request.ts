import type { OcrRequest } from "../../src/ocr/request.ts";

/** What a caller who asks for nothing in particular asks for, text layers as lines. */
export const ocrRequest: OcrRequest = {
  caller: "a",
  engine: "auto",
  maxPages: 0,
  pages: undefined,
  systemPrompt: undefined,
  dmsTags: undefined,
  options: {},
  onPageError: "fail",
  textLayerFormat: "plain",
};
