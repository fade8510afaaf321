import type { OpenAPIHono } from "@hono/zod-openapi";
import { ocrEvent } from "../answers/ocr-events.ts";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";

const description = `Text of PDF documents and pictures as Markdown: from their text layers where these can be trusted, from a vision
model where they cannot.

**Access.** Every endpoint but \`/health\`, \`/ready\`, \`/openapi.json\` and \`/docs\` asks for a key, as \`X-API-Key\` or as
a bearer token. A service that runs with \`OCR_SIDECAR_AUTH=network\` asks for none and looks at the peer's address.

**Errors.** All have the same body (component Error). \`code\` is stable, \`detail\` is one sentence for a person. Unknown
paths are 404 \`route_not_found\`, wrong methods 405 \`method_not_allowed\` with \`Allow\`.

**null** means absent, for every optional field.`;

/** Serves `/openapi.json`, made from the schemas that validate the requests. */
export function mountOpenApi(app: OpenAPIHono<AppEnv>, services: Services): void {
  const { openAPIRegistry: registry } = app;
  registry.registerComponent("securitySchemes", "ApiKey", { type: "apiKey", in: "header", name: "X-API-Key" });
  registry.registerComponent("securitySchemes", "Bearer", {
    type: "http",
    scheme: "bearer",
    description: "the same key, for tools that know nothing else",
  });
  registry.register("OcrEvent", ocrEvent);
  const document = {
    openapi: "3.1.0",
    info: {
      title: "OCR sidecar",
      version: services.health().version,
      description,
      license: { name: "AGPL-3.0-or-later" },
    },
    servers: [{ url: "/", description: "this service" }],
    tags: [
      { name: "OCR", description: "Documents become text" },
      { name: "Retrieval", description: "Texts become vectors and scores" },
      { name: "Operations", description: "Looking at the service" },
    ],
    security: [{ ApiKey: [] }, { Bearer: [] }],
  };
  let text: string | undefined;
  app.get("/openapi.json", (c) => {
    // Making it takes tens of milliseconds, and anybody may ask.
    text ??= JSON.stringify(app.getOpenAPI31Document(document));
    return c.newResponse(text, { status: 200, headers: { "Content-Type": "application/json" } });
  });
}
