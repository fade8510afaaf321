import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { requestHeaders, requestIdHeader } from "../answers/openapi-headers.ts";
import { problemResponses } from "../answers/problem-responses.ts";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";

const component = z.object({
  state: z.enum(["ready", "loading", "failed"]),
  reason: z.string().optional(),
  version: z.string().optional(),
});

const answer = z.object({ ready: z.boolean(), components: z.record(z.string(), component) }).openapi("Readiness");

/** Of a service beside an Ollama that has the model. */
const components = {
  service: { state: "ready" as const },
  ollama: { state: "ready" as const, version: "0.12.6" },
  ocrModel: { state: "ready" as const },
  pdfWorkers: { state: "ready" as const },
  uploads: { state: "ready" as const },
};

const missingModel = {
  state: "failed" as const,
  reason: "np-dms-ocr:latest is not installed: `ollama pull` it, or create it from its Modelfile",
};

const route = createRoute({
  method: "get",
  path: "/ready",
  tags: ["Operations"],
  operationId: "getReadiness",
  security: [],
  summary: "Whether work can be done, component by component",
  request: {
    headers: requestHeaders,
    query: z.object({
      for: z
        .enum(["ocr", "retrieval", "all"])
        .optional()
        .openapi({ description: "which work; ocr unless named", example: "ocr" }),
    }),
  },
  responses: {
    200: {
      description: "Ready",
      headers: requestIdHeader,
      content: { "application/json": { schema: answer, example: { ready: true, components } } },
    },
    ...problemResponses("invalid_request"),
    503: {
      description: "Not ready; the table says why",
      headers: requestIdHeader,
      content: {
        "application/json": {
          schema: answer,
          example: { ready: false, components: { ...components, ocrModel: missingModel } },
        },
      },
    },
  },
});

/** `GET /ready`: open to everybody. */
export function mountReady(app: OpenAPIHono<AppEnv>, services: Services): void {
  app.openapi(route, async (c) => {
    const readiness = await services.readiness(c.req.valid("query").for ?? "ocr");
    return c.json(readiness, readiness.ready ? 200 : 503);
  });
}
