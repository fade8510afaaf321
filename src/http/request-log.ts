import { honoLogger } from "@logtape/hono";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./context.ts";

/** Probes come every few seconds and say nothing while they succeed. */
const probes: ReadonlySet<string> = new Set(["/health", "/ready"]);

/** One line for each request: who asked for what, how it ended and how long it took; never text, prompts or keys. */
export function requestLog(): MiddlewareHandler<AppEnv> {
  return honoLogger({
    category: ["sidecar", "http"],
    skip: (c) => probes.has(c.req.path) && c.res.status === 200,
    format: (c, responseTimeMs) => ({
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: Math.round(responseTimeMs),
      ...c.get("summary"),
    }),
  });
}
