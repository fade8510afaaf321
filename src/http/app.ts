import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { TrieRouter } from "hono/router/trie-router";
import { getPath } from "hono/utils/url";
import { SidecarError, shuttingDown } from "../errors.ts";
import { authenticate, isPublic } from "./access/auth.ts";
import { refuseBrowsers } from "./access/browser-rules.ts";
import { requireHost } from "./access/host-header.ts";
import { routeNotFound, wrongMethod } from "./answers/faults.ts";
import { answerError, invalidRequest } from "./answers/problem.ts";
import { recordRequests, requestId } from "./answers/request-record.ts";
import { mountConsole } from "./console/mount-console.ts";
import type { AppEnv } from "./context.ts";
import { absoluteUrl } from "./intake/absolute-url.ts";
import { openWork } from "./intake/work.ts";
import { mountActivity } from "./routes/activity.ts";
import { mountDocs } from "./routes/docs.ts";
import { mountEmbed } from "./routes/embed.ts";
import { mountHealth } from "./routes/health.ts";
import { mountJinaRerank } from "./routes/jina-rerank.ts";
import { mountMetrics } from "./routes/metrics.ts";
import { mountOcr } from "./routes/ocr.ts";
import { mountOcrUpload } from "./routes/ocr-upload.ts";
import { mountOpenAiEmbeddings } from "./routes/openai-embeddings.ts";
import { mountOpenAiModels } from "./routes/openai-models.ts";
import { mountOpenApi } from "./routes/openapi.ts";
import { mountPageImage } from "./routes/page-image.ts";
import { mountReady } from "./routes/ready.ts";
import { mountRerank } from "./routes/rerank.ts";
import { mountResidency } from "./routes/residency.ts";
import type { Services } from "./services.ts";

/** Each with its file; in the order in which the reference lists them. */
const operations = [
  mountHealth,
  mountReady,
  mountMetrics,
  mountResidency,
  mountActivity,
  mountOcr,
  mountOcrUpload,
  mountPageImage,
  mountEmbed,
  mountRerank,
  mountOpenAiEmbeddings,
  mountOpenAiModels,
  mountJinaRerank,
  mountConsole,
  mountDocs,
  mountOpenApi,
];

/** The whole service as a function from Request to Response; sockets and processes stand outside. */
export function createApp(services: Services): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    // What the default ends with for these routes, after it has tried another in vain before the first answer.
    router: new TrieRouter(),
    getPath: pathOf,
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error);
    },
  });
  app.onError(answerError);
  app.notFound((c) => answerError(routeNotFound(c.req.path), c));
  app.use(openWork({ stopping: services.stopping, idleTimeoutSeconds: services.limits.idleTimeoutSeconds }));
  app.use(requestId(services.createRequestId), recordRequests(services));
  app.use(
    requireHost,
    refuseBrowsers({ mode: services.access.mode, hosts: services.hosts }, isPublic),
    authenticate(services.access),
  );
  app.use(methodNotAllowed({ app, onMethodNotAllowed }));
  app.use(refuseWhileDraining(services.draining), refuseEncodedBody);
  for (const mount of operations) mount(app, services);
  return app;
}

function pathOf(request: Request): string {
  const url = absoluteUrl(request.url);
  return getPath(url === request.url ? request : new Request(url));
}

function refuseWhileDraining(draining: AbortSignal): MiddlewareHandler<AppEnv> {
  return async function refuseWhileDraining(c, next) {
    if (draining.aborted && c.req.method === "POST") throw shuttingDown();
    await next();
  };
}

/** A compressed body would have to be bounded a second time, inflated; no client of ours sends one. */
const refuseEncodedBody: MiddlewareHandler<AppEnv> = async function refuseEncodedBody(c, next) {
  const encoding = c.req.header("Content-Encoding")?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity") {
    throw new SidecarError("unsupported_media_type", "Send the body as it is, without a Content-Encoding.");
  }
  await next();
};

function onMethodNotAllowed(c: Context<AppEnv>, methods: string[]): Response {
  const allow = methods.join(", ");
  c.header("Allow", allow);
  return answerError(wrongMethod(c.req.path, allow), c);
}
