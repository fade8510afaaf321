/**
 * Tokens per second of the embedding service against the bare ONNX session.
 *
 *   bun test/bench/retrieval.ts [hidden=1024] [layers=2] [texts=96]
 *
 * `1024 24 32` is the shape of BGE-M3 without its vocabulary; it takes some minutes and 1.3 GB of disk. With fewer layers,
 * or narrower ones such as `384 6 384`, what the service adds to a text (3 to 4 ms) is a larger share.
 *
 * Compared are, with the same threads and session options: the service under 16 concurrent callers of one text
 * each; the bare session in this process on the same batches (same counts and padded lengths); the bare session
 * one text at a time; the service with one caller. The order of the first two alternates, medians are printed.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { Retrieval } from "../../src/retrieval/retrieval.ts";
import { writeTinyModel } from "../support/tiny-model.ts";
import { tinyOptions } from "../support/tiny-retrieval.ts";

const [hidden = 1024, layers = 2, count = 96] = process.argv.slice(2).map(Number);
const callers = 16;
const rounds = 3;
const signal = new AbortController().signal;

// As the children do, so that a busy machine slows both alike.
setPriority(10);
const modelDir = await mkdtemp(join(tmpdir(), "bench-"));
const shape = { hidden, layers, heads: hidden / 64, feedForward: hidden * 4 };
await writeTinyModel(join(modelDir, "tiny/embed"), { outputs: "three-headed", external: true, shape });
await writeTinyModel(join(modelDir, "tiny/rerank"), { outputs: "logits" });

/** Lengths of 10 to 250 tokens, as chunks of documents have them; each word is one token. */
const lengths = Array.from({ length: count }, (_, index) => 10 + ((index * 7919) % 241));
const texts = lengths.map((length) => Array.from({ length }, () => "pump").join(" "));
const tokens = lengths.reduce((sum, length) => sum + length + 2, 0);

const batches: Array<{ rows: number; width: number }> = [];
const retrieval = await Retrieval.start({
  ...tinyOptions(modelDir),
  timeoutMs: 600_000,
  onBatch: (_, __, { sequences, paddedTokens }) => batches.push({ rows: sequences, width: paddedTokens / sequences }),
});
const session = await InferenceSession.create(join(modelDir, "tiny/embed/onnx/model.onnx"), {
  executionProviders: ["cpu"],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: false,
  extra: { session: { disable_prepacking: "1", intra_op: { allow_spinning: "0" } } },
});

async function service(concurrent: number): Promise<number> {
  batches.length = 0;
  const waiting = [...texts];
  const caller = async () => {
    for (let text = waiting.pop(); text !== undefined; text = waiting.pop())
      await retrieval.embedder.embed([text], signal);
  };
  return tokensPerSecond(() => Promise.all(Array.from({ length: concurrent }, caller)));
}

async function bare(shapes: ReadonlyArray<{ rows: number; width: number }>): Promise<number> {
  return tokensPerSecond(async () => {
    for (const { rows, width } of shapes) {
      const tensor = (value: bigint) => new Tensor("int64", new BigInt64Array(rows * width).fill(value), [rows, width]);
      await session.run({ input_ids: tensor(5n), attention_mask: tensor(1n) }, ["dense_vecs", "sparse_vecs"]);
    }
  });
}

async function tokensPerSecond(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (tokens / (performance.now() - start)) * 1000;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const show = (name: string, values: readonly number[]) =>
  console.log(`${name.padEnd(46)} ${median(values).toFixed(0).padStart(8)} tokens/s`);

await service(callers);
const together: number[] = [];
const onSame: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  if (round % 2 === 0) {
    together.push(await service(callers));
    onSame.push(await bare([...batches]));
  } else {
    const same = [...batches];
    onSame.push(await bare(same));
    together.push(await service(callers));
  }
}
console.log(
  `${count} texts, ${tokens} tokens, ${batches.length} batches, hidden ${hidden}, ${layers} layers, 1 thread`,
);
show(`service, ${callers} concurrent callers`, together);
show("bare session, the same batches", onSame);
const oneByOne = await bare(lengths.map((length) => ({ rows: 1, width: length + 2 })));
show("bare session, one text at a time", [oneByOne]);
show("service, one caller", [await service(1)]);
console.log(`service / bare on the same batches: ${(median(together) / median(onSame)).toFixed(3)} (goal: 0.95)`);
console.log(`service / one by one:               ${(median(together) / oneByOne).toFixed(3)}`);

await retrieval.close(AbortSignal.abort());
await session.release();
await rm(modelDir, { recursive: true });
