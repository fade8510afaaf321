import { describe, expect, test } from "bun:test";
import { Metrics } from "../../src/watch/counters.ts";

/** What a fresh set of counters tells, above zero, after `count`; without the buckets of histograms. */
async function counted(count: (metrics: Metrics) => void): Promise<string[]> {
  const metrics = new Metrics();
  count(metrics);
  const { body } = await metrics.text();
  return body.split("\n").filter((line) => /^sidecar_(?!.*_bucket\{)/.test(line) && !line.endsWith(" 0"));
}

const request = { method: "POST", route: "/ocr", status: 503, durationMs: 1500, fault: undefined };
const page = { source: "np-dms-ocr", attempts: 2, ms: 2500, truncated: false } as const;

describe("the counters", () => {
  test.each<[string, (metrics: Metrics) => void, string[]]>([
    [
      "a request by method, route and status, with its time",
      (metrics) => metrics.request(request),
      [
        'sidecar_http_requests_total{method="POST",route="/ocr",status="503"} 1',
        'sidecar_http_request_duration_seconds_sum{route="/ocr"} 1.5',
        'sidecar_http_request_duration_seconds_count{route="/ocr"} 1',
      ],
    ],
    [
      "an error by its code beside its request",
      (metrics) => metrics.request({ ...request, fault: { code: "ocr_busy" } }),
      [
        'sidecar_http_requests_total{method="POST",route="/ocr",status="503"} 1',
        'sidecar_http_request_duration_seconds_sum{route="/ocr"} 1.5',
        'sidecar_http_request_duration_seconds_count{route="/ocr"} 1',
        'sidecar_http_errors_total{code="ocr_busy"} 1',
      ],
    ],
    [
      "a page that was read, with its time",
      (metrics) => metrics.page(page),
      [
        'sidecar_pages_total{source="np-dms-ocr"} 1',
        'sidecar_page_duration_seconds_sum{source="np-dms-ocr"} 2.5',
        'sidecar_page_duration_seconds_count{source="np-dms-ocr"} 1',
      ],
    ],
    [
      "a page that was cut, and came from an earlier reading",
      (metrics) => metrics.page({ ...page, source: "tesseract", attempts: 0, truncated: true }),
      [
        'sidecar_pages_total{source="tesseract"} 1',
        'sidecar_page_duration_seconds_sum{source="tesseract"} 2.5',
        'sidecar_page_duration_seconds_count{source="tesseract"} 1',
        "sidecar_pages_truncated_total 1",
        "sidecar_page_cache_hits_total 1",
      ],
    ],
    [
      "a text layer that could not become Markdown",
      (metrics) => metrics.plainLayer(),
      ["sidecar_text_layer_fallbacks_total 1"],
    ],
    [
      "a page that made its document fail",
      (metrics) => metrics.pageFailed("page_timeout"),
      ['sidecar_page_failures_total{code="page_timeout"} 1'],
    ],
    ["a page that is read again", (metrics) => metrics.retry("empty"), ['sidecar_page_retries_total{cause="empty"} 1']],
    [
      "an answer of the model: what it read and wrote, and how fast",
      (metrics) => metrics.answer({ promptTokens: 1200, outputTokens: 300, outputMs: 6000, loadMs: 2 }),
      [
        'sidecar_model_tokens_total{kind="prompt"} 1200',
        'sidecar_model_tokens_total{kind="output"} 300',
        "sidecar_model_tokens_per_second_sum 50",
        "sidecar_model_tokens_per_second_count 1",
      ],
    ],
    [
      "an answer that took no time as no speed at all",
      (metrics) => metrics.answer({ promptTokens: 10, outputTokens: 1, outputMs: 0, loadMs: 0 }),
      ['sidecar_model_tokens_total{kind="prompt"} 10', 'sidecar_model_tokens_total{kind="output"} 1'],
    ],
    [
      "the time that a page waited",
      (metrics) => metrics.turn(750),
      ["sidecar_queue_wait_seconds_sum 0.75", "sidecar_queue_wait_seconds_count 1"],
    ],
    [
      "a decision by its reason and moment",
      (metrics) => metrics.decision("high-pressure", "idle"),
      ['sidecar_residency_decisions_total{reason="high-pressure",moment="idle"} 1'],
    ],
    [
      "a batch by model and device",
      (metrics) => metrics.batch("embed", "cuda", { sequences: 4, tokens: 512, ms: 250 }),
      [
        'sidecar_retrieval_texts_total{model="embed",device="cuda"} 4',
        'sidecar_retrieval_tokens_total{model="embed",device="cuda"} 512',
        'sidecar_retrieval_batch_duration_seconds_sum{model="embed",device="cuda"} 0.25',
        'sidecar_retrieval_batch_duration_seconds_count{model="embed",device="cuda"} 1',
      ],
    ],
  ])("tell %s, and nothing else", async (_, count, lines) => {
    expect(await counted(count)).toEqual(lines);
  });

  test.each(["text-layer", "blank"] as const)("take a page of a %s for no earlier reading", async (source) => {
    const lines = await counted((metrics) => metrics.page({ ...page, source, attempts: 0 }));
    expect(lines).not.toContain("sidecar_page_cache_hits_total 1");
  });

  test("begin at zero where a rate is made of them", async () => {
    const { body } = await new Metrics().text();
    const lines = body.split("\n");
    for (const source of ["text-layer", "np-dms-ocr", "tesseract", "blank"]) {
      expect(lines).toContain(`sidecar_pages_total{source="${source}"} 0`);
      expect(lines).toContain(`sidecar_page_duration_seconds_count{source="${source}"} 0`);
    }
    for (const line of [
      'sidecar_http_errors_total{code="ocr_busy"} 0',
      'sidecar_http_errors_total{code="internal_error"} 0',
      'sidecar_page_failures_total{code="ocr_failed"} 0',
      'sidecar_page_failures_total{code="page_timeout"} 0',
      'sidecar_model_tokens_total{kind="prompt"} 0',
      'sidecar_model_tokens_total{kind="output"} 0',
    ])
      expect(lines).toContain(line);
  });

  test("put times into buckets from a text layer's milliseconds to half an hour, and speeds into others", async () => {
    const metrics = new Metrics();
    metrics.turn(1);
    metrics.request(request);
    metrics.page(page);
    metrics.answer({ promptTokens: 1, outputTokens: 1, outputMs: 1, loadMs: 5000 });
    metrics.batch("embed", "cpu", { sequences: 1, tokens: 1, ms: 1 });
    const { body } = await metrics.text();
    const bucketsOf = (name: string) => [
      ...new Set([...body.matchAll(new RegExp(`^sidecar_${name}_bucket\\{le="([^"]+)"`, "gm"))].map(([, le]) => le)),
    ];
    const times = ["0.01", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "120", "300", "600"];
    for (const name of [
      "queue_wait_seconds",
      "http_request_duration_seconds",
      "page_duration_seconds",
      "model_load_duration_seconds",
      "retrieval_batch_duration_seconds",
    ])
      expect([name, ...bucketsOf(name)]).toEqual([name, ...times, "1800", "+Inf"]);
    const speeds = ["1", "5", "10", "20", "40", "60", "80", "120", "200"];
    expect(bucketsOf("model_tokens_per_second")).toEqual([...speeds, "+Inf"]);
  });
});
