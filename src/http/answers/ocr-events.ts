import { z } from "@hono/zod-openapi";
import { doneAnswer, pageAnswer } from "./ocr-answer.ts";
import { problemSchema } from "./problem.ts";

const planEvent = z
  .object({
    pageCount: z.int().openapi({ example: 2 }),
    pages: z.array(
      z.object({
        page: z.int().openapi({ example: 1 }),
        source: z.enum(["text-layer", "np-dms-ocr", "tesseract", "blank"]),
        reason: z.string().openapi({ example: "text layer of 1250 characters" }),
      }),
    ),
  })
  .openapi("PlanEvent", { description: "How each page will be read; sent first" });

const tileEvent = z
  .object({
    page: z.int().openapi({ example: 1 }),
    tile: z.int().openapi({ description: "the piece that is finished, from 1 in reading order", example: 3 }),
    done: z.int().openapi({ description: "pieces of the page that are finished", example: 2 }),
    tiles: z.int().openapi({ description: "pieces of the page", example: 12 }),
  })
  .openapi("TileEvent", { description: "How far a large page is that is read in pieces" });

const deltaEvent = z
  .object({
    page: z.int().openapi({ example: 1 }),
    tile: z.int().optional().openapi({ description: "the piece, of a page that is read in pieces" }),
    attempt: z.int().openapi({
      description: "from 1; the first event of a higher one replaces all that came of the page, or the piece, before",
      example: 1,
    }),
    text: z.string().openapi({ description: "the next piece, to be put behind the others of the attempt" }),
  })
  .openapi("DeltaEvent", {
    description:
      "What the model writes of a page, as it comes and before it is cleaned: the page event is what was read. Pieces are joined for slow readers; of an attempt that lags by more than 262,144 characters no more is sent",
  });

/** The events of a document, each with its name and what its `data` line holds as JSON. */
export const ocrEvent = z
  .discriminatedUnion("event", [
    z.object({ event: z.literal("plan"), data: planEvent }),
    z.object({ event: z.literal("tile"), data: tileEvent }),
    z.object({ event: z.literal("delta"), data: deltaEvent }),
    z.object({ event: z.literal("page"), data: pageAnswer }),
    z.object({ event: z.literal("done"), data: doneAnswer }),
    z.object({ event: z.literal("error"), data: problemSchema }),
  ])
  .openapi("OcrEvent", {
    description:
      "One event of the stream: `plan` first, a `tile` for each finished piece of a page that is read in pieces, with `deltas` a `delta` for each piece of text that the model writes, a `page` for each page in the order they finish, then `done` with the whole answer (of a large document without what the pages said), or `error` with the body of the error",
  });

/** What stands on the wire for a document of one typed page. */
export const eventStreamExample = [
  ["plan", { pageCount: 1, pages: [{ page: 1, source: "text-layer", reason: "text layer of 17 characters" }] }],
  ["page", pageExample()],
  ["done", answerExample()],
]
  .map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  .join("");

/** One page as it is answered. */
export function pageExample() {
  return {
    page: 1,
    source: "text-layer" as const,
    reason: "text layer of 17 characters",
    text: "# Letter\n\nNo. 12/2568",
    format: "markdown" as const,
    chars: 21,
    attempts: 0,
    ms: 0,
    truncated: false,
    warnings: [],
  };
}

/** The answer of a document of that page, without `includePages`. */
export function answerExample() {
  return {
    text: "# Letter\n\nNo. 12/2568",
    ocrUsed: false,
    pageCount: 1,
    charCount: 21,
    engineUsed: "fast-path" as const,
    warnings: [],
  };
}
