import { hostname } from "node:os";
import { getLogger } from "@logtape/logtape";
import { createKeyRing } from "../http/access/key-ring.ts";
import { ownNetworks } from "../http/access/own-networks.ts";
import type { AccessPolicy } from "../http/services.ts";
import type { Env } from "./env-schema.ts";

const log = getLogger(["sidecar"]);

/** The alias in compose, and what containers call their host. */
const defaultHosts = ["ocr-sidecar", "host.docker.internal"];

/** Names by which callers reach the service, this machine's own among them. */
export const hostsOf = ({ OCR_ALLOWED_HOSTS: named = defaultHosts }: Env): ReadonlySet<string> =>
  new Set([hostname(), ...named].map((name) => name.toLowerCase()));

/**
 * Who may call.
 *
 * @throws Error with a sentence for the operator when the key file cannot be used
 */
export async function accessPolicy(env: Env): Promise<AccessPolicy> {
  if (env.OCR_SIDECAR_AUTH === "api-key") {
    return {
      mode: "api-key",
      keys: await createKeyRing({ keys: env.OCR_SIDECAR_API_KEY ?? [], file: env.OCR_SIDECAR_API_KEY_FILE }),
    };
  }
  const networks =
    env.OCR_SIDECAR_ALLOWED_CIDRS === undefined
      ? await ownNetworks()
      : { allowed: env.OCR_SIDECAR_ALLOWED_CIDRS, refused: [] };
  log.info("Network mode: peers in {allowed} may call without a key", { allowed: networks.allowed.join(", ") });
  return { mode: "network", ...networks };
}
