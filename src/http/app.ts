import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { TrieRouter } from "hono/router/trie-router";
import { getPath } from "hono/utils/url";
import { shuttingDown } from "../errors.ts";
import { authenticate } from "./access/auth.ts";
import { requestId } from "./access/request-id.ts";
import { routeNotFound, wrongMethod } from "./answers/faults.ts";
import { answerError, invalidRequest } from "./answers/problem.ts";
import { recordRequests } from "./answers/request-record.ts";
import type { AppEnv } from "./context.ts";
import { absoluteUrl } from "./intake/absolute-url.ts";
import { refuseEncodedBody } from "./intake/body.ts";
import { limitIdleTime } from "./intake/idle-time.ts";
import { mountCompatible } from "./routes/compatible.ts";
import { mountDocs } from "./routes/docs.ts";
import { mountOcr } from "./routes/ocr.ts";
import { mountOpenApi } from "./routes/openapi.ts";
import { mountOps } from "./routes/ops.ts";
import { mountRetrieval } from "./routes/retrieval.ts";
import type { Services } from "./services.ts";

/** The whole service as a function from Request to Response; sockets, threads and children stand outside. */
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
  app.use(limitIdleTime(services.limits.idleTimeoutSeconds));
  app.use(rememberClient, requestId(services.createRequestId), recordRequests(services.metrics));
  app.use(authenticate(services.access));
  app.use(methodNotAllowed({ app, onMethodNotAllowed }));
  app.use(refuseWhileDraining(services.draining), refuseEncodedBody);
  mountOps(app, services);
  mountOcr(app, services);
  mountRetrieval(app, services);
  mountCompatible(app, services);
  mountDocs(app, services.docs);
  mountOpenApi(app, services.health().version);
  return app;
}

function pathOf(request: Request): string {
  const url = absoluteUrl(request.url);
  return getPath(url === request.url ? request : new Request(url));
}

/** Later steps replace the raw request by one whose body they have read, so its signal is kept here. */
const rememberClient: MiddlewareHandler<AppEnv> = async function rememberClient(c, next) {
  c.set("clientSignal", c.req.raw.signal);
  await next();
};

function refuseWhileDraining(draining: AbortSignal): MiddlewareHandler<AppEnv> {
  return async function refuseWhileDraining(c, next) {
    if (draining.aborted && c.req.method === "POST") throw shuttingDown();
    await next();
  };
}

function onMethodNotAllowed(c: Context<AppEnv>, methods: string[]): Response {
  const allow = methods.join(", ");
  c.header("Allow", allow);
  return answerError(wrongMethod(c.req.path, allow), c);
}
