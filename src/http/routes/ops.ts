import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../context.ts";
import { problemResponses } from "../problem-responses.ts";
import type { Services } from "../services.ts";

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

const healthRoute = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether the process lives; says nothing about the model",
  responses: { 200: { description: "Alive", content: { "application/json": { schema: health } } } },
});

const readyRoute = createRoute({
  method: "get",
  path: "/ready",
  summary: "Whether work can be done, component by component",
  request: { query: z.object({ for: z.enum(["ocr", "retrieval", "all"]).optional() }) },
  responses: {
    200: { description: "Ready", content: { "application/json": { schema: readiness } } },
    503: { description: "Not ready; the table says why", content: { "application/json": { schema: readiness } } },
  },
});

const residencyRoute = createRoute({
  method: "get",
  path: "/residency",
  summary: "The VRAM picture now, per source, and the decisions that follow from it",
  responses: {
    200: { description: "The picture", content: { "application/json": { schema: z.record(z.string(), z.unknown()) } } },
    ...problemResponses(401, 403),
  },
});

const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  summary: "Counters and gauges in the text format of Prometheus",
  responses: {
    200: { description: "Metrics", content: { "text/plain": { schema: z.string() } } },
    ...problemResponses(401, 403),
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
