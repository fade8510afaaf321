import type { ErrorCode } from "../errors.ts";
import { createRecent } from "./recent.ts";

/** Something that was done with a model, and why. */
export interface Decision {
  /** Milliseconds since 1970. */
  atMs: number;
  subject: "ocr-model" | "embedder" | "reranker";
  action: "loaded" | "kept" | "unloaded" | "unload-failed" | "gpu-starting" | "gpu-ready" | "gpu-left";
  reason: string;
  /** Of a load. */
  ms?: number;
}

/** A request whose work has ended; nothing of what it was about. */
export interface FinishedRequest {
  /** When it ended, in milliseconds since 1970. */
  atMs: number;
  method: string;
  route: string;
  status: number;
  code?: ErrorCode;
  ms: number;
  /** Finished pages by their source, and those that failed. */
  pages?: Readonly<Record<string, number>>;
  /** How long its first page waited. */
  queueMs?: number;
}

interface EndedRequest {
  method: string;
  path: string;
  /** The pattern of the route. */
  route: string;
  status: number;
  durationMs: number;
  fault: { code: ErrorCode } | undefined;
  notes: Readonly<Record<string, unknown>>;
}

export interface ActivityLogOptions {
  keepMs: number;
  maxDecisions: number;
  maxRequests: number;
  now?(): number;
}

/** What was done lately: decisions on models, and requests. */
export interface ActivityLog {
  /** @param agoMs how long ago it was done */
  decided(decision: Omit<Decision, "atMs">, agoMs?: number): void;
  finished(request: EndedRequest): void;
  decisions(): Decision[];
  requests(): FinishedRequest[];
  /** From when on each of them is whole. */
  wholeSinceMs(): { decisions: number; requests: number };
}

const longestReason = 300;

/** Keeps what was done lately, without texts, prompts, keys and names of files. */
export function createActivityLog(options: ActivityLogOptions): ActivityLog {
  const { keepMs, now = Date.now } = options;
  const decisions = createRecent<Decision>({ keepMs, maxItems: options.maxDecisions, now });
  const requests = createRecent<FinishedRequest>({ keepMs, maxItems: options.maxRequests, now });
  return {
    decided({ reason, ...decision }, agoMs = 0) {
      decisions.add({ atMs: Math.round(now() - agoMs), ...decision, reason: reason.slice(0, longestReason) });
    },
    finished(request) {
      if (isBackground(request)) return;
      const { method, route, durationMs, fault, notes } = request;
      const { pages, queueMs } = notes;
      requests.add({
        atMs: now(),
        method,
        route,
        // Of a stream the answer's own status says no more than that it began.
        status: request.status,
        ...(fault === undefined ? {} : { code: fault.code }),
        ms: Math.round(durationMs),
        ...(isCounts(pages) ? { pages } : {}),
        ...(typeof queueMs === "number" ? { queueMs } : {}),
      });
    },
    decisions: decisions.items,
    requests: requests.items,
    wholeSinceMs: () => ({ decisions: decisions.wholeSinceMs(), requests: requests.wholeSinceMs() }),
  };
}

/** Looks of probes, scrapes and the page for people, which come every few seconds and say nothing while they succeed. */
const looks: ReadonlySet<string> = new Set(["/health", "/ready", "/metrics", "/activity", "/console"]);

const isBackground = ({ route, path, status, fault }: EndedRequest) =>
  status < 400 && fault === undefined && (looks.has(route) || path.startsWith("/console/"));

const isCounts = (value: unknown): value is Readonly<Record<string, number>> =>
  typeof value === "object" && value !== null && Object.values(value).every((count) => typeof count === "number");
