import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { ErrorCode } from "../../errors.ts";
import type { AppEnv } from "../context.ts";
import type { MetricsPort } from "../services.ts";
import { logRequest } from "./request-log.ts";

/** What a request's log line says beside method, path, status and time; never text, prompts, keys or file names. */
export type Notes = Record<string, string | number | boolean | Readonly<Record<string, number>>>;

/** One request from its first byte to the end of its work, which for an event stream is after its answer began. */
export interface RequestRecord {
  /** One of the methods of HTTP, or `OTHER`. */
  method: string;
  path: string;
  /** The pattern of the route, or `unmatched`: strangers cannot make up its values. */
  route: string;
  status: number;
  durationMs: number;
  /** The fault the request ended with; its status may differ from the answer's, which a stream has sent before. */
  fault: { code: ErrorCode; status: number } | undefined;
  notes: Notes;
}

/** Adds to what the log line of this request will say. */
export function note(c: Context<AppEnv>, notes: Notes): void {
  c.set("notes", { ...c.get("notes"), ...notes });
}

/** Makes one record of each request when its work has ended, for the metrics and the log. */
export function recordRequests(metrics: MetricsPort): MiddlewareHandler<AppEnv> {
  return async function recordRequests(c, next) {
    const startedMs = performance.now();
    await next();
    const end = () => {
      const record = recordOf(c, performance.now() - startedMs);
      metrics.request(record);
      logRequest(record);
    };
    const work = c.get("workEnded");
    if (work === undefined) end();
    else void work.then(end);
  };
}

const knownMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

function recordOf(c: Context<AppEnv>, durationMs: number): RequestRecord {
  const pattern = routePath(c, -1);
  return {
    method: knownMethods.has(c.req.method) ? c.req.method : "OTHER",
    path: c.req.path,
    route: pattern.includes("*") ? "unmatched" : pattern,
    status: c.res.status,
    durationMs,
    fault: c.get("fault"),
    notes: c.get("notes") ?? {},
  };
}
