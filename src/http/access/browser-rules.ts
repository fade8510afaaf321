import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { refusedBrowser } from "../answers/faults.ts";
import type { AppEnv } from "../context.ts";

/** What a request says of where it comes from; undefined where it says nothing. */
export interface BrowserFacts {
  host: string | undefined;
  origin: string | undefined;
  /** `Sec-Fetch-Site`, which pages cannot set. */
  fetchSite: string | undefined;
  contentType: string | undefined;
}

export interface BrowserRules {
  mode: "api-key" | "network";
  /** Names by which callers reach the service, lower case. */
  hosts: ReadonlySet<string>;
}

/** What a page of another site can send without being asked first. */
const formType = /^\s*(multipart\/form-data|application\/x-www-form-urlencoded|text\/plain)\b/i;

/**
 * Whether a request may come from where it says. Backends send none of these headers but `Host`; a browser on the same
 * machine sends all of them, whatever the page wants. Without a key, a page that anybody wrote could post a form to a
 * service on the desk, and a name that was bound to its address could read the answer.
 *
 * @returns why not, as the end of a sentence; undefined when it may
 */
export function objectionTo(facts: BrowserFacts, { mode, hosts }: BrowserRules): string | undefined {
  const foreign = facts.origin !== undefined && !isOwnOrigin(facts.origin, facts.host, hosts);
  if (mode === "api-key") {
    return foreign && formType.test(facts.contentType ?? "") ? "forms of other sites are not accepted" : undefined;
  }
  if (facts.fetchSite !== undefined && facts.fetchSite !== "same-origin" && facts.fetchSite !== "none") {
    return "requests of other sites are not accepted";
  }
  if (foreign) return "requests of other sites are not accepted";
  const name = hostName(facts.host ?? "localhost");
  if (name === "localhost" || isIP(name) !== 0 || hosts.has(name)) return undefined;
  return "this name is not in OCR_ALLOWED_HOSTS";
}

/** Refuses what `objectionTo` objects to; `paths` that are open to everybody pass. */
export function refuseBrowsers(rules: BrowserRules, isPublic: (path: string) => boolean): MiddlewareHandler<AppEnv> {
  return async function refuseBrowsers(c, next) {
    const objection = objectionTo(
      {
        host: c.req.header("Host"),
        origin: c.req.header("Origin"),
        fetchSite: c.req.header("Sec-Fetch-Site"),
        contentType: c.req.header("Content-Type"),
      },
      rules,
    );
    if (objection !== undefined && !isPublic(c.req.path)) throw refusedBrowser(objection);
    await next();
  };
}

function isOwnOrigin(origin: string, host: string | undefined, hosts: ReadonlySet<string>): boolean {
  const parsed = URL.parse(origin);
  if (parsed === null || host === undefined) return false;
  return parsed.host === withoutDefaultPort(host.toLowerCase(), parsed.protocol) || hosts.has(hostName(parsed.host));
}

const withoutDefaultPort = (host: string, protocol: string) =>
  host.replace(protocol === "https:" ? /:443$/ : /:80$/, "");

/** Without the port, and the brackets of an IPv6 address; a trailing dot means the same name. */
function hostName(host: string): string {
  const address = /^\[([^\]]*)\](:\d+)?$/.exec(host)?.[1];
  return address ?? host.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
}
