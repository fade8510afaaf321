/**
 * Answer times of `/health` while both models compute without a pause, asked over HTTP as backends do.
 * Goal: 99th percentile below 50 ms. Run with `bun test/bench/retrieval-health.ts [seconds]`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServiceProcess } from "../support/service-process.ts";
import { writeTinyModel } from "../support/tiny-model.ts";
import { milliseconds } from "./statistics.ts";
import { watchHealth } from "./watch-health.ts";

const seconds = Number(process.argv[2] ?? 20);
const shape = { hidden: 256, layers: 6, heads: 8, feedForward: 1024 };
const texts = Array.from({ length: 16 }, (_, index) => "pump ".repeat(1 + index * 8));

const folder = await mkdtemp(join(tmpdir(), "bench-models-"));
await writeTinyModel(join(folder, "embed"), { outputs: "three-headed", shape });
await writeTinyModel(join(folder, "rerank"), { outputs: "logits", shape });
await using service = await startServiceProcess({
  MODEL_DIR: folder,
  EMBED_MODEL: "embed",
  RERANK_MODEL: "rerank",
  RETRIEVAL_TIMEOUT_SECONDS: "600",
});

const stop = AbortSignal.timeout(seconds * 1000);
let computed = 0;
async function keepBusy(path: string, body: unknown): Promise<void> {
  while (!stop.aborted) {
    const headers = { "Content-Type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify(body), signal: stop };
    const response = await fetch(service.url + path, request).catch(() => undefined);
    const finished = await response?.text().catch(() => undefined);
    if (response?.status === 200 && finished !== undefined) computed += 1;
  }
}

const stopWatching = await watchHealth(service.url);
await Promise.all([
  ...Array.from({ length: 4 }, () => keepBusy("/embed", { texts })),
  ...Array.from({ length: 4 }, () => keepBusy("/rerank", { query: "pump", chunks: texts })),
]);
const health = await stopWatching();
await rm(folder, { recursive: true, force: true });
console.log(`requests computed       ${computed}`);
console.log(`/health median          ${milliseconds(health.medianMs)}`);
console.log(`/health 99th percentile ${milliseconds(health.p99Ms)} of ${health.requests}`);
console.log(`/health maximum         ${milliseconds(health.maximumMs)}`);
