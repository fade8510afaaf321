import { isIPv6 } from "node:net";
import type { MiddlewareHandler } from "hono";
import { SidecarError } from "../../errors.ts";
import type { AppEnv } from "../context.ts";

/**
 * Refuses a request whose `Host` is none, or that has several, which come joined by commas: one reader might take it for
 * another name than the next. HTTP/1.0 needs no Host; without one HTTP/1.1 does not come as far as this.
 */
export const requireHost: MiddlewareHandler<AppEnv> = async function requireHost(c, next) {
  const host = c.req.header("Host");
  if (host !== undefined && !isHost(host)) {
    throw new SidecarError("invalid_request", "Send one Host header, with a name or an address and perhaps a port.");
  }
  await next();
};

/** Whether this is a name or an address, perhaps with a port, and nothing else; names are as narrow as DNS and Docker. */
export function isHost(host: string): boolean {
  const [whole, address, port = ""] = /^(?:\[([0-9a-f:.]+)\]|[a-z0-9._-]+)(?::(\d{0,5}))?$/i.exec(host) ?? [];
  return whole !== undefined && (address === undefined || isIPv6(address)) && Number(port) <= 65_535;
}
