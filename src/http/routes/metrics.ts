import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { requestHeaders, requestIdHeader } from "../answers/openapi-headers.ts";
import { accessErrors, problemResponses } from "../answers/problem-responses.ts";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";

const example = `# HELP sidecar_pages_total Finished pages by where their text came from
# TYPE sidecar_pages_total counter
sidecar_pages_total{source="text-layer"} 1250
sidecar_pages_total{source="np-dms-ocr"} 310
`;

const route = createRoute({
  method: "get",
  path: "/metrics",
  tags: ["Operations"],
  operationId: "getMetrics",
  summary: "Counters and gauges in the text format of Prometheus",
  request: { headers: requestHeaders },
  responses: {
    200: {
      description: "Metrics",
      headers: requestIdHeader,
      content: { "text/plain": { schema: z.string(), example } },
    },
    ...problemResponses(...accessErrors, "internal_error"),
  },
});

/** `GET /metrics`. */
export function mountMetrics(app: OpenAPIHono<AppEnv>, services: Services): void {
  app.openapi(route, async (c) => {
    const { contentType, body } = await services.metrics.text();
    return c.text(body, 200, { "Content-Type": contentType });
  });
}
