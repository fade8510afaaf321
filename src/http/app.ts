import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { getPath } from "hono/utils/url";
import { SidecarError } from "../errors.ts";
import { absoluteUrl } from "./absolute-url.ts";
import { authenticate } from "./auth.ts";
import { refuseEncodedBody } from "./body.ts";
import type { AppEnv } from "./context.ts";
import { limitIdleTime } from "./idle-time.ts";
import { mountOpenApi } from "./openapi-document.ts";
import { answerError, invalidRequest } from "./problem.ts";
import { requestId } from "./request-id.ts";
import { recordRequests } from "./request-record.ts";
import { mountCompatible } from "./routes/compatible.ts";
import { mountDocs } from "./routes/docs.ts";
import { mountOcr } from "./routes/ocr.ts";
import { mountOps } from "./routes/ops.ts";
import { mountRetrieval } from "./routes/retrieval.ts";
import type { Services } from "./services.ts";

/** The whole service as a function from Request to Response; sockets, threads and children stand outside. */
export function createApp(services: Services): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    getPath: pathOf,
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error);
    },
  });
  app.onError(answerError);
  app.notFound((c) =>
    answerError(
      new SidecarError("route_not_found", `There is no ${c.req.path.slice(0, 200)}; /docs lists the routes.`),
      c,
    ),
  );
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
    if (draining.aborted && c.req.method === "POST") {
      throw new SidecarError("shutting_down", "The service is stopping; send the request again.");
    }
    await next();
  };
}

function onMethodNotAllowed(c: Context<AppEnv>, methods: string[]): Response {
  const allow = methods.join(", ");
  c.header("Allow", allow);
  return answerError(
    new SidecarError("method_not_allowed", `${c.req.path.slice(0, 200)} answers to ${allow} only.`),
    c,
  );
}
