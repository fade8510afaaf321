import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { activityAnswer, activityExample } from "../answers/activity-answer.ts";
import { requestHeaders, requestIdHeader } from "../answers/openapi-headers.ts";
import { accessErrors, problemResponses } from "../answers/problem-responses.ts";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";

const route = createRoute({
  method: "get",
  path: "/activity",
  tags: ["Operations"],
  operationId: "getActivity",
  summary: "Who held the card, what was decided and what was asked in the last 15 minutes, and what is going on",
  description:
    "Sampled every 5 s while somebody asks or documents are read, else once a minute. It holds no texts, prompts, keys or names of files, and waits for nobody: a silent Ollama is told as unknown.",
  request: { headers: requestHeaders },
  responses: {
    200: {
      description: "The last minutes",
      headers: requestIdHeader,
      content: { "application/json": { schema: activityAnswer, example: activityExample } },
    },
    ...problemResponses(...accessErrors, "internal_error"),
  },
});

/** `GET /activity`. */
export function mountActivity(app: OpenAPIHono<AppEnv>, services: Pick<Services, "activity">): void {
  app.openapi(route, async (c) => c.json(await services.activity(), 200, { "Cache-Control": "no-store" }));
}
