import { z } from "@hono/zod-openapi";

/** Headers of answers, as OpenAPI wants them. */
const header = (description: string, type: "string" | "integer", example: string | number) => ({
  description,
  schema: { type, example },
});

/** A UUIDv7, as the service makes them. */
export const requestIdExample = "019b0c4e-6f1a-7c3d-9a55-0d2f6c1e8b7a";

export const requestIdHeader = {
  "X-Request-Id": header("The request's own id if it was sane, else a fresh one", "string", requestIdExample),
};

export const residencyHeaders = {
  "X-Residency-Keep-Alive": header(
    "Seconds the OCR model would stay loaded if the queue ran empty now",
    "integer",
    120,
  ),
  "X-Residency-Reason": header("Why", "string", "headroom-sufficient"),
  "X-Residency-Device": header("Where retrieval runs: cuda or cpu", "string", "cpu"),
};

export const pictureHeaders = {
  "X-Page-Rotation": header("Degrees the page was turned clockwise: 0, 90, 180 or 270", "integer", 0),
  "X-Page-Tiles": header("Pieces that the page is read in; absent where one picture shows it", "integer", 6),
  "X-Page-Warnings": header("What of the page could not be drawn, as a JSON list of sentences", "string", "[]"),
};

export const retryAfterHeader = {
  "Retry-After": header("Seconds after which asking again makes sense", "integer", 30),
};

export const authenticateHeader = {
  "WWW-Authenticate": header("How to say who one is", "string", 'Bearer realm="ocr-sidecar"'),
};

/** Headers of requests, without examples: the reference would send them as they are. */
export const requestHeaders = z.object({
  "X-Request-Id": z.string().optional().openapi({
    description: "1 to 128 visible ASCII characters; comes back on the answer and stands in every log line",
  }),
});

/** `documentTimeoutMs` judges the timeout. */
export const documentRequestHeaders = requestHeaders.extend({
  "X-Request-Timeout": z.string().optional().openapi({
    description: "Seconds the caller gives the document, such as 300; shortens the service's own limit",
  }),
});

/** Of documents whose finished pages are kept. */
export const ocrRequestHeaders = documentRequestHeaders.extend({
  "X-Document-Sha256": z.string().optional().openapi({
    description:
      "SHA-256 of the document in hexadecimal: a hint for a balancer, which sends the same document to the same sidecar. The service neither reads nor believes it",
  }),
});
