import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { AppEnv } from "./context.ts";
import type { MetricsPort } from "./services.ts";

const knownMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Counts and times every request by the pattern of its route, so that strangers cannot make up label values. */
export function requestMetrics(metrics: MetricsPort): MiddlewareHandler<AppEnv> {
  return async function requestMetrics(c, next) {
    const startedMs = performance.now();
    await next();
    const pattern = routePath(c, -1);
    metrics.request({
      method: knownMethods.has(c.req.method) ? c.req.method : "OTHER",
      route: pattern.includes("*") ? "unmatched" : pattern,
      status: c.res.status,
      seconds: (performance.now() - startedMs) / 1000,
    });
  };
}
