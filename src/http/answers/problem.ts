import { z } from "@hono/zod-openapi";
import { getLogger } from "@logtape/logtape";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { errorCodes, type FieldIssue, SidecarError } from "../../errors.ts";
import { queueFull } from "../../ocr/queue/page-queue.ts";
import type { AppEnv } from "../context.ts";
import { invalidJson, notJson, peerNotAllowed, unexpected } from "./faults.ts";
import { requestIdExample } from "./openapi-headers.ts";

const log = getLogger(["sidecar", "http"]);

/** Seconds after which a refused request may be sent again, where the fault itself knows no better. */
const defaultRetryAfterSeconds = 5;

/** The body of every error. `detail` is one sentence a person can act on. */
export const problemSchema = z
  .object({
    detail: z.string().openapi({ example: queueFull("64 documents", 30).message }),
    code: z.enum(errorCodes).openapi({ example: "ocr_busy" }),
    requestId: z.string().openapi({ example: requestIdExample }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    error: z
      .object({ message: z.string(), type: z.string(), code: z.enum(errorCodes) })
      .optional()
      .openapi({ description: "below /v1 and /v2 alone, as OpenAI's clients expect it" }),
  })
  .openapi("Error");

export type Problem = z.infer<typeof problemSchema>;

/** The one place where a fault becomes an HTTP answer. */
export function answerError(error: unknown, c: Context<AppEnv>): Response {
  const fault = reportFault(error, c);
  if (fault.status === 401) c.header("WWW-Authenticate", 'Bearer realm="ocr-sidecar"');
  // A sender that was too slow for the body would be listened to for as long as it goes on.
  if (fault.status === 408) c.header("Connection", "close");
  if (fault.status === 503) c.header("Retry-After", String(fault.retryAfterSeconds ?? defaultRetryAfterSeconds));
  const headers = { "Content-Type": "application/json; charset=utf-8" };
  const problem = problemOf(fault, c.get("requestId"));
  const body = /^\/v[12]\//.test(c.req.path) ? { ...problem, error: openAiError(fault) } : problem;
  return c.newResponse(JSON.stringify(body), { status: fault.status, headers });
}

/** Turns what was thrown into a fault and notes it for the request's record. Only a surprise is logged with its stack. */
export function reportFault(error: unknown, c: Context<AppEnv>): SidecarError {
  const { signal } = c.var.work;
  // What is torn off says nothing but that.
  const fault = toFault(signal.aborted && isAbort(error) ? signal.reason : error);
  if (fault.code === "internal_error") log.error("Unexpected error", { error });
  c.set("fault", { code: fault.code, status: fault.status });
  return fault;
}

/** The error body of a fault. */
export function problemOf(fault: SidecarError, requestId: string): Problem {
  const problem = { detail: fault.message, code: fault.code, requestId };
  return fault.issues === undefined ? problem : { ...problem, errors: [...fault.issues] };
}

/** What OpenAI's clients look for in an error. */
const openAiError = ({ message, code, status }: SidecarError) => ({
  message,
  type: status < 500 ? "invalid_request_error" : "server_error",
  code,
});

/** A failed validation as a fault that names every field. */
export function invalidRequest(error: z.core.$ZodError): SidecarError {
  const issues: FieldIssue[] = error.issues.slice(0, maxIssues).map(({ path, message }) => ({
    path: shorten(path.map(String).join(".")),
    message: shorten(message),
  }));
  const [first] = issues;
  const place = first === undefined || first.path === "" ? "The request" : first.path;
  return new SidecarError("invalid_request", `${place}: ${first?.message ?? "is not valid"}`, { issues });
}

/** What a caller sent a thousandfold is not said to it a thousandfold. */
const maxIssues = 20;
const maxIssueCharacters = 300;

const shorten = (text: string) => (text.length > maxIssueCharacters ? `${text.slice(0, maxIssueCharacters)}…` : text);

function toFault(error: unknown): SidecarError {
  if (error instanceof SidecarError) return error;
  if (error instanceof HTTPException) return fromHono(error);
  return unexpected(error);
}

/** What Hono's own validators and address filter throw. */
function fromHono(error: HTTPException): SidecarError {
  switch (error.status) {
    case 415:
      return notJson();
    case 400:
      return invalidJson();
    case 403:
      return peerNotAllowed();
    default:
      return unexpected(error);
  }
}

const isAbort = (error: unknown) => error instanceof Error && error.name === "AbortError";
