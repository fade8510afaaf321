import { getLogger } from "@logtape/logtape";
import type { RequestRecord } from "./request-record.ts";

const log = getLogger(["sidecar", "http"]);

/** Probes and scrapes come every few seconds and say nothing while they succeed. */
const probes: ReadonlySet<string> = new Set(["/health", "/ready", "/metrics"]);

const longestPath = 200;

/** One line for each request: who asked for what, how it ended and how long it took. */
export function logRequest({ method, path, route, status, durationMs, fault, notes }: RequestRecord): void {
  const properties = {
    method,
    path: path.slice(0, longestPath),
    status,
    ms: Math.round(durationMs),
    ...(fault === undefined ? {} : { code: fault.code }),
    ...notes,
  };
  if (Math.max(status, fault?.status ?? 0) >= 500) log.warning("Request failed", properties);
  else if (probes.has(route)) log.debug("Request finished", properties);
  else log.info("Request finished", properties);
}
