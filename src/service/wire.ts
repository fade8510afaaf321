import { tmpdir } from "node:os";
import { shuttingDown } from "../errors.ts";
import type { OwnGpuProcess } from "../gpu/own-vram.ts";
import { createOutgoing } from "../http/answers/outgoing.ts";
import { createByteBudget } from "../http/intake/byte-budget.ts";
import { createInFlight } from "../http/intake/in-flight.ts";
import type { ResidencyPicture, Services } from "../http/services.ts";
import { createOrient } from "../ocr/engines/embedded-engine.ts";
import { drawPagePicture } from "../ocr/page-picture.ts";
import { readDocument } from "../ocr/read-document.ts";
import { maskUrl } from "../ollama/base-url.ts";
import { createOllamaClient } from "../ollama/client.ts";
import { createFolderGate } from "../pdf/files/folder-gate.ts";
import { readBelowBase } from "../pdf/files/path-guard.ts";
import { createSpool } from "../pdf/files/spool.ts";
import { createPdfPool } from "../pdf/pool.ts";
import { textDetectorFile } from "../tesseract/detector-file.ts";
import { createActivityLog } from "../watch/activity-log.ts";
import { createActivitySampler } from "../watch/activity-sampler.ts";
import { Metrics } from "../watch/counters.ts";
import { watchGauges } from "../watch/gauges.ts";
import { createActivityReport } from "./activity-report.ts";
import type { Env } from "./env-schema.ts";
import { findLineRecogniser } from "./find-line-recogniser.ts";
import { limitsOf } from "./limits.ts";
import { readMachine } from "./machine.ts";
import { createReadiness } from "./readiness.ts";
import { version } from "./version.ts";
import { accessPolicy, hostsOf } from "./wire-access.ts";
import { wireOcr } from "./wire-ocr.ts";
import { wireResidency } from "./wire-residency.ts";
import { wireRetrieval } from "./wire-retrieval.ts";

/** Requests that `/residency` names. */
const longestShown = 20;

/** The service without its socket. */
export interface Sidecar {
  services: Services;
  /** From now on new work is refused. */
  drain(): void;
  /** Gives up running work, frees the model and ends every process. `signal` bounds the unload. */
  close(signal: AbortSignal): Promise<void>;
}

/**
 * Makes everything the service consists of, from its environment. When a part cannot be made, those made before it are
 * closed again.
 *
 * @throws Error with a sentence for the operator when a file the environment names cannot be used
 */
export async function wire(env: Env, childEnvironment: Readonly<Record<string, string>>): Promise<Sidecar> {
  await using opened = new AsyncDisposableStack();
  // A start that fails has no work to wait for.
  let closing = AbortSignal.abort();
  const limits = limitsOf(env, await readMachine());
  const access = await accessPolicy(env);
  const spool = await createSpool({
    folder: env.OCR_SPOOL_DIR ?? tmpdir(),
    ...limits.spool,
  });
  opened.defer(() => spool.close());
  const draining = new AbortController();
  const stopping = new AbortController();
  const ollama =
    env.OLLAMA_API_URL === undefined ? undefined : createOllamaClient({ baseUrl: env.OLLAMA_API_URL, fetch });
  const metrics = new Metrics();
  const activity = createActivityLog(limits.activity);
  const watching = { metrics, activity };
  // Retrieval asks for the headroom, and the headroom counts what retrieval holds.
  let ownGpu = (): readonly OwnGpuProcess[] => [];
  const residency = wireResidency(env, ollama, () => ownGpu());
  const retrieval = await wireRetrieval(env, limits.retrieval, residency, watching, childEnvironment);
  opened.defer(() => retrieval.close(closing));
  ownGpu = () => retrieval.status().gpuProcesses;
  const { OCR_EMBEDDED_MODEL, MODEL_DIR } = env;
  const lineRecogniser =
    OCR_EMBEDDED_MODEL === undefined ? undefined : await findLineRecogniser(MODEL_DIR, OCR_EMBEDDED_MODEL);
  const ocr = await wireOcr(env, limits, ollama, residency, watching, lineRecogniser);
  opened.defer(() => ocr.close(closing));
  const pool = createPdfPool(limits.pdf);
  opened.defer(() => pool.close());
  const startedMs = performance.now();
  const storedFolder = createFolderGate(limits.storedFolder);
  const stored = { base: env.OCR_SIDECAR_UPLOAD_BASE, maxBytes: limits.request.maxUploadBytes, spool };
  const readiness = createReadiness({
    ollama,
    ocrModel: env.OCR_MODEL,
    uploadBase: env.OCR_SIDECAR_UPLOAD_BASE,
    storedFolder,
    textDetector: textDetectorFile.state,
    lineRecogniser,
    hasFallback: ocr.pipelines.fallback !== undefined,
    pool,
    retrieval,
    refusing: () => (draining.signal.aborted ? "the service is stopping" : undefined),
  });
  const pictureOf = (ocrDecision: ResidencyPicture["ocr"]): ResidencyPicture => {
    const { device, gpu } = retrieval.status().embedder;
    return { ocr: ocrDecision, retrieval: { device, reason: gpu.reason } };
  };
  const picture = async (signal: AbortSignal) => pictureOf(await residency.decideOcr(signal));
  const reader = {
    charThreshold: env.OCR_CHAR_THRESHOLD,
    trustScannerText: env.OCR_TRUST_SCANNER_TEXT,
    pipelines: ocr.pipelines,
  };
  const orient = createOrient(ocr.tesseract);
  const jsonIntake = createByteBudget({ maxBytes: limits.jsonBodies.maxHeldBytes });
  const outgoing = createOutgoing({ maxBytes: limits.answers.maxHeldBytes });
  const inFlight = createInFlight();

  watchGauges(metrics.registry, {
    version,
    pool,
    vram: residency.headroom,
    retrieval,
    engine: ocr.pipelines.primary,
    embedded: ocr.pipelines.embedded === ocr.pipelines.primary ? undefined : ocr.pipelines.embedded,
    queueLimits: { documents: limits.queue.documentLimit, bytes: limits.queue.maxBytes },
    readiness,
    inFlight,
    spool,
  });

  const { queue } = ocr.pipelines.primary;
  const { headroom } = residency;
  const sampler = createActivitySampler({
    ...limits.activity,
    vram: headroom,
    queue,
    isWorking: () => inFlight.count > 0,
  });
  opened.defer(() => sampler.close());
  const ocrModel = env.OCR_MODEL;
  const activityReport = createActivityReport({
    ...{ log: activity, sampler, limits, headroom, queue, pool, retrieval, readiness, ocrModel },
  });

  const parts = opened.move();
  return {
    services: {
      access,
      hosts: hostsOf(env),
      limits: limits.request,
      spool,
      jsonIntake,
      outgoing,
      inFlight,
      createRequestId: () => Bun.randomUUIDv7(),
      health: () => ({
        engine: "np-dms-ocr",
        ocrModel: env.OCR_MODEL,
        ollamaUrl: maskUrl(env.OLLAMA_API_URL ?? ""),
        version,
        uptimeSeconds: Math.round((performance.now() - startedMs) / 1000),
      }),
      readiness: readiness.now,
      residency: picture,
      lastResidency: () => pictureOf(residency.lastOcr()),
      residencyReport: async (signal) => ({
        ...(await residency.headroom.picture(signal)),
        decisions: await picture(signal),
        queue: {
          ...ocr.pipelines.primary.queue.status(),
          lingeringMs: Math.round(ocr.pipelines.primary.engine.lingeringMs?.() ?? 0),
        },
        requests: {
          inFlight: inFlight.count,
          longest: inFlight.longest(longestShown),
          jsonBytes: jsonIntake.heldBytes,
          answerBytes: outgoing.heldBytes(),
        },
        spool: spool.status(),
        pdfWorkers: pool.status(),
      }),
      activity: activityReport,
      receiveStored: (path, signal) =>
        storedFolder.run((within) => readBelowBase({ ...stored, path, signal: within }), {
          signal,
          discard: (late) => late.close(),
        }),
      openDocument: pool.open,
      readDocument: readDocument.bind(undefined, reader),
      drawPage: (document, { page, tile, upright = env.OCR_AUTO_ROTATE }, signal) => {
        const drawing = { document, orient: upright ? orient : undefined, signal };
        return drawPagePicture(drawing, { page, tile }, limits.page.maxTiles);
      },
      metrics,
      requestEnded: activity.finished,
      retrieval: {
        embedder: retrieval.embedder,
        reranker: retrieval.reranker,
        embedModel: env.EMBED_MODEL,
        rerankModel: env.RERANK_MODEL,
      },
      draining: draining.signal,
      stopping: stopping.signal,
    },
    drain: () => draining.abort(),
    close: async (signal) => {
      draining.abort();
      stopping.abort(shuttingDown());
      closing = signal;
      await parts.disposeAsync();
    },
  };
}
