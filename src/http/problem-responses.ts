import { problemSchema } from "./problem.ts";

const meanings = {
  400: "The request is not valid",
  401: "The API key is missing or not accepted",
  403: "The path leads outside the upload base, or the peer may not call",
  404: "No such file below the upload base",
  408: "The body did not arrive in time",
  413: "The body, the file or the document is too large",
  415: "Not a kind of file that can be read",
  422: "The document cannot be opened",
  500: "A fault of the service",
  502: "The model's server failed",
  503: "Busy, stopping, or something the request needs is not there; Retry-After says when to ask again",
  504: "Out of time",
} as const;

const content = { "application/json": { schema: problemSchema } };

/** What an operation may answer besides success, for its OpenAPI text. */
export function problemResponses<const Status extends keyof typeof meanings>(...statuses: readonly Status[]) {
  const entries = statuses.map((status) => [status, { description: meanings[status], content }] as const);
  return Object.fromEntries(entries);
}
