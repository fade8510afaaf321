import { createRoute, z } from "@hono/zod-openapi";
import { ocrAnswer } from "./ocr-answer.ts";
import { ocrFields } from "./ocr-fields.ts";
import { problemResponses } from "./problem-responses.ts";

const responses = {
  200: {
    description:
      "The document as Markdown; with `Accept: text/event-stream` a stream of plan, page, done and error events",
    content: { "application/json": { schema: ocrAnswer }, "text/event-stream": { schema: z.string() } },
  },
  ...problemResponses(400, 401, 403, 404, 408, 413, 415, 422, 500, 502, 503, 504),
};

const pathBody = ocrFields.extend({
  pdfPath: z
    .string()
    .openapi({ description: "absolute path below the upload base", example: "/mnt/uploads/letter.pdf" }),
});

/** `POST /ocr`: a document on shared storage. */
export const ocrRoute = createRoute({
  method: "post",
  path: "/ocr",
  summary: "Read a document on shared storage",
  request: { body: { required: true, content: { "application/json": { schema: pathBody } } } },
  responses,
});

const text = (description: string) => ({ type: "string", description }) as const;
const number = (description: string) => ({ type: "number", description }) as const;

/** Described by hand: the form is read as a stream and validated afterwards by the schema of `/ocr`. */
const form = {
  type: "object" as const,
  required: ["file"],
  properties: {
    file: { type: "string" as const, format: "binary", description: "PDF, PNG, JPEG or TIFF" },
    engine: text("auto or np-dms-ocr"),
    maxPages: text("pages read at most; 0 = the service's own limit"),
    pages: text("a selection such as 1-3,7"),
    systemPrompt: text("the system message of the model"),
    dmsTags: text("names of tags to extract, as JSON"),
    runtimeParams: text("sampling parameters, as JSON"),
    includePages: text("true adds pages to the answer"),
    onPageError: text("fail or skip"),
    temperature: number("wins over runtimeParams"),
    topP: number("wins over runtimeParams"),
    repeatPenalty: number("wins over runtimeParams"),
    maxTokens: number("wins over runtimeParams"),
  },
};

/** `POST /ocr-upload`: a document in the request. */
export const uploadRoute = createRoute({
  method: "post",
  path: "/ocr-upload",
  summary: "Read an uploaded document",
  request: { body: { required: true, content: { "multipart/form-data": { schema: form } } } },
  responses,
});
