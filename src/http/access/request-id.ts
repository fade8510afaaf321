import { withContext } from "@logtape/logtape";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

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
