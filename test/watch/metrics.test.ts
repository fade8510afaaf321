import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readContainerMemory } from "../../src/watch/container-memory.ts";
import { Metrics } from "../../src/watch/counters.ts";
import { MetricRegistry } from "../../src/watch/metric-registry.ts";
import { watchPool } from "../../src/watch/ocr-gauges.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { startSidecar, type TestSidecar } from "../support/sidecar.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

test("the metrics count what was done, and nothing a stranger makes up becomes a label", async () => {
  await using world = await startWithOllama({ loadDelayMs: 1100 });
  const { fake, sidecar } = world;
  const pdf = scan(2);
  fake.fail("crash");
  await sidecar.upload(pdf);
  await sidecar.upload(pdf);
  await sidecar.call("/made-up-by-a-stranger", { method: "DELETE" });
  const response = await sidecar.call("/metrics");
  expect(response.headers.get("Content-Type")).toStartWith("text/plain");
  const text = await response.text();
  const lines = text.split("\n");
  for (const line of [
    'sidecar_http_requests_total{method="POST",route="/ocr-upload",status="200"} 2',
    'sidecar_http_requests_total{method="DELETE",route="unmatched",status="404"} 1',
    'sidecar_pages_total{source="np-dms-ocr"} 4',
    'sidecar_page_retries_total{cause="error"} 1',
    "sidecar_page_cache_hits_total 2",
    "sidecar_model_cold_loads_total 1",
    'sidecar_residency_decisions_total{reason="headroom-sufficient",moment="request"} 2',
    'sidecar_residency_decisions_total{reason="headroom-sufficient",moment="idle"} 1',
    "sidecar_queue_documents 0",
    'sidecar_queue_pages{state="waiting"} 0',
    'sidecar_fallback_pages{state="running"} 0',
    "sidecar_page_cache_pages 2",
    "sidecar_spool_bytes 0",
    "sidecar_spool_files 0",
    "sidecar_vram_total_bytes 17179869184",
    'sidecar_ready{target="ocr"} 1',
    'sidecar_component_ready{component="ollama"} 1',
    "sidecar_pdf_worker_respawns_total 0",
    'sidecar_http_errors_total{code="route_not_found"} 1',
    'sidecar_pages_total{source="tesseract"} 0',
  ]) {
    expect(lines).toContain(line);
  }
  expect(text).not.toContain("made-up");
});

test("a page that fails its document, and one inside a stream, are counted with their codes", async () => {
  await using world = await startWithOllama({}, { OCR_PAGE_ATTEMPTS: "1" });
  const { fake, sidecar } = world;
  fake.fail("crash", { times: 2 });
  await (await sidecar.upload(scan(1), {}, { headers: { Accept: "text/event-stream" } })).text();
  await sidecar.upload(scan(1));
  const lines = await scrape(sidecar);
  expect(lines).toContain('sidecar_page_failures_total{code="ocr_failed"} 2');
  expect(lines).toContain('sidecar_http_errors_total{code="ocr_failed"} 2');
});

test("a page read from its text layer, or blank, is no hit of the page cache, however often it is read", async () => {
  await using sidecar = await startSidecar();
  const typed = Array(6).fill("A typed page with quite enough characters on it.");
  const pdf = buildPdf([{ kind: "text", lines: typed }, { kind: "blank" }]);
  for (let count = 0; count < 2; count += 1) expect((await sidecar.upload(pdf)).status).toBe(200);
  const lines = await scrape(sidecar);
  expect(lines).toContain('sidecar_pages_total{source="text-layer"} 2');
  expect(lines).toContain('sidecar_pages_total{source="blank"} 2');
  expect(lines).toContain("sidecar_page_cache_hits_total 0");
});

test("what cannot be read is absent, and the scrape succeeds all the same", async () => {
  await using world = await startWithOllama();
  await world.fake.stop();
  const lines = await scrape(world.sidecar);
  expect(lines).toContain("sidecar_vram_known 0");
  expect(lines).toContain('sidecar_ready{target="ocr"} 0');
  const values = lines.filter((line) => /^sidecar_vram_(total|free|model)/.test(line));
  expect(values).toEqual([]);
  await world.fake.restart();
});

test("figures of the process that mean nothing here are left out", async () => {
  await using sidecar = await startSidecar();
  const lines = await scrape(sidecar);
  const resident = lines.find((line) => line.startsWith("process_resident_memory_bytes "));
  expect(Number(resident?.split(" ")[1])).toBeGreaterThan(10_000_000);
  const processor = lines.find((line) => line.startsWith("process_cpu_seconds_total "));
  expect(Number(processor?.split(" ")[1])).toBeGreaterThan(0);
  expect(lines.some((line) => line.startsWith("nodejs_eventloop_lag_p99_seconds "))).toBe(true);
  expect(lines.filter((line) => /heap|handles|virtual/.test(line))).toEqual([]);
});

test("a page that failed is counted as failed alone", async () => {
  const metrics = new Metrics();
  const page = { source: "np-dms-ocr", attempts: 0, ms: 5, truncated: true } as const;
  metrics.page({ ...page, error: { code: "ocr_failed" } });
  const lines = (await metrics.text()).body.split("\n");
  for (const line of [
    'sidecar_page_failures_total{code="ocr_failed"} 1',
    'sidecar_pages_total{source="np-dms-ocr"} 0',
    "sidecar_pages_truncated_total 0",
    "sidecar_page_cache_hits_total 0",
  ])
    expect(lines).toContain(line);
});

test("a watched value that is no more is not told any more", async () => {
  const registry = new MetricRegistry();
  let sizes: Record<string, number> = { one: 1, other: 2 };
  registry.watchGauge({ name: "sizes", help: "x", label: "of", read: () => sizes });
  await registry.text();
  sizes = { other: 3 };
  const { body } = await registry.text();
  expect(body.split("\n").filter((line) => line.startsWith("sidecar_"))).toEqual(['sidecar_sizes{of="other"} 3']);
});

test("a watched value that throws, or is unknown, leaves only itself out", async () => {
  const registry = new MetricRegistry();
  const broken = () => {
    throw new Error("broken");
  };
  registry.watchGauge({ name: "broken", help: "x", read: broken });
  registry.watchGauge({ name: "unknown", help: "x", read: () => undefined });
  registry.watchGauge({ name: "known", help: "x", label: "kind", read: () => ({ a: 1, b: 0 }) });
  registry.watchCounter({ name: "kept_total", help: "x", read: () => 3 });
  const { body } = await registry.text();
  const values = body.split("\n").filter((line) => line.startsWith("sidecar_"));
  expect(values).toEqual(['sidecar_known{kind="a"} 1', 'sidecar_known{kind="b"} 0', "sidecar_kept_total 3"]);
});

test("each process that opens documents is counted in one state", async () => {
  const registry = new MetricRegistry();
  watchPool(registry, {
    status: () => ({ processes: 6, ready: 5, busy: 2, queued: 7, replaced: 3, recycled: 4 }),
  });
  const { body } = await registry.text();
  expect(body.split("\n").filter((line) => line.startsWith("sidecar_"))).toEqual([
    'sidecar_pdf_workers{state="idle"} 3',
    'sidecar_pdf_workers{state="busy"} 2',
    'sidecar_pdf_workers{state="starting"} 1',
    "sidecar_pdf_tasks_queued 7",
    "sidecar_pdf_worker_respawns_total 3",
    "sidecar_pdf_worker_recycles_total 4",
  ]);
});

describe("the memory of the container", () => {
  const read = async (files: Record<string, string>) => {
    const root = await mkdtemp(join(tmpdir(), "cgroup-"));
    for (const [name, text] of Object.entries(files)) await Bun.write(join(root, name), text);
    const memory = await readContainerMemory(root);
    await rm(root, { recursive: true });
    return memory;
  };

  test("is read from version 2 without droppable file cache", async () => {
    const stat = "anon 500\nactive_file 7\ninactive_file 300\n";
    expect(await read({ "memory.current": "1000\n", "memory.max": "4000\n", "memory.stat": stat })).toEqual({
      usedBytes: 700,
      limitBytes: 4000,
    });
  });

  test("is read from version 1, whose huge limit is none", async () => {
    const files = {
      "memory/memory.usage_in_bytes": "1000\n",
      "memory/memory.limit_in_bytes": "9223372036854771712\n",
      "memory/memory.stat": "inactive_file 1\ntotal_inactive_file 400\n",
    };
    expect(await read(files)).toEqual({ usedBytes: 600, limitBytes: undefined });
  });

  test("has no limit where version 2 says max, and is unknown where there is nothing", async () => {
    expect(await read({ "memory.current": "1000\n", "memory.max": "max\n" })).toEqual({
      usedBytes: 1000,
      limitBytes: undefined,
    });
    expect(await read({})).toBeUndefined();
    const limitOf = async (limit: string) => (await read({ "memory.current": "1", "memory.max": limit }))?.limitBytes;
    expect(await Promise.all(["0", "1", String(2 ** 60 - 1024), String(2 ** 60)].map(limitOf))).toEqual([
      undefined,
      1,
      2 ** 60 - 1024,
      undefined,
    ]);
    const stat = "inactive_file 1500\n";
    expect((await read({ "memory.current": "1000", "memory.max": "max", "memory.stat": stat }))?.usedBytes).toBe(0);
  });
});

async function scrape(sidecar: TestSidecar): Promise<string[]> {
  const response = await sidecar.call("/metrics");
  expect(response.status).toBe(200);
  return (await response.text()).split("\n");
}

test("an answer of a model that was there, and said so in some milliseconds, is no cold load", async () => {
  const metrics = new Metrics();
  const answer = { promptTokens: 1, outputTokens: 1, outputMs: 10 };
  for (const loadMs of [0, 40, 999, 1000, 65_000]) metrics.answer({ ...answer, loadMs });
  const { body } = await metrics.text();
  expect(body).toContain("sidecar_model_cold_loads_total 2\n");
  expect(body).toContain("sidecar_model_load_duration_seconds_sum 66\n");
});
