import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { documentRequestHeaders, pictureHeaders, requestIdHeader } from "../answers/openapi-headers.ts";
import { answerWithPicture } from "../answers/picture-answer.ts";
import { invalidRequest } from "../answers/problem.ts";
import { problemResponses } from "../answers/problem-responses.ts";
import { note } from "../answers/request-record.ts";
import type { AppEnv } from "../context.ts";
import { booleanOf, numberOf } from "../intake/field-text.ts";
import { refuseKeepAlive } from "../intake/keep-alive.ts";
import { receiveUpload } from "../intake/upload.ts";
import type { Services } from "../services.ts";
import { openedDocumentErrors, receiveDocument } from "./document-operation.ts";

const fields = z.object({ page: z.int().min(1), tile: z.int().min(1).optional(), upright: z.boolean().optional() });

/** Described by hand, as that of /ocr-upload. */
const form = {
  type: "object" as const,
  required: ["file", "page"],
  properties: {
    file: { type: "string" as const, format: "binary", description: "PDF, PNG, JPEG, TIFF, BMP, GIF or JPEG 2000" },
    page: { type: "integer" as const, minimum: 1, description: "from 1", example: 1 },
    tile: {
      type: "string" as const,
      description: "from 1: a piece of a page that is read in pieces; left out: the whole page",
      example: "",
    },
    upright: {
      type: "string" as const,
      description: "false shows a scan as it lies; left out: as the service reads it",
      example: "",
    },
  },
};

const route = createRoute({
  method: "post",
  path: "/page-image",
  operationId: "drawPage",
  tags: ["OCR"],
  summary: "Show a page as the model sees it",
  description:
    "The very picture that the model is given: the page at 1800 px on its longer side, or a piece of one that is read in pieces. It waits for the processes that open documents, not for the model.",
  request: {
    headers: documentRequestHeaders,
    body: {
      required: true,
      content: {
        "multipart/form-data": {
          schema: form,
          examples: { page: { value: { file: "(the bytes of letter.pdf)", page: "1" } } },
        },
      },
    },
  },
  responses: {
    200: {
      description: "The picture",
      headers: { ...requestIdHeader, ...pictureHeaders },
      content: { "image/png": { schema: { type: "string", format: "binary" }, example: "(the bytes of a PNG)" } },
    },
    ...problemResponses(...openedDocumentErrors),
  },
});

/** An empty field is an absent one. */
function readFields(sent: ReadonlyMap<string, string>): z.infer<typeof fields> {
  const given = (name: string) => {
    const value = sent.get(name);
    return value === undefined || value.trim() === "" ? undefined : value;
  };
  refuseKeepAlive(given("keep_alive"));
  const parsed = fields.safeParse({
    page: numberOf("page", given("page")),
    tile: numberOf("tile", given("tile")),
    upright: booleanOf("upright", given("upright")),
  });
  if (parsed.success) return parsed.data;
  throw invalidRequest(parsed.error);
}

/** `POST /page-image`: what the model sees. */
export function mountPageImage(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { limits, spool, outgoing } = services;
  const receiving = { maxFileBytes: limits.maxUploadBytes, timeoutMs: limits.bodyTimeoutMs, spool, readFields };
  app.openapi(route, async (c) => {
    const receive = () => receiveUpload(c.req.raw, receiving, c.var.work);
    const { document, order } = await receiveDocument(c, services, receive);
    try {
      const { picture, turnDegrees, tiles } = await services.drawPage(document, order, c.var.work.signal);
      const { png, warnings = [] } = picture;
      note(c, { pngBytes: png.byteLength });
      const headers = {
        "X-Page-Rotation": String(turnDegrees),
        ...(tiles === undefined ? {} : { "X-Page-Tiles": String(tiles) }),
        ...(warnings.length === 0 ? {} : { "X-Page-Warnings": asciiJson(warnings) }),
      };
      return answerWithPicture(c, png, headers, outgoing);
    } finally {
      document.close();
    }
  });
}

/** JSON in the characters that a header may hold, whatever the script of the words. */
const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
