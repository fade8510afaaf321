import type { ErrorCode } from "../errors.ts";
import { MetricRegistry } from "./metric-registry.ts";

/** OCR takes minutes: buckets from a text layer's milliseconds to a long document's half hour, in seconds. */
const workBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];

const tokenRateBuckets = [1, 5, 10, 20, 40, 60, 80, 120, 200];

/** Ollama reports some milliseconds for a model that is loaded already; a load takes at least this long. */
export const coldLoadMs = 1000;

/** When a residency decision is made: for the header of a request, or to be carried out now that the queue is empty. */
export type DecisionMoment = "request" | "idle";

interface FinishedRequest {
  method: string;
  /** The pattern of the route: strangers cannot make up its values. */
  route: string;
  status: number;
  durationMs: number;
  fault: { code: ErrorCode } | undefined;
}

interface FinishedPage {
  source: "text-layer" | "np-dms-ocr" | "tesseract" | "blank";
  /** 0 when an engine's earlier reading was used. */
  attempts: number;
  ms: number;
  truncated: boolean;
  error?: { code: ErrorCode };
}

interface ModelAnswer {
  promptTokens: number;
  outputTokens: number;
  outputMs: number;
  /** Near 0 when the model was loaded already. */
  loadMs: number;
}

interface ComputedBatch {
  sequences: number;
  tokens: number;
  ms: number;
}

/** What the service counts about requests, pages and the model. The gauges add what is read at a scrape to `registry`. */
export class Metrics {
  readonly registry = new MetricRegistry();
  readonly #requests = this.registry.counter("http_requests_total", "Finished requests by route and status", [
    "method",
    "route",
    "status",
  ]);
  readonly #requestSeconds = this.registry.histogram(
    "http_request_duration_seconds",
    "Time from the first byte of a request to the end of its work, event streams included",
    workBuckets,
    ["route"],
  );
  readonly #errors = this.registry.counter(
    "http_errors_total",
    "Requests that ended with an error, also inside an event stream, by the code of the error",
    ["code"],
  );
  readonly #pages = this.registry.counter("pages_total", "Finished pages by where their text came from", ["source"]);
  readonly #plainLayers = this.registry.counter(
    "text_layer_fallbacks_total",
    "Text layers answered as plain lines because Markdown could not be made of them",
  );
  readonly #pageSeconds = this.registry.histogram(
    "page_duration_seconds",
    "Time from the plan to the finished page, waiting included",
    workBuckets,
    ["source"],
  );
  readonly #pageFailures = this.registry.counter(
    "page_failures_total",
    "Pages that could not be read, skipped or fatal to their document, by the code of the error",
    ["code"],
  );
  readonly #retries = this.registry.counter("page_retries_total", "Readings beyond the first, by what was wrong", [
    "cause",
  ]);
  readonly #truncated = this.registry.counter("pages_truncated_total", "Pages cut by max_tokens or the context");
  readonly #reused = this.registry.counter(
    "page_cache_hits_total",
    "Pages answered by an earlier reading or one under way",
  );
  readonly #queueWait = this.registry.histogram("queue_wait_seconds", "Time of a page before its turn", workBuckets);
  readonly #tokens = this.registry.counter("model_tokens_total", "Tokens the model read and wrote", ["kind"]);
  readonly #tokenRate = this.registry.histogram(
    "model_tokens_per_second",
    "Writing speed of the model, one observation for each answer",
    tokenRateBuckets,
  );
  readonly #coldLoads = this.registry.counter("model_cold_loads_total", "Calls that had to load the model");
  readonly #loadSeconds = this.registry.histogram("model_load_duration_seconds", "Time of cold loads", workBuckets);
  readonly #decisions = this.registry.counter(
    "residency_decisions_total",
    "Decisions on keep_alive by reason, for a request's headers or carried out at the end of the queue",
    ["reason", "moment"],
  );

  readonly #inferenceTexts = this.registry.counter("retrieval_texts_total", "Texts computed, by model and device", [
    "model",
    "device",
  ]);
  readonly #inferenceTokens = this.registry.counter("retrieval_tokens_total", "Tokens computed, by model and device", [
    "model",
    "device",
  ]);
  readonly #inferenceSeconds = this.registry.histogram(
    "retrieval_batch_duration_seconds",
    "Time of batches",
    workBuckets,
    ["model", "device"],
  );

  constructor() {
    // A rate needs the zero before the first event.
    for (const source of ["text-layer", "np-dms-ocr", "tesseract", "blank"]) {
      this.#pages.inc({ source }, 0);
      this.#pageSeconds.zero({ source });
    }
    for (const code of ["ocr_busy", "internal_error"]) this.#errors.inc({ code }, 0);
    for (const code of ["ocr_failed", "page_timeout"]) this.#pageFailures.inc({ code }, 0);
    for (const kind of ["prompt", "output"]) this.#tokens.inc({ kind }, 0);
  }

  request({ method, route, status, durationMs, fault }: FinishedRequest): void {
    this.#requests.inc({ method, route, status: String(status) });
    this.#requestSeconds.observe({ route }, durationMs / 1000);
    if (fault !== undefined) this.#errors.inc({ code: fault.code });
  }

  page({ source, attempts, ms, truncated, error }: FinishedPage): void {
    if (error !== undefined) {
      this.pageFailed(error.code);
      return;
    }
    this.#pages.inc({ source });
    this.#pageSeconds.observe({ source }, ms / 1000);
    if (truncated) this.#truncated.inc();
    if (attempts === 0 && (source === "np-dms-ocr" || source === "tesseract")) this.#reused.inc();
  }

  plainLayer(): void {
    this.#plainLayers.inc();
  }

  pageFailed(code: ErrorCode): void {
    this.#pageFailures.inc({ code });
  }

  retry(cause: "repetition" | "empty" | "error"): void {
    this.#retries.inc({ cause });
  }

  answer({ promptTokens, outputTokens, outputMs, loadMs }: ModelAnswer): void {
    this.#tokens.inc({ kind: "prompt" }, promptTokens);
    this.#tokens.inc({ kind: "output" }, outputTokens);
    if (outputMs > 0) this.#tokenRate.observe((outputTokens * 1000) / outputMs);
    if (loadMs < coldLoadMs) return;
    this.#coldLoads.inc();
    this.#loadSeconds.observe(loadMs / 1000);
  }

  turn(waitedMs: number): void {
    this.#queueWait.observe(waitedMs / 1000);
  }

  decision(reason: string, moment: DecisionMoment): void {
    this.#decisions.inc({ reason, moment });
  }

  batch(model: string, device: string, { sequences, tokens, ms }: ComputedBatch): void {
    this.#inferenceTexts.inc({ model, device }, sequences);
    this.#inferenceTokens.inc({ model, device }, tokens);
    this.#inferenceSeconds.observe({ model, device }, ms / 1000);
  }

  text(): Promise<{ contentType: string; body: string }> {
    return this.registry.text();
  }
}
