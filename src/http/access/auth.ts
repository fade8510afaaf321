import { createHash } from "node:crypto";
import { getLogger } from "@logtape/logtape";
import type { MiddlewareHandler } from "hono";
import { ipRestriction } from "hono/ip-restriction";
import { SidecarError } from "../../errors.ts";
import { keyMissing, peerNotAllowed } from "../answers/faults.ts";
import type { AppEnv } from "../context.ts";
import type { AccessPolicy } from "../services.ts";

const log = getLogger(["sidecar", "http"]);

/** Open to everybody: they tell whether the service lives and how it is called, and nothing about documents. */
const publicPaths: ReadonlySet<string> = new Set(["/health", "/ready", "/openapi.json", "/docs", "/console"]);

export const isPublic = (path: string) =>
  publicPaths.has(path) || path.startsWith("/docs/") || path.startsWith("/console/");

/** Lets pass who the policy knows: a key in one mode, the peer's address in the other. */
export function authenticate(policy: AccessPolicy): MiddlewareHandler<AppEnv> {
  const check = policy.mode === "api-key" ? apiKey(policy.keys) : network(policy);
  return async function authenticate(c, next) {
    return isPublic(c.req.path) ? next() : check(c, next);
  };
}

function apiKey(keys: Extract<AccessPolicy, { mode: "api-key" }>["keys"]): MiddlewareHandler<AppEnv> {
  let hinted = false;
  return async function apiKey(c, next) {
    const given = c.req.header("X-API-Key") ?? bearerToken(c.req.header("Authorization"));
    if (given === undefined) {
      if (!hinted)
        log.warning("A request came without a key; a backend that sends none any more needs OCR_SIDECAR_AUTH=network");
      hinted = true;
      throw keyMissing();
    }
    if (!(await keys.accepts(given)))
      throw new SidecarError("unauthorized", "The API key is not accepted; ask the operator for a valid one.");
    c.set("caller", callerOf(given, c.env.peerAddress));
    return next();
  };
}

function network({ allowed, refused }: Extract<AccessPolicy, { mode: "network" }>): MiddlewareHandler<AppEnv> {
  const peerOf = (c: { env: AppEnv["Bindings"] }) => c.env.peerAddress ?? "";
  const forbidden = () => {
    throw peerNotAllowed();
  };
  const restrict = ipRestriction(peerOf, { allowList: [...allowed], denyList: [...refused] }, forbidden);
  return async function network(c, next) {
    // Without an entry the filter would let everybody pass.
    if (allowed.length === 0 || peerOf(c) === "") return forbidden();
    c.set("caller", callerOf("", c.env.peerAddress));
    return restrict(c, next);
  };
}

/** The same word for the same key from the same address, from which neither can be told. */
const callerOf = (key: string, peerAddress = "") =>
  createHash("sha256").update(`${key}\n${peerAddress}`).digest("base64url");

function bearerToken(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(header)?.[1];
}
