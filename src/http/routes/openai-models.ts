import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { requestHeaders, requestIdHeader } from "../answers/openapi-headers.ts";
import { accessErrors, problemResponses } from "../answers/problem-responses.ts";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";

const answer = z
  .object({
    object: z.literal("list"),
    data: z.array(
      z.object({
        id: z.string(),
        object: z.literal("model"),
        created: z.int().openapi({ description: "seconds since 1970: when the service was started" }),
        owned_by: z.string(),
      }),
    ),
  })
  .openapi("OpenAiModels");

const model = { object: "model" as const, created: 1_760_000_000, owned_by: "ocr-sidecar" };

const route = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "openAiModels",
  tags: ["Retrieval"],
  summary: "The embedding and the reranking model, as OpenAI's clients ask for them",
  description: "Whether they can be used is told by `/ready?for=retrieval`.",
  request: { headers: requestHeaders },
  responses: {
    200: {
      description: "Both models, as configured",
      headers: requestIdHeader,
      content: {
        "application/json": {
          schema: answer,
          example: {
            object: "list" as const,
            data: [
              { ...model, id: "Xenova/bge-m3" },
              { ...model, id: "Xenova/bge-reranker-large" },
            ],
          },
        },
      },
    },
    ...problemResponses(...accessErrors),
  },
});

/** `GET /v1/models`. */
export function mountOpenAiModels(app: OpenAPIHono<AppEnv>, services: Services): void {
  const created = Math.floor(Date.now() / 1000 - services.health().uptimeSeconds);
  const { embedModel, rerankModel } = services.retrieval;
  const data = [embedModel, rerankModel].map((id) => ({
    id,
    object: "model" as const,
    created,
    owned_by: "ocr-sidecar",
  }));
  app.openapi(route, (c) => c.json({ object: "list" as const, data }, 200));
}
