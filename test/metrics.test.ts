import { expect, setDefaultTimeout, test } from "bun:test";
import { scan } from "./support/scan.ts";
import { startWithOllama } from "./support/sidecar-with-ollama.ts";

// Real workers and sockets on a busy machine of two cores.
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
    "sidecar_page_retries_total 1",
    "sidecar_page_cache_hits_total 2",
    "sidecar_model_cold_loads_total 1",
    'sidecar_residency_decisions_total{reason="headroom-sufficient"} 2',
    'sidecar_queue{figure="documents"} 0',
    'sidecar_page_cache{figure="pages"} 2',
    'sidecar_vram_mb{figure="total"} 16384',
  ]) {
    expect(lines).toContain(line);
  }
  expect(text).not.toContain("made-up");
});
