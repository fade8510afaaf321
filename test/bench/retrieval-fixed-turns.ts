/**
 * As `retrieval-turns.ts`, without a processor: children that compute nothing take 70 ms for each batch. Four rerankings of 100
 * chunks overlap, each 7 s alone, with a limit of 20 s; small embeds are sent beside them, one after another.
 *
 *   bun test/bench/retrieval-fixed-turns.ts [pause=350]
 *
 * `pause` is between two embeds, in milliseconds. With 70 ms for each embed as for each batch of the rerankings, and no pause,
 * the embeds take every second turn, and the rerankings twice as long.
 */
import { FakeChildren } from "../support/fake-child.ts";
import { tinyRetrieval } from "../support/tiny-retrieval.ts";
import { median, milliseconds, quantile } from "./statistics.ts";

const pauseMs = Number(process.argv[2] ?? 350);
const never = new AbortController().signal;
const chunks = Array<string>(100).fill("p".repeat(510));

const children = new FakeChildren();
const { retrieval, close } = await tinyRetrieval({ startChild: children.start, timeoutMs: 20_000 });
const rerank = () => timed(() => retrieval.reranker.rerank("q", chunks, never));
const embed = () => timed(() => retrieval.embedder.embed([chunks[0] ?? ""], never));

/** Milliseconds that it took. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

await Promise.all([rerank(), embed()]);
children.batchMs = 70;
const alone = { rerankMs: await rerank(), embedMs: await embed() };
console.log(`alone: reranking ${milliseconds(alone.rerankMs)}, embed ${milliseconds(alone.embedMs)}`);

let running = true;
const rerankings = Promise.all(Array.from({ length: 4 }, rerank)).finally(() => {
  running = false;
});
const embeds: number[] = [];
while (running) {
  embeds.push(await embed());
  await Bun.sleep(pauseMs);
}
const factor = (value: number, of: number) => `${(value / of).toFixed(2)} x alone`;
for (const ms of await rerankings) console.log(`reranking after ${milliseconds(ms)}, ${factor(ms, alone.rerankMs)}`);
console.log(`${embeds.length} embeds, median ${factor(median(embeds), alone.embedMs)}`);
console.log(`embeds, 95th percentile ${factor(quantile(embeds, 0.95), alone.embedMs)}`);
await close();
