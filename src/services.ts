import { availableParallelism } from "node:os";
import { getLogger } from "@logtape/logtape";
import { countPages } from "./count-pages.ts";
import { docsAssets } from "./docs-assets.ts";
import type { Env } from "./env-schema.ts";
import { watchGauges } from "./gauges.ts";
import { ByteBudget } from "./http/byte-budget.ts";
import { InFlight } from "./http/in-flight.ts";
import { createKeyRing } from "./http/key-ring.ts";
import { ownNetworks } from "./http/own-networks.ts";
import type { AccessPolicy, Limits, ResidencyPicture, Services } from "./http/services.ts";
import { Metrics } from "./metrics.ts";
import { readDocument } from "./ocr/read-document.ts";
import { maskUrl } from "./ollama/base-url.ts";
import { createOllamaClient } from "./ollama/client.ts";
import { readBelowBase } from "./pdf/path-guard.ts";
import { createPdfPool } from "./pdf/pool.ts";
import { createReadiness } from "./readiness.ts";
import { version } from "./version.ts";
import { wireModelDesk } from "./wire-ocr.ts";
import { wireResidency } from "./wire-residency.ts";

const log = getLogger(["sidecar"]);
const mebibyte = 1024 * 1024;

/** The service without its socket. */
export interface Sidecar {
  services: Services;
  /** From now on new work is refused. */
  drain(): void;
  /** Gives up running work, frees the model and ends every thread and child. `signal` bounds the unload. */
  close(signal: AbortSignal): Promise<void>;
}

/**
 * Makes everything the service consists of, from its environment.
 *
 * @throws Error with a sentence for the operator when a file the environment names cannot be used
 */
export async function wire(env: Env): Promise<Sidecar> {
  const access = await accessPolicy(env);
  const draining = new AbortController();
  const stopping = new AbortController();
  const ollama =
    env.OLLAMA_API_URL === undefined ? undefined : createOllamaClient({ baseUrl: env.OLLAMA_API_URL, fetch });
  const metrics = new Metrics();
  const residency = wireResidency(env, ollama, () => 0);
  const model = ollama === undefined ? undefined : await wireModelDesk(env, ollama, residency, metrics);
  const pool = createPdfPool({
    workers: env.PDF_WORKERS || availableParallelism(),
    pageTimeoutMs: env.PDF_PAGE_TIMEOUT_SECONDS * 1000,
    maxPages: env.MAX_PAGES_PER_DOCUMENT,
    maxPagePixels: env.MAX_PAGE_MEGAPIXELS * 1_000_000,
    maxWorkerMemoryBytes: env.PDF_WORKER_MAX_MB * mebibyte,
  });
  const startedMs = performance.now();
  const readiness = createReadiness({
    ollama,
    ocrModel: env.OCR_MODEL,
    uploadBase: env.OCR_SIDECAR_UPLOAD_BASE,
    pool,
    refusing: () => (draining.signal.aborted ? "the service is stopping" : undefined),
  });
  const picture = async (signal: AbortSignal): Promise<ResidencyPicture> => {
    const ocr = await residency.decideOcr(signal);
    return { ocr, retrieval: { device: "cpu", reason: "no-cuda-provider" } };
  };
  const inFlight = new InFlight();
  const intake = new ByteBudget(env.OCR_QUEUE_MAX_MB * mebibyte);
  watchGauges(metrics.registry, {
    version,
    pool,
    residency,
    desk: model?.desk,
    queueLimits: { documents: env.OCR_QUEUE_LIMIT, bytes: env.OCR_QUEUE_MAX_MB * mebibyte },
    readiness,
    intake: () => ({ requests: inFlight.count, bytes: intake.heldBytes }),
  });
  const reader = {
    charThreshold: env.OCR_CHAR_THRESHOLD,
    trustScannerText: env.OCR_TRUST_SCANNER_TEXT,
    desks: { primary: model?.desk, fallback: undefined },
  };
  const maxUploadBytes = env.MAX_UPLOAD_MB * mebibyte;

  return {
    services: {
      access,
      limits: limitsOf(env),
      intake,
      inFlight,
      createRequestId: () => Bun.randomUUIDv7(),
      health: () => ({
        engine: "np-dms-ocr",
        ocrModel: env.OCR_MODEL,
        ollamaUrl: maskUrl(env.OLLAMA_API_URL ?? ""),
        version,
        uptimeSeconds: Math.round((performance.now() - startedMs) / 1000),
      }),
      readiness,
      residency: async (signal) => {
        const decisions = await picture(signal);
        metrics.decision(decisions.ocr.reason, "request");
        return decisions;
      },
      residencyReport: async (signal) => ({
        ...(await residency.headroom.picture(signal)),
        decisions: await picture(signal),
        queue: model?.desk.queue.status(),
      }),
      readUpload: (path, signal) =>
        readBelowBase({ base: env.OCR_SIDECAR_UPLOAD_BASE, path, maxBytes: maxUploadBytes, signal }),
      openDocument: (bytes, kind, signal) => pool.open(bytes, kind, signal),
      readDocument: countPages(metrics, (document, request, signal, listener) =>
        readDocument(reader, document, request, signal, listener),
      ),
      metrics,
      docs: docsAssets,
      draining: draining.signal,
      stopping: stopping.signal,
    },
    drain: () => draining.abort(),
    close: async (signal) => {
      draining.abort();
      stopping.abort();
      await model?.keeper.close(signal);
      await pool.close();
    },
  };
}

async function accessPolicy(env: Env): Promise<AccessPolicy> {
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

const limitsOf = (env: Env): Limits => ({
  maxUploadBytes: env.MAX_UPLOAD_MB * mebibyte,
  bodyTimeoutMs: env.BODY_TIMEOUT_SECONDS * 1000,
  maxSystemPromptChars: env.MAX_SYSTEM_PROMPT_LENGTH,
  maxPages: env.OCR_MAX_PAGES,
  onPageError: env.OCR_ON_PAGE_ERROR,
  documentTimeoutMs: env.OCR_DOCUMENT_TIMEOUT * 1000,
});
