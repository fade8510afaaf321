/**
 * How well requests keep a card at work, without one: children that compute nothing take as long as a card would, so much for
 * each token with its padding and so much for each batch, and their tokenisers so long for each character. 16 callers, one
 * request after another. What the processes themselves need is not in it.
 *
 *   bun test/bench/retrieval-card.ts [slower=5] [requests=48]
 *
 * `slower` is how many times slower than an H200 in half floats: the slower, the less a busy machine is in the figures.
 */
import type { ProcessExit } from "../../src/processes/process-exit.ts";
import type { InferenceChild } from "../../src/retrieval/child/inference-child.ts";
import { lengthMultiple, paddedLength } from "../../src/retrieval/child/sequences.ts";
import { tinyRetrieval } from "../support/tiny-retrieval.ts";
import { median, quantile } from "./statistics.ts";

const [slower = 5, requests = 48] = process.argv.slice(2).map(Number);
const callers = 16;
/** An H200 in milliseconds: 590,000 tokens a second, a batch by itself, 5 million characters a second. */
const card = { token: slower / 590, batch: 1.5 * slower, character: slower / 5_000 } as const;
const never = new AbortController().signal;
const ran: Array<{ tokens: number; padded: number; ms: number }> = [];
const ranMs = () => ran.reduce((sum, { ms }) => sum + ms, 0);

/** Things that are done one after another, each in its time. */
function oneByOne() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(ms: number, result: () => Result): Promise<Result> => {
    const done = last.then(() => Bun.sleep(ms)).then(result);
    last = done;
    return done;
  };
}

function startChild(): InferenceChild {
  const exit = Promise.withResolvers<ProcessExit>();
  const [compute, cut] = [oneByOne(), oneByOne()];
  return {
    pid: 1,
    ended: exit.promise,
    exited: exit.promise,
    load: async ({ maxTokens }) => ({ dimension: 4, maxTokens }),
    tokenise: (groups) => {
      const texts = groups.flatMap((group) => group.texts);
      const lengths = Int32Array.from(texts, (text) => Math.round(text.length / 5) + 2);
      const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0)).fill(5);
      const characters = texts.reduce((sum, text) => sum + text.length, 0);
      const truncated = texts.map(() => false);
      return cut(characters * card.character, () => ({ type: "tokenised", ids, lengths, truncated }));
    },
    run: (ids, lengths) => {
      const padded = lengths.length * paddedLength(Math.max(...lengths), lengthMultiple.cuda);
      const ms = card.batch + padded * card.token;
      return compute(ms, () => {
        ran.push({ tokens: ids.length, padded, ms });
        const ones = new Float32Array(lengths.length).fill(1);
        const each = Int32Array.from(lengths, () => 1);
        const dense = new Float32Array(lengths.length * 4).fill(0.5);
        return { type: "embedded", dense, sparse: { indices: each, values: ones, lengths: each } };
      });
    },
    kill: () => exit.resolve({ why: "closed", wasBusy: false, how: "was killed", lastWords: "" }),
  };
}

const { retrieval, close } = await tinyRetrieval({
  startChild,
  timeoutMs: 600_000,
  device: "cuda",
  providerPresent: true,
  readFreeVram: () => Promise.resolve({ known: true, freeMb: 70_000, spilled: false }),
});
while (retrieval.status().embedder.device !== "cuda") {
  await retrieval.embedder.embed(["a"], never);
  await Bun.sleep(5);
}

/** Numbers from `least` to `most` in an order that looks like chance and is always the same. */
function* spread(least: number, most: number): Generator<number, never> {
  for (let index = 0; ; index += 1) yield least + ((index * 7_919) % (most - least + 1));
}

const kinds = [
  { name: "one text of 512 tokens", texts: 1, least: 510, most: 510, times: 8 },
  { name: "32 texts of 512", texts: 32, least: 510, most: 510, times: 1 },
  { name: "one text of 128", texts: 1, least: 126, most: 126, times: 16 },
  { name: "32 texts of 10 to 250", texts: 32, least: 8, most: 248, times: 1 },
] as const;
for (const { name, texts, least, most, times } of kinds) {
  const words = spread(least, most);
  const text = () => "pump ".repeat(words.next().value);
  const waiting = Array.from({ length: requests * times }, () => Array.from({ length: texts }, text));
  ran.length = 0;
  const took: number[] = [];
  const start = performance.now();
  const atLastStart = { ms: start, ranMs: 0 };
  const caller = async () => {
    for (let request = waiting.pop(); request !== undefined; request = waiting.pop()) {
      const begun = performance.now();
      Object.assign(atLastStart, { ms: begun, ranMs: ranMs() });
      await retrieval.embedder.embed(request, never);
      took.push((performance.now() - begun) / slower);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const [tokens, padded] = [
    ran.reduce((sum, one) => sum + one.tokens, 0),
    ran.reduce((sum, one) => sum + one.padded, 0),
  ];
  // The end, when fewer and fewer callers wait, says nothing of the card.
  const share = atLastStart.ranMs / (atLastStart.ms - start);
  const took95 = `median ${median(took).toFixed(0)} ms, 95th percentile ${quantile(took, 0.95).toFixed(0)} ms`;
  console.log(
    `${name.padEnd(24)} at work ${share.toFixed(3)}, padding ${(1 - tokens / padded).toFixed(3)}, ${ran.length} batches, ${took95}`,
  );
}
await close();
