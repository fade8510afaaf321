import { createRoute, z } from "@hono/zod-openapi";
import { ocrAnswer } from "../answers/ocr-answer.ts";
import { answerExample, eventStreamExample, pageExample } from "../answers/ocr-events.ts";
import { documentRequestHeaders, requestIdHeader, residencyHeaders } from "../answers/openapi-headers.ts";
import { accessErrors, problemResponses } from "../answers/problem-responses.ts";
import { ocrFields } from "../intake/ocr-fields.ts";

const eventStream = {
  type: "string" as const,
  description:
    "Server-sent events. Each has a name (`event:`) and JSON (`data:`); the component OcrEvent describes all of them. A comment line every 5 s keeps the line open.",
};

const responses = {
  200: {
    description:
      "The document as Markdown. With `Accept: text/event-stream` a stream of events instead: plan, page, then done or error",
    headers: { ...requestIdHeader, ...residencyHeaders },
    content: {
      "application/json": {
        schema: ocrAnswer,
        examples: {
          document: { value: answerExample() },
          withPages: { summary: "includePages", value: { ...answerExample(), pages: [pageExample()] } },
        },
      },
      "text/event-stream": { schema: eventStream, example: eventStreamExample },
    },
  },
};

const documentErrors = [
  ...accessErrors,
  "invalid_request",
  "invalid_json",
  "keep_alive_not_allowed",
  "body_timeout",
  "body_too_large",
  "file_too_large",
  "too_many_pages",
  "page_too_large",
  "unsupported_file_type",
  "document_damaged",
  "document_encrypted",
  "document_too_complex",
  "document_refused",
  "internal_error",
  "ocr_failed",
  "ocr_busy",
  "ocr_not_configured",
  "ollama_unreachable",
  "ollama_busy",
  "model_not_installed",
  "shutting_down",
  "page_timeout",
  "document_timeout",
] as const;

const pathBody = ocrFields.extend({
  pdfPath: z
    .string()
    .openapi({ description: "absolute path below the upload base", example: "/mnt/uploads/letter.pdf" }),
});

/** `POST /ocr`: a document on shared storage. */
export const ocrRoute = createRoute({
  method: "post",
  path: "/ocr",
  operationId: "readDocument",
  tags: ["OCR"],
  summary: "Read a document on shared storage",
  request: {
    headers: documentRequestHeaders,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: pathBody,
          examples: {
            path: { summary: "Only the path", value: { pdfPath: "/mnt/uploads/letter.pdf" } },
            tuned: {
              summary: "Pages, tags and parameters",
              value: {
                pdfPath: "/mnt/uploads/letter.pdf",
                pages: "1-3,7",
                dmsTags: ["document_number", "document_date"],
                runtimeParams: { temperature: 0.1, top_p: 0.6, repeat_penalty: 1.2, max_tokens: 16384 },
                includePages: true,
                onPageError: "skip",
              },
            },
          },
        },
      },
    },
  },
  responses: {
    ...responses,
    ...problemResponses(
      ...documentErrors,
      "invalid_path",
      "path_outside_base",
      "file_not_found",
      "unsupported_media_type",
    ),
  },
});

/** The reference fills a form with the examples: an empty field is an absent one. */
const text = (description: string) => ({ type: "string", description, example: "" }) as const;

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
    temperature: text("a number from 0 to 2; wins over runtimeParams"),
    topP: text("a number from 0 to 1; wins over runtimeParams"),
    repeatPenalty: text("a number above 0, up to 2; wins over runtimeParams"),
    maxTokens: text("a whole number of at least 1; wins over runtimeParams"),
  },
};

/** `POST /ocr-upload`: a document in the request. */
export const uploadRoute = createRoute({
  method: "post",
  path: "/ocr-upload",
  operationId: "readUploadedDocument",
  tags: ["OCR"],
  summary: "Read an uploaded document",
  description: "The answer and the errors of /ocr. keep_alive is never accepted, in no field.",
  request: {
    headers: documentRequestHeaders,
    body: {
      required: true,
      content: {
        "multipart/form-data": {
          schema: form,
          examples: { letter: { value: { file: "(the bytes of letter.pdf)", engine: "auto", includePages: "true" } } },
        },
      },
    },
  },
  responses: { ...responses, ...problemResponses(...documentErrors) },
});
