import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { requestHeaders, requestIdHeader } from "../answers/openapi-headers.ts";
import { problemResponses } from "../answers/problem-responses.ts";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";

const answer = z
  .object({
    status: z.literal("ok"),
    engine: z.string().openapi({ example: "np-dms-ocr" }),
    ocrModel: z.string(),
    ollamaUrl: z.string().openapi({ description: "credentials masked; empty when no Ollama is configured" }),
    version: z.string(),
    uptimeSeconds: z.number(),
  })
  .openapi("Health");

const example = {
  status: "ok" as const,
  engine: "np-dms-ocr",
  ocrModel: "np-dms-ocr:latest",
  ollamaUrl: "http://host.docker.internal:11434",
  version: "1.2.3",
  uptimeSeconds: 3600,
};

const route = createRoute({
  method: "get",
  path: "/health",
  tags: ["Operations"],
  operationId: "getHealth",
  security: [],
  summary: "Whether the process lives; says nothing about the model",
  request: { headers: requestHeaders },
  responses: {
    200: {
      description: "Alive",
      headers: requestIdHeader,
      content: { "application/json": { schema: answer, example } },
    },
    ...problemResponses("internal_error"),
  },
});

/** `GET /health`: open to everybody, and never held up by anything. */
export function mountHealth(app: OpenAPIHono<AppEnv>, services: Services): void {
  app.openapi(route, (c) => c.json({ status: "ok" as const, ...services.health() }, 200));
}
