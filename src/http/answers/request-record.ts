import { getLogger, withContext } from "@logtape/logtape";
import type { Context, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { ErrorCode } from "../../errors.ts";
import type { AppEnv } from "../context.ts";
import type { ResidencyPicture, Services } from "../services.ts";

const log = getLogger(["sidecar", "http"]);

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
  /** What the answer's headers told of the OCR model. */
  residency: ResidencyPicture["ocr"] | undefined;
  notes: Notes;
}

/** Adds to what the log line of this request will say. */
export function note(c: Context<AppEnv>, notes: Notes): void {
  c.set("notes", { ...c.get("notes"), ...notes });
}

const sane = /^[\x21-\x7e]{1,128}$/;

/**
 * Gives every request an id: the caller's `X-Request-Id` when that is 1 to 128 visible ASCII characters, else a
 * fresh one. It stands on the response, in every log line of the request and in every error body.
 */
export function requestId(createId: () => string): MiddlewareHandler<AppEnv> {
  return async function requestId(c, next) {
    const given = c.req.header("X-Request-Id");
    const id = given !== undefined && sane.test(given) ? given : createId();
    c.set("requestId", id);
    c.header("X-Request-Id", id);
    await withContext({ requestId: id }, next);
  };
}

/** Makes one record of each request when its work has ended, for the metrics, the activity and the log. */
export function recordRequests({
  metrics,
  requestEnded,
}: Pick<Services, "metrics" | "requestEnded">): MiddlewareHandler<AppEnv> {
  return async function recordRequests(c, next) {
    const startedMs = performance.now();
    void c.var.work.ended.then(() => {
      const record = recordOf(c, performance.now() - startedMs);
      metrics.request(record);
      requestEnded(record);
      if (record.residency !== undefined) metrics.decision(record.residency.reason, "request");
      logRequest(record);
    });
    await next();
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
    residency: c.get("residency")?.ocr,
    notes: c.get("notes") ?? {},
  };
}

/** Probes, scrapes and an open console come every few seconds and say nothing while they succeed. */
const probes: ReadonlySet<string> = new Set([
  "/health",
  "/ready",
  "/metrics",
  "/activity",
  "/console",
  "/console/:file",
]);

const longestPath = 200;

/** One line for each request: who asked for what, how it ended and how long it took. */
function logRequest({ method, path, route, status, durationMs, fault, residency, notes }: RequestRecord): void {
  const properties = {
    method,
    path: path.slice(0, longestPath),
    status,
    ms: Math.round(durationMs),
    ...(fault === undefined ? {} : { code: fault.code }),
    ...(residency === undefined ? {} : { keepAlive: residency.keepAliveSeconds, residencyReason: residency.reason }),
    ...notes,
  };
  if (Math.max(status, fault?.status ?? 0) >= 500) log.warning("Request failed", properties);
  else if (probes.has(route)) log.debug("Request finished", properties);
  else log.info("Request finished", properties);
}
