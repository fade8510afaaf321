import * as z from "zod/mini";
import { problemSchema } from "./answers.ts";
import { SidecarClientError } from "./client-error.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** The part of `fetch` that is needed, so that another one can be handed in. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface TransportOptions {
  /** Where the service is; a path in it is kept, so that a proxy may serve it below a prefix. */
  baseUrl: string | URL;
  /** Left out in network mode. */
  apiKey?: string | undefined;
  fetch: Fetch;
}

/** What a caller may say about one request. */
export interface RequestOptions {
  /** Sent as `X-Request-Id`: 1 to 128 visible ASCII characters. */
  requestId?: string | undefined;
  /** Sent as `X-Request-Timeout`: the service stops the work after so many seconds and answers 504. */
  requestTimeoutSeconds?: number | undefined;
}

export interface OutgoingRequest {
  method: "GET" | "POST";
  /** Relative to the base, without a leading slash. */
  path: string;
  accept?: string;
  /** Sent as `X-Document-Sha256`. */
  documentSha256?: string | undefined;
  /** A plain value is sent as JSON. */
  body?: FormData | Record<string, unknown>;
}

/** Sends one request and resolves with the answer, whatever its status. */
export type Send = (request: OutgoingRequest, options: RequestOptions, signal: AbortSignal) => Promise<Response>;

/**
 * One attempt over HTTP. A redirect is not followed, because the key would travel with it.
 *
 * @throws TypeError at once when `baseUrl` is no http or https address, or holds credentials
 */
export function createTransport({ baseUrl, apiKey, fetch }: TransportOptions): Send {
  const base = parseBaseUrl(baseUrl);
  return async (request, options, signal) => {
    const { body } = request;
    const headers = new Headers({ Accept: request.accept ?? "application/json" });
    if (apiKey !== undefined) headers.set("X-API-Key", apiKey);
    if (options.requestId !== undefined) headers.set("X-Request-Id", options.requestId);
    if (options.requestTimeoutSeconds !== undefined)
      headers.set("X-Request-Timeout", String(Math.round(options.requestTimeoutSeconds * 1000) / 1000));
    if (request.documentSha256 !== undefined) headers.set("X-Document-Sha256", request.documentSha256);
    const init: RequestInit = { method: request.method, headers, signal, redirect: "manual" };
    if (body instanceof FormData) init.body = body;
    else if (body !== undefined) {
      headers.set("Content-Type", "application/json");
      init.body = JSON.stringify(body);
    }
    try {
      return await fetch(new URL(request.path, base).href, init);
    } catch (cause) {
      throw new SidecarClientError("connection_failed", `No answer from ${base.origin}: ${reasonOf(cause)}.`, {
        cause,
        requestId: options.requestId,
      });
    }
  };
}

/**
 * The body of a good answer, checked. Rejects with the service's own fault when the status is another.
 *
 * @param alsoGood a status beside 2xx under which the same body may come
 */
export async function readAnswer<Schema extends z.ZodMiniType>(
  schema: Schema,
  response: Response,
  signal: AbortSignal,
  alsoGood?: number,
): Promise<z.output<Schema>> {
  const text = await readText(response, signal);
  if (!response.ok && response.status !== alsoGood) throw refusal(response, text);
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw response.ok ? invalidAnswer(response, parsed.error) : refusal(response, text);
}

/** The fault behind an answer that is none. */
export async function refusalOf(response: Response, signal: AbortSignal): Promise<SidecarClientError> {
  return refusal(response, await readText(response, signal));
}

/** Servers that only look like this one, and the one it replaces, send a `detail` without a code, or nothing. */
function refusal(response: Response, text: string): SidecarClientError {
  const { status } = response;
  const parsed = z.partial(problemSchema).safeParse(parseJson(text));
  const problem = parsed.success ? parsed.data : {};
  const { code = "http_error", detail = statusSentence(status), requestId = requestIdOf(response), errors } = problem;
  const retryAfterSeconds = parseRetryAfter(response.headers.get("Retry-After"), Date.now());
  return new SidecarClientError(code, detail, { status, requestId, retryAfterSeconds, issues: errors });
}

const statusSentence = (status: number) =>
  `The answer has status ${status} and not the form of this service's errors; is something else in between?`;

export function invalidAnswer(response: Response, cause: unknown): SidecarClientError {
  const message = "The answer does not have the documented form; do the versions of service and client fit?";
  return new SidecarClientError("invalid_answer", message, { cause, requestId: requestIdOf(response) });
}

export function connectionLost(response: Response, cause?: unknown): SidecarClientError {
  const message = "The connection was lost before the answer was complete.";
  return new SidecarClientError("connection_lost", message, { cause, requestId: requestIdOf(response) });
}

export const requestIdOf = (response: Response) => response.headers.get("X-Request-Id") ?? undefined;

async function readText(response: Response, signal: AbortSignal): Promise<string> {
  try {
    const text = await response.text();
    signal.throwIfAborted();
    return text;
  } catch (cause) {
    signal.throwIfAborted();
    throw connectionLost(response, cause);
  }
}

/** The value of a JSON text, or undefined for a text that is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseBaseUrl(given: string | URL): URL {
  const url = new URL(given);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError("baseUrl must be an http or https address such as http://127.0.0.1:8765.");
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError("baseUrl must not hold credentials; hand the key in as apiKey.");
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/** The system's own code, such as ECONNREFUSED, where there is one; Node hides it in `cause`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause : error;
  return "code" in inner && typeof inner.code === "string" ? inner.code : inner.message.replace(/\.$/, "");
}
