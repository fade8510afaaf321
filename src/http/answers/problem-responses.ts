import { type ErrorCode, SidecarError } from "../../errors.ts";
import { authenticateHeader, requestIdExample, requestIdHeader, retryAfterHeader } from "./openapi-headers.ts";
import { problemOf, problemSchema } from "./problem.ts";
import { problemExamples } from "./problem-examples.ts";

type Status = SidecarError["status"];

/** Errors that any operation behind the authentication may answer with. */
export const accessErrors = [
  "unauthorized",
  "peer_not_allowed",
  "origin_not_allowed",
] as const satisfies readonly ErrorCode[];

/** What an operation may answer besides success, by the codes of its errors, for its OpenAPI text. */
export function problemResponses(...codes: readonly ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => new SidecarError(code, "").status);
  return Object.fromEntries([...byStatus].map(([status, group]) => [status, responseOf(status, group)]));
}

const responseOf = (status: Status, codes: readonly ErrorCode[]) => ({
  description: `${meanings[status]}: ${codes.map((code) => `\`${code}\``).join(", ")}`,
  headers: {
    ...requestIdHeader,
    ...(status === 401 ? authenticateHeader : {}),
    ...(status === 503 ? retryAfterHeader : {}),
  },
  content: {
    "application/json": {
      schema: problemSchema,
      examples: Object.fromEntries(
        codes.map((code) => [code, { value: problemOf(problemExamples[code], requestIdExample) }]),
      ),
    },
  },
});

const meanings: Record<Status, string> = {
  400: "The request is not valid",
  401: "The API key is missing or not accepted",
  403: "The path leads outside the upload base, or the peer may not call",
  404: "Not found",
  405: "Another method is needed; Allow names it",
  408: "The body did not arrive in time",
  413: "Too large or too many",
  415: "Not a kind that can be read",
  422: "The document cannot be read",
  500: "A fault of the service",
  502: "The model's server failed",
  503: "Busy, stopping, or something the request needs is not there; Retry-After says when to ask again",
  504: "Out of time",
};
