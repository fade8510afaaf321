import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { mebibyte } from "../answers/faults.ts";
import { ocrRequestHeaders } from "../answers/openapi-headers.ts";
import { problemResponses } from "../answers/problem-responses.ts";
import { annotateResidency } from "../answers/residency.ts";
import type { AppEnv } from "../context.ts";
import { boundBody } from "../intake/json-body.ts";
import { ocrFields, parameterNames } from "../intake/ocr-fields.ts";
import { unknownFieldWarnings } from "../intake/unknown-fields.ts";
import type { Services } from "../services.ts";
import { answerDocument, documentErrors, documentResponses, orderOf, receiveDocument } from "./document-operation.ts";

const body = ocrFields.extend({
  pdfPath: z
    .string()
    .openapi({ description: "absolute path below the upload base", example: "/mnt/uploads/letter.pdf" }),
});

const route = createRoute({
  method: "post",
  path: "/ocr",
  operationId: "readDocument",
  tags: ["OCR"],
  summary: "Read a document on shared storage",
  request: {
    headers: ocrRequestHeaders,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: body,
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
    ...documentResponses,
    ...problemResponses(
      ...documentErrors,
      "invalid_path",
      "path_outside_base",
      "file_not_found",
      "unsupported_media_type",
    ),
  },
});

const sentFields = z.record(z.string(), z.unknown());

/** What is to be said of fields that nobody knows; the validator has left them out. */
function warningsOf(sent: unknown): string[] {
  const unknown = Object.entries(sentFields.parse(sent)).flatMap(([name, value]) =>
    Object.hasOwn(body.shape, name) || value === null ? [] : [name],
  );
  return unknownFieldWarnings(unknown, { fields: Object.keys(body.shape), parameters: parameterNames });
}

/** `POST /ocr`: a document on shared storage. */
export function mountOcr(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { limits } = services;
  const bounds = { maxBytes: mebibyte, maxStructureBytes: mebibyte, maxItems: {}, timeoutMs: limits.bodyTimeoutMs };
  app.use(route.path, annotateResidency(services), boundBody({ ...bounds, busy: "ocr_busy" }, services));

  app.openapi(route, async (c) => {
    const { pdfPath, ...fields } = c.req.valid("json");
    const receive = async () => ({
      order: orderOf(c, fields, limits, warningsOf(await c.req.json())),
      file: await services.receiveStored(pdfPath, c.var.work.signal),
    });
    const { document, order } = await receiveDocument(c, services, receive);
    return await answerDocument(c, services, document, order);
  });
}
