import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { ocrRequestHeaders } from "../answers/openapi-headers.ts";
import { problemResponses } from "../answers/problem-responses.ts";
import { annotateResidency } from "../answers/residency.ts";
import type { AppEnv } from "../context.ts";
import { engineNames } from "../intake/ocr-fields.ts";
import { parseOcrForm } from "../intake/ocr-form.ts";
import { receiveUpload } from "../intake/upload.ts";
import type { Services } from "../services.ts";
import { answerDocument, documentErrors, documentResponses, orderOf, receiveDocument } from "./document-operation.ts";

/** The reference fills a form with the examples: an empty field is an absent one. */
const text = (description: string) => ({ type: "string", description, example: "" }) as const;

/** Described by hand: the form is read as a stream and validated afterwards by the schema of `/ocr`. */
const form = {
  type: "object" as const,
  required: ["file"],
  properties: {
    file: { type: "string" as const, format: "binary", description: "PDF, PNG, JPEG, TIFF, BMP, GIF or JPEG 2000" },
    engine: text(engineNames),
    maxPages: text("pages read at most; 0 = the service's own limit"),
    pages: text("a selection such as 1-3,7"),
    systemPrompt: text("the system message of the model"),
    dmsTags: text("names of tags to extract, as JSON"),
    runtimeParams: text("sampling parameters, as JSON"),
    includePages: text("true adds pages to the answer"),
    onPageError: text("fail or skip"),
    textLayerFormat: text("markdown or plain (lines as the file has them)"),
    deltas: text("true adds what the model writes to a stream of events, as it is written"),
    temperature: text("a number from 0 to 2; wins over runtimeParams"),
    topP: text("a number from 0 to 1; wins over runtimeParams"),
    repeatPenalty: text("a number above 0, up to 2; wins over runtimeParams"),
    maxTokens: text("a whole number of at least 1; wins over runtimeParams"),
  },
};

const route = createRoute({
  method: "post",
  path: "/ocr-upload",
  operationId: "readUploadedDocument",
  tags: ["OCR"],
  summary: "Read an uploaded document",
  description: "The answer and the errors of /ocr. keep_alive is never accepted, in no field.",
  request: {
    headers: ocrRequestHeaders,
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
  responses: { ...documentResponses, ...problemResponses(...documentErrors) },
});

/** `POST /ocr-upload`: a document in the request. */
export function mountOcrUpload(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { limits, spool } = services;
  app.use(route.path, annotateResidency(services));

  app.openapi(route, async (c) => {
    const readFields = (form: ReadonlyMap<string, string>) => {
      const { fields, warnings } = parseOcrForm(form);
      return orderOf(c, fields, limits, warnings);
    };
    const receiving = { maxFileBytes: limits.maxUploadBytes, timeoutMs: limits.bodyTimeoutMs, spool, readFields };
    const receive = () => receiveUpload(c.req.raw, receiving, c.var.work);
    const { document, order } = await receiveDocument(c, services, receive);
    return await answerDocument(c, services, document, order);
  });
}
