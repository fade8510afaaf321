import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RequestRecord } from "./http/request-record.ts";
import type { MetricsPort } from "./http/services.ts";
import type { PageResult } from "./ocr/page-result.ts";
import type { ChatResult } from "./ollama/chat.ts";

/** OCR takes minutes: buckets from a text layer's milliseconds to a long document's half hour, in seconds. */
const workBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800];

/** Ollama reports some milliseconds for a model that is loaded already; a load takes at least this long. */
const coldLoadMs = 1000;

/** What the service counts. Gauges that are read at the moment of a scrape are registered by `watch`. */
export class Metrics implements MetricsPort {
  readonly registry = new Registry();
  readonly #requests = this.#counter("http_requests_total", "Requests by route and status", [
    "method",
    "route",
    "status",
  ]);
  readonly #requestSeconds = this.#histogram("http_request_duration_seconds", "Time of requests", ["route"]);
  readonly #pages = this.#counter("pages_total", "Finished pages by where their text came from", ["source"]);
  readonly #pageSeconds = this.#histogram("page_duration_seconds", "Time from the plan to the finished page", [
    "source",
  ]);
  readonly #pageFailures = this.#counter("page_failures_total", "Pages that could not be read", ["code"]);
  readonly #retries = this.#counter("page_retries_total", "Readings of a page beyond the first", []);
  readonly #truncated = this.#counter("pages_truncated_total", "Pages cut by max_tokens or the context", []);
  readonly #reused = this.#counter("page_cache_hits_total", "Pages answered by an earlier or a running reading", []);
  readonly #queueWait = this.#histogram("queue_wait_seconds", "Time of a page before its turn", []);
  readonly #tokens = this.#counter("model_tokens_total", "Tokens the model wrote", []);
  readonly #tokenRate = new Histogram({
    name: "sidecar_model_tokens_per_second",
    help: "Writing speed of the model",
    buckets: [1, 5, 10, 20, 40, 60, 80, 120, 200],
    registers: [this.registry],
  });
  readonly #coldLoads = this.#counter("model_cold_loads_total", "Calls that had to load the model", []);
  readonly #loadSeconds = this.#histogram("model_load_seconds", "Time of cold loads", []);
  readonly #decisions = this.#counter("residency_decisions_total", "Decisions on keep_alive by reason", ["reason"]);

  request({ method, route, status, durationMs }: RequestRecord): void {
    this.#requests.inc({ method, route, status: String(status) });
    this.#requestSeconds.observe({ route }, durationMs / 1000);
  }

  page({ source, attempts, ms, truncated, error }: PageResult): void {
    if (error !== undefined) {
      this.#pageFailures.inc({ code: error.code });
      return;
    }
    this.#pages.inc({ source });
    this.#pageSeconds.observe({ source }, ms / 1000);
    if (attempts > 1) this.#retries.inc(attempts - 1);
    if (truncated) this.#truncated.inc();
    if (attempts === 0 && (source === "np-dms-ocr" || source === "tesseract")) this.#reused.inc();
  }

  answer({ outputTokens, outputMs, loadMs }: ChatResult): void {
    this.#tokens.inc(outputTokens);
    if (outputMs > 0) this.#tokenRate.observe((outputTokens * 1000) / outputMs);
    if (loadMs < coldLoadMs) return;
    this.#coldLoads.inc();
    this.#loadSeconds.observe(loadMs / 1000);
  }

  turn(waitedMs: number): void {
    this.#queueWait.observe(waitedMs / 1000);
  }

  decision(reason: string): void {
    this.#decisions.inc({ reason });
  }

  async text(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  /** Registers a gauge whose values are read at each scrape; `read` gives a value, or one for each label. */
  watch(
    name: string,
    help: string,
    label: string,
    read: () => Record<string, number> | Promise<Record<string, number>>,
  ): void {
    const gauge = new Gauge({
      name: `sidecar_${name}`,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect: async () => {
        gauge.reset();
        for (const [value, number] of Object.entries(await read())) gauge.set({ [label]: value }, number);
      },
    });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name: `sidecar_${name}`, help, labelNames, registers: [this.registry] });
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Histogram<Label> {
    return new Histogram({
      name: `sidecar_${name}`,
      help,
      labelNames,
      buckets: workBuckets,
      registers: [this.registry],
    });
  }
}
