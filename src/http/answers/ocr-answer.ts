import { z } from "@hono/zod-openapi";
import { errorCodes } from "../../errors.ts";
import type { DocumentResult } from "../../ocr/page-result.ts";

/** One finished page; also the data of a `page` event. */
export const pageAnswer = z
  .object({
    page: z.int().openapi({ example: 1 }),
    source: z.enum(["text-layer", "np-dms-ocr", "tesseract", "blank"]),
    reason: z.string().optional().openapi({ description: "why the page was read so" }),
    text: z.string(),
    format: z.enum(["markdown", "plain"]).optional().openapi({
      description: "of a text layer; plain also where Markdown would have lost letters, which reason tells",
    }),
    chars: z.int(),
    attempts: z.int(),
    ms: z.number(),
    truncated: z.boolean(),
    warnings: z.array(z.string()),
    tiles: z
      .int()
      .optional()
      .openapi({ description: "pieces that a large page was read in; absent when one picture showed it well enough" }),
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
    warnings: z.array(z.string()).openapi({
      description:
        "what was lost or is in doubt: of pages by their number, and of the document, such as pages that stand in for another document, embedded files, which are not read, and a damaged list of pages",
    }),
    pages: z.array(pageAnswer).optional(),
  })
  .openapi("OcrAnswer");

export type OcrAnswer = z.infer<typeof ocrAnswer>;

/** The data of `done`: the 200 body, less what the `page` events of a large document have said already. */
export const doneAnswer = ocrAnswer
  .partial({ text: true })
  .extend({
    omitted: z
      .array(z.enum(["text", "pages"]))
      .optional()
      .openapi({
        description:
          "what would be more than a million characters and has been said by the page events: the text is that of all pages in page order, joined by an empty line where it is not empty",
      }),
  })
  .openapi("DoneEvent");

export type DoneAnswer = z.infer<typeof doneAnswer>;

/** UTF-16 units that are said twice at most: more than any common document has. */
const maxRepeatedUnits = 1_000_000;

/** The last event of a document. */
export function toDone(result: DocumentResult, includePages: boolean): DoneAnswer {
  const { pages: _pages, text, ...document } = result;
  if (text.length * (includePages ? 2 : 1) <= maxRepeatedUnits) return toAnswer(result, includePages);
  return { ...document, omitted: includePages ? ["text", "pages"] : ["text"] };
}

/** The answer as the caller asked for it: page by page only on request. */
export function toAnswer({ pages, ...document }: DocumentResult, includePages: boolean): OcrAnswer {
  return includePages ? { ...document, pages } : document;
}
