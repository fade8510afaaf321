import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { requestHeaders, requestIdHeader } from "../answers/openapi-headers.ts";
import { accessErrors, problemResponses } from "../answers/problem-responses.ts";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";
import { healthExample, metricsExample, notReadyExample, readyExample, residencyExample } from "./ops-examples.ts";

const health = z
  .object({
    status: z.literal("ok"),
    engine: z.string().openapi({ example: "np-dms-ocr" }),
    ocrModel: z.string(),
    ollamaUrl: z.string().openapi({ description: "credentials masked; empty when no Ollama is configured" }),
    version: z.string(),
    uptimeSeconds: z.number(),
  })
  .openapi("Health");

const component = z.object({
  state: z.enum(["ready", "loading", "failed"]),
  reason: z.string().optional(),
  version: z.string().optional(),
});

const readiness = z.object({ ready: z.boolean(), components: z.record(z.string(), component) }).openapi("Readiness");

const common = { method: "get" as const, tags: ["Operations"] };
const headers = requestIdHeader;

const healthRoute = createRoute({
  ...common,
  path: "/health",
  operationId: "getHealth",
  security: [],
  summary: "Whether the process lives; says nothing about the model",
  request: { headers: requestHeaders },
  responses: {
    200: {
      description: "Alive",
      headers,
      content: { "application/json": { schema: health, example: healthExample } },
    },
    ...problemResponses("internal_error"),
  },
});

const readyRoute = createRoute({
  ...common,
  path: "/ready",
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
      headers,
      content: { "application/json": { schema: readiness, example: readyExample } },
    },
    ...problemResponses("invalid_request"),
    503: {
      description: "Not ready; the table says why",
      headers,
      content: { "application/json": { schema: readiness, example: notReadyExample } },
    },
  },
});

const residencyRoute = createRoute({
  ...common,
  path: "/residency",
  operationId: "getResidency",
  summary: "The VRAM picture now, per source, and the decisions that follow from it",
  request: { headers: requestHeaders },
  responses: {
    200: {
      description: "The picture",
      headers,
      content: { "application/json": { schema: z.record(z.string(), z.unknown()), example: residencyExample } },
    },
    ...problemResponses(...accessErrors, "internal_error"),
  },
});

const metricsRoute = createRoute({
  ...common,
  path: "/metrics",
  operationId: "getMetrics",
  summary: "Counters and gauges in the text format of Prometheus",
  request: { headers: requestHeaders },
  responses: {
    200: {
      description: "Metrics",
      headers,
      content: { "text/plain": { schema: z.string(), example: metricsExample } },
    },
    ...problemResponses(...accessErrors, "internal_error"),
  },
});

/** The endpoints for those who watch the service. */
export function mountOps(app: OpenAPIHono<AppEnv>, services: Services): void {
  app.openapi(healthRoute, (c) => c.json({ status: "ok" as const, ...services.health() }, 200));
  app.openapi(readyRoute, async (c) => {
    const answer = await services.readiness(c.req.valid("query").for ?? "ocr", c.get("clientSignal"));
    return c.json(answer, answer.ready ? 200 : 503);
  });
  app.openapi(metricsRoute, async (c) => {
    const { contentType, body } = await services.metrics.text();
    return c.text(body, 200, { "Content-Type": contentType });
  });
  app.openapi(residencyRoute, async (c) => c.json(await services.residencyReport(c.get("clientSignal")), 200));
}
