/**
 * Answer times of a `/health` in the same process while both models compute without a pause.
 *
 *   bun test/bench/retrieval-health.ts [seconds=10]
 */
import { tinyRetrieval } from "../support/tiny-retrieval.ts";

const seconds = Number(process.argv[2] ?? 10);
const shape = { hidden: 256, layers: 6, heads: 8, feedForward: 1024 };
const service = await tinyRetrieval({
  timeoutMs: 600_000,
  embedModel: { outputs: "three-headed", shape },
  rerankModel: { outputs: "logits", shape },
});
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => Response.json({ status: "ok" }) });
const stop = AbortSignal.timeout(seconds * 1000);
const texts = Array.from({ length: 64 }, (_, index) => "pump ".repeat(1 + index * 9));

async function keepBusy(work: () => Promise<unknown>): Promise<void> {
  while (!stop.aborted) await work().catch(() => undefined);
}

const busy = Promise.all([
  ...Array.from({ length: 4 }, () => keepBusy(() => service.retrieval.embedder.embed(texts, stop))),
  ...Array.from({ length: 4 }, () => keepBusy(() => service.retrieval.reranker.rerank("pump", texts, stop))),
]);
const times: number[] = [];
while (!stop.aborted) {
  const start = performance.now();
  await (await fetch(`http://127.0.0.1:${server.port}/health`)).text();
  times.push(performance.now() - start);
  await Bun.sleep(2);
}
await busy;
times.sort((left, right) => left - right);
const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
console.log(`${times.length} requests: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(0.9999)} ms`);
await server.stop(true);
await service.close();
