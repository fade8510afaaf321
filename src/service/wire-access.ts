import { getLogger } from "@logtape/logtape";
import { createKeyRing } from "../http/access/key-ring.ts";
import { ownNetworks } from "../http/access/own-networks.ts";
import type { AccessPolicy, Limits } from "../http/services.ts";
import type { Env } from "./env-schema.ts";

const log = getLogger(["sidecar"]);
const mebibyte = 1024 * 1024;

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

/** What one request may ask for. */
export const limitsOf = (env: Env): Limits => ({
  maxUploadBytes: env.MAX_UPLOAD_MB * mebibyte,
  bodyTimeoutMs: env.BODY_TIMEOUT_SECONDS * 1000,
  idleTimeoutSeconds: env.IDLE_TIMEOUT_SECONDS,
  maxSystemPromptChars: env.MAX_SYSTEM_PROMPT_LENGTH,
  maxPages: env.OCR_MAX_PAGES,
  maxTexts: env.MAX_CLIENT_BATCH,
  onPageError: env.OCR_ON_PAGE_ERROR,
  documentTimeoutMs: env.OCR_DOCUMENT_TIMEOUT * 1000,
});
