/**
 * Overlapping rerankings of 100 chunks beside small embeds that are sent one after another, over HTTP, on models of random
 * weights. Goals: all are answered although together they take longer than RETRIEVAL_TIMEOUT_SECONDS, the first after at most
 * 1.3 times its time alone; the 95th percentile of the embeds at most 3 times as long as alone; `/health` below 50 ms.
 *
 *   bun test/bench/retrieval-turns.ts [pause=1000] [words=300] [hidden=256]
 *
 * `pause` is between two embeds, in milliseconds; `words` is the length of a small text and of a chunk, in tokens. Without a
 * pause the embeds take half of the processor, and the first reranking as long again.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServiceProcess } from "../support/service-process.ts";
import { writeTinyModel } from "../support/tiny-model.ts";
import { median, milliseconds, quantile } from "./statistics.ts";
import { watchHealth } from "./watch-health.ts";

const [pauseMs = 1_000, words = 300, hidden = 256] = process.argv.slice(2).map(Number);
const overlapping = 4;
const shape = { hidden, layers: 6, heads: hidden / 64, feedForward: hidden * 4 };
const text = "pump ".repeat(words);
const chunks = Array.from({ length: 100 }, () => text);

const folder = await mkdtemp(join(tmpdir(), "bench-models-"));
await writeTinyModel(join(folder, "embed"), { outputs: "three-headed", shape });
await writeTinyModel(join(folder, "rerank"), { outputs: "logits", shape });
const variables = { MODEL_DIR: folder, EMBED_MODEL: "embed", RERANK_MODEL: "rerank", RETRIEVAL_THREADS: "1" };

/** Milliseconds of a request, and its status. */
async function send(url: string, path: string, body: unknown) {
  const start = performance.now();
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  return { ms: performance.now() - start, status: response.status };
}

const rerank = (url: string) => send(url, "/rerank", { query: "pump", chunks });
const embed = (url: string) => send(url, "/embed", { text });

/** What each takes by itself. */
async function alone() {
  await using service = await startServiceProcess({ ...variables, RETRIEVAL_TIMEOUT_SECONDS: "600" });
  await Promise.all([rerank(service.url), embed(service.url)]);
  const rerankMs = (await rerank(service.url)).ms;
  const embeds: number[] = [];
  for (let count = 0; count < 30; count += 1) embeds.push((await embed(service.url)).ms);
  return { rerankMs, embedMs: median(embeds) };
}

const { rerankMs, embedMs } = await alone();
const limitSeconds = Math.ceil((rerankMs * 20) / 7 / 1000);
console.log(`alone: reranking ${milliseconds(rerankMs)}, embed ${milliseconds(embedMs)}; limit ${limitSeconds} s`);

await using service = await startServiceProcess({ ...variables, RETRIEVAL_TIMEOUT_SECONDS: String(limitSeconds) });
await Promise.all([embed(service.url), send(service.url, "/rerank", { query: "pump", chunks: ["pump"] })]);
const stopWatching = await watchHealth(service.url);
let running = true;
const rerankings = Promise.all(Array.from({ length: overlapping }, () => rerank(service.url))).finally(() => {
  running = false;
});
const embeds: number[] = [];
const failed: number[] = [];
while (running) {
  const { ms, status } = await embed(service.url);
  if (status === 200) embeds.push(ms);
  else failed.push(status);
  await Bun.sleep(pauseMs);
}
const times = (await rerankings).toSorted((left, right) => left.ms - right.ms);
const health = await stopWatching();
await rm(folder, { recursive: true, force: true });

const factor = (value: number, of: number) => `${(value / of).toFixed(2)} x alone`;
for (const { ms, status } of times)
  console.log(`reranking ${status} after ${milliseconds(ms)}, ${factor(ms, rerankMs)}`);
const p95Ms = quantile(embeds, 0.95);
console.log(`${embeds.length} embeds, ${failed.length} failed, median ${factor(median(embeds), embedMs)}`);
console.log(`embeds, 95th percentile ${milliseconds(p95Ms)}, ${factor(p95Ms, embedMs)}`);
console.log(
  `/health 99th percentile ${milliseconds(health.p99Ms)} of ${health.requests}, maximum ${milliseconds(health.maximumMs)}`,
);
