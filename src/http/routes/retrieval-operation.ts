import { z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { mebibyte } from "../answers/faults.ts";
import { requestIdHeader, residencyHeaders } from "../answers/openapi-headers.ts";
import { accessErrors, problemResponses } from "../answers/problem-responses.ts";
import { note } from "../answers/request-record.ts";
import { annotateResidency } from "../answers/residency.ts";
import type { AppEnv } from "../context.ts";
import { runningRequest } from "../intake/in-flight.ts";
import { boundBody } from "../intake/json-body.ts";
import type { Services } from "../services.ts";

/** Chunks or documents in one ranking: the contract's limit. */
export const maxChunks = 1000;

/**
 * What is not blank in any of the languages in which OpenAPI's patterns are read: they differ in what they take for white
 * space (U+0085, U+001C to U+001F, U+FEFF).
 */
const notBlank = String.raw`[^\s\u0085\u001c-\u001f\ufeff]`;

/** A text that says something. */
export const spokenText = z.string().regex(new RegExp(notBlank), "the text is blank");

/** How many items of a list are answered at most; more than there are is no fault. */
export const lengthAtMost = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

/** A field of answers. */
export const device = z.enum(["cuda", "cpu"]).openapi({ description: "the device that really ran" });

/** Headers of the answer of success, for the OpenAPI text. */
export const retrievalHeaders = { ...requestIdHeader, ...residencyHeaders };

/** What every operation of retrieval may answer besides success, for the OpenAPI text. */
export const retrievalErrors = problemResponses(
  ...accessErrors,
  "invalid_request",
  "invalid_json",
  "keep_alive_not_allowed",
  "body_timeout",
  "body_too_large",
  "too_many_texts",
  "unsupported_media_type",
  "internal_error",
  "retrieval_busy",
  "model_loading",
  "model_unavailable",
  "shutting_down",
  "retrieval_timeout",
);

/** How large the bodies of all retrieval endpoints may be. */
const bodyBytes = {
  /** A thousand chunks of 8,192 characters of Thai. */
  maxBytes: 32 * mebibyte,
  /**
   * A thousand documents of sixty texts each have less. Bun 1.4.5 parses so many bytes of anything within 75 ms and 50 MB;
   * 32 MiB of brackets take it 5 s and 2.5 GB.
   */
  maxStructureBytes: 512 * 1024,
} as const;

/**
 * What comes before the handler of an operation of retrieval.
 *
 * @param maxItems the longest that lists of the body may be, by their names
 */
export const beforeRetrieval = (
  services: Services,
  maxItems: Readonly<Record<string, number>>,
): MiddlewareHandler<AppEnv>[] => [
  annotateResidency(services),
  boundBody({ ...bodyBytes, timeoutMs: services.limits.bodyTimeoutMs, maxItems, busy: "retrieval_busy" }, services),
];

/**
 * Runs inference for a request: it stops when the client has gone or the service stops, and the response says on
 * which device it really ran.
 */
export async function infer<Result extends { device: "cpu" | "cuda"; waitedMs: number; computedMs: number }>(
  c: Context<AppEnv>,
  { inFlight }: Pick<Services, "inFlight">,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { work } = c.var;
  void work.ended.then(inFlight.enter(runningRequest(c)));
  const result = await run(work.signal);
  c.header("X-Residency-Device", result.device);
  note(c, {
    device: result.device,
    waitedMs: Math.round(result.waitedMs),
    computedMs: Math.round(result.computedMs),
  });
  return result;
}
