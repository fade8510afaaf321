import { type ErrorCode, SidecarError } from "../../errors.ts";
import { takenKinds } from "../../pdf/files/kind.ts";

/** Bytes; the unit in which limits are told. */
export const mebibyte = 1024 * 1024;

/**
 * A fault of one field, said of the field and of the whole request.
 *
 * @param path where it is in the request
 * @param message a sentence without its full stop
 */
export const invalidField = (
  path: string,
  message: string,
  { code = "invalid_request", cause }: { code?: ErrorCode; cause?: unknown } = {},
) => new SidecarError(code, `${message}.`, { issues: [{ path, message }], cause });

/** What is wrong with a request before anybody works on it, each with its sentence for the caller. */
export const routeNotFound = (path: string) =>
  new SidecarError("route_not_found", `There is no ${path.slice(0, 200)}; /docs lists the routes.`);

/** @param allow the methods that the path answers to, separated by commas */
export const wrongMethod = (path: string, allow: string) =>
  new SidecarError("method_not_allowed", `${path.slice(0, 200)} answers to ${allow} only.`);

export const keyMissing = () => new SidecarError("unauthorized", "Send an API key in the X-API-Key header.");

export const peerNotAllowed = () =>
  new SidecarError(
    "peer_not_allowed",
    "This address may not use the service; add its network to OCR_SIDECAR_ALLOWED_CIDRS.",
  );

/** @param why the end of a sentence */
export const refusedBrowser = (why: string) =>
  new SidecarError("origin_not_allowed", `The request seems to come from a page of another site: ${why}.`);

export const invalidJson = () => new SidecarError("invalid_json", "The body is not valid JSON.");

export const notUtf8 = (cause: unknown) =>
  new SidecarError("invalid_json", "The body is not valid UTF-8; send JSON in UTF-8.", { cause });

export const notJson = () =>
  new SidecarError("unsupported_media_type", "Send the body with Content-Type: application/json.");

export const bodyTooLarge = (maxBytes: number) =>
  new SidecarError("body_too_large", `The request is larger than ${Math.floor(maxBytes / mebibyte)} MiB.`);

export const bodyTooSlow = (timeoutMs: number) =>
  new SidecarError("body_timeout", `The request did not arrive within ${timeoutMs / 1000} s.`);

export const fileTooLarge = (maxBytes: number, cause?: unknown) =>
  new SidecarError("file_too_large", `The file is larger than ${maxBytes / mebibyte} MiB.`, { cause });

export const unknownFileType = () =>
  new SidecarError("unsupported_file_type", `The file is not a ${takenKinds}; convert it to one of these.`);

export const emptyFile = () =>
  new SidecarError("unsupported_file_type", "The file is empty; look at where it comes from, and send it whole.");

/** @param field of the request that holds the texts */
export const tooManyTexts = (field: string, count: number, max: number) =>
  invalidField(field, `${field} holds ${count} texts; at most ${max} are accepted in one request`, {
    code: "too_many_texts",
  });

/** `keep_alive` in a body, a form or inside `runtimeParams`. */
export const keepAliveNotAllowed = () =>
  new SidecarError("keep_alive_not_allowed", "keep_alive belongs to the residency policy; leave it out.");

/** Nobody is there to be told. */
export const clientGone = () => new SidecarError("client_gone", "The client has gone.");

export const documentTooSlow = (timeoutMs: number) =>
  new SidecarError("document_timeout", `The document was not finished within ${timeoutMs / 1000} s.`);

/** A fault of the service itself, which the log tells and the caller is not told. */
export const unexpected = (cause: unknown) =>
  new SidecarError("internal_error", "Something went wrong inside the service; its log has the reason.", { cause });
