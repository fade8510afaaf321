import { z } from "@hono/zod-openapi";
import { errorCodes } from "../../errors.ts";
import type { DocumentResult } from "../../ocr/page-result.ts";

/** One finished page; also the data of a `page` event. */
export const pageAnswer = z
  .object({
    page: z.int().openapi({ example: 1 }),
    source: z.enum(["text-layer", "np-dms-ocr", "tesseract", "blank"]),
    text: z.string(),
    chars: z.int(),
    attempts: z.int(),
    ms: z.number(),
    truncated: z.boolean(),
    warnings: z.array(z.string()),
    rotation: z.int().optional().openapi({ description: "degrees the page was turned clockwise to stand upright" }),
    repairs: z.record(z.string(), z.int()).optional().openapi({ description: "repairs of a damaged text layer" }),
    error: z.object({ code: z.enum(errorCodes), detail: z.string() }).optional(),
  })
  .openapi("Page");

/** The 200 body of both OCR endpoints; the first five fields are always there. */
export const ocrAnswer = z
  .object({
    text: z.string().openapi({ example: "# Letter\n\nNo. 12/2568" }),
    ocrUsed: z.boolean(),
    pageCount: z.int().openapi({ description: "pages processed" }),
    charCount: z.int().openapi({ description: "Unicode code points of text" }),
    engineUsed: z.enum(["fast-path", "np-dms-ocr", "tesseract"]),
    warnings: z.array(z.string()),
    pages: z.array(pageAnswer).optional(),
  })
  .openapi("OcrAnswer");

export type OcrAnswer = z.infer<typeof ocrAnswer>;

/** The answer as the caller asked for it: page by page only on request. */
export function toAnswer({ pages, ...document }: DocumentResult, includePages: boolean): OcrAnswer {
  return includePages ? { ...document, pages } : document;
}
