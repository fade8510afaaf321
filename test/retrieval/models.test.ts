import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Embedding, embedInParts } from "../../src/retrieval/embedder.ts";
import { referenceDense, referenceLogit, referenceSparse } from "../support/reference-forward.ts";
import { type TinyRetrieval, type TinyRetrievalOptions, tinyRetrieval } from "../support/tiny-retrieval.ts";
import { referenceTokens } from "../support/tiny-tokenizer.ts";
import type { TinyWeights } from "../support/tiny-weights.ts";

// Processes start slowly on a busy machine; nothing here measures time.
setDefaultTimeout(60_000);

const signal = new AbortController().signal;
/** What callers are promised, on the CPU. */
const denseTolerance = 1e-5;
const tolerance = 1e-4;

const texts = [
  "What is BGE M3?",
  "concrete pipe and steel beam",
  "รายงานตรวจสอบ เสาเข็มคอนกรีต ชั้น 3",
  "แบบก่อสร้าง drawing of the pump (น้ำ) 12.5",
  "pipe pipe Pipe pipe pump pipe",
  "a </s> b <mask> c <s> d <pad><unk>",
  "  two   blanks\n\tand a tab ",
  "x",
];

/** A text of so many tokens: each word is one piece of the tokeniser. */
const textOf = (tokens: number) =>
  Array.from({ length: tokens }, (_, index) => (index % 3 === 0 ? "pump" : index % 3 === 1 ? "door" : "คาน")).join(" ");

const single = (text: string, limit = 512) => [0, ...referenceTokens(text).slice(0, limit - 2), 2];

function expectEmbedding(found: Embedding | undefined, weights: TinyWeights, ids: number[]): void {
  expect(found?.tokens).toBe(ids.length);
  const dense = referenceDense(weights, ids);
  expect(found?.dense.length).toBe(dense.length);
  expect(largestDifference([...(found?.dense ?? [])], dense)).toBeLessThan(denseTolerance);
  const sparse = referenceSparse(weights, ids);
  expect(found?.sparse.indices).toEqual([...sparse.keys()]);
  expect(largestDifference(found?.sparse.values ?? [], [...sparse.values()])).toBeLessThan(tolerance);
}

const largestDifference = (left: readonly number[], right: readonly number[]) =>
  Math.max(0, ...left.map((value, index) => Math.abs(value - (right[index] ?? Number.NaN))));

/** The independent computation is slow, so most tests have a low limit. */
const shape = { positions: 66 };

const kinds: ReadonlyArray<[string, TinyRetrievalOptions]> = [
  ["three heads", { embedModel: { outputs: "three-headed", shape } }],
  [
    "a hidden state and a head of half floats",
    { embedModel: { outputs: "hidden-state", external: true, shape }, headFloats: "half" },
  ],
  [
    "a hidden state and a head of single floats",
    { embedModel: { outputs: "hidden-state", file: "model.onnx", shape }, headFloats: "single" },
  ],
];

describe.each(kinds)("an embedding model with %s", (_, options) => {
  let service: TinyRetrieval;
  beforeAll(async () => {
    service = await tinyRetrieval(options);
  });
  afterAll(() => service.close());

  test.each(texts)("gives %j the numbers of the independent computation", async (text) => {
    const { results, device } = await service.retrieval.embedder.embed([text], signal);
    expect(device).toBe("cpu");
    expect(results).toHaveLength(1);
    expectEmbedding(results[0], service.embedWeights, single(text));
  });

  test("gives every text of a batch its numbers, in any order", async () => {
    for (const order of [texts, texts.toReversed(), [...texts.slice(3), ...texts.slice(0, 3), texts[0] ?? ""]]) {
      const { results } = await service.retrieval.embedder.embed(order, signal);
      for (const [index, text] of order.entries()) expectEmbedding(results[index], service.embedWeights, single(text));
    }
  });

  test.each([61, 62, 63, 200])(
    "reads a text of %i tokens up to its 64 positions and ends it with </s>",
    async (tokens) => {
      const text = textOf(tokens);
      const { results } = await service.retrieval.embedder.embed(["x", text], signal);
      expect(results[1]?.truncated).toBe(tokens > 62);
      expectEmbedding(results[1], service.embedWeights, single(text, 64));
    },
  );
});

describe("an embedding model", () => {
  test("gives a text the same numbers alone and among others of other lengths", async () => {
    await using service = await disposable();
    const { embedder } = service.retrieval;
    const company = ["x", textOf(40), "คาน", textOf(100)];
    const alone = await embedder.embed(["What is BGE M3?"], signal);
    const together = await embedder.embed([...company, "What is BGE M3?"], signal);
    const left = [...(alone.results[0]?.dense ?? [])];
    const right = [...(together.results.at(-1)?.dense ?? [])];
    expect(largestDifference(left, right)).toBeLessThan(1e-6);
    expect(together.results.at(-1)?.sparse.indices).toEqual(alone.results[0]?.sparse.indices ?? []);
  });

  test.each([510, 511])("reads a text of %i tokens up to the limit of 512", async (tokens) => {
    await using service = await disposable();
    const { results } = await service.retrieval.embedder.embed([textOf(tokens)], signal);
    expect(results[0]?.truncated).toBe(tokens > 510);
    expectEmbedding(results[0], service.embedWeights, single(textOf(tokens)));
  });

  test("embeds a long list in parts, in order", async () => {
    await using service = await disposable();
    const { embedder } = service.retrieval;
    const { results } = await embedInParts(embedder, texts, 3, signal);
    const whole = await embedder.embed(texts, signal);
    expect(results.map(({ sparse }) => sparse.indices)).toEqual(whole.results.map(({ sparse }) => sparse.indices));
  });

  test.each(["three-headed", "hidden-state"] as const)("may answer in half floats, %s", async (outputs) => {
    const embed = { model: "tiny/embed", sparseHead: "heads/sparse_linear.pt", dtype: "fp16", maxTokens: 512 } as const;
    const embedModel = { outputs, halfOutputs: true, file: "onnx/model_fp16.onnx" } as const;
    await using service = await disposable({ embed, embedModel, headFloats: "half" });
    const { results } = await service.retrieval.embedder.embed(["What is BGE M3?"], signal);
    const expected = referenceDense(service.embedWeights, single("What is BGE M3?"));
    expect(largestDifference([...(results[0]?.dense ?? [])], expected)).toBeLessThan(1e-3);
  });

  test("honours a limit of fewer tokens", async () => {
    const embed = { model: "tiny/embed", sparseHead: "heads/none.pt", dtype: "fp32", maxTokens: 16 } as const;
    await using service = await disposable({ embed });
    const { results } = await service.retrieval.embedder.embed([textOf(40)], signal);
    expect(results[0]).toMatchObject({ tokens: 16, truncated: true });
    expectEmbedding(results[0], service.embedWeights, single(textOf(40), 16));
  });

  test.each([
    ["a word of a million characters", "x".repeat(1_000_000), 512],
    ["a million characters that it does not know", "☃".repeat(1_000_000), 4],
    ["a million characters in words", textOf(200_000), 512],
  ])("reads %s as far as its tokens go", async (_, text, tokens) => {
    await using service = await disposable();
    const { results } = await service.retrieval.embedder.embed([text], signal);
    expect(results[0]).toMatchObject({ tokens, truncated: true });
  });

  test("never reads more tokens than it has positions", async () => {
    await using service = await disposable({ embedModel: { outputs: "three-headed", shape: { positions: 34 } } });
    const { results } = await service.retrieval.embedder.embed([textOf(40)], signal);
    expect(results[0]).toMatchObject({ tokens: 32, truncated: true });
  });

  test("leaves a text of nothing but special tokens without lexical weights", async () => {
    await using service = await disposable();
    const { results } = await service.retrieval.embedder.embed(["</s><s> <unk>"], signal);
    expect(results[0]?.sparse).toEqual({ indices: [], values: [] });
  });
});

describe("a reranking model", () => {
  let service: TinyRetrieval;
  beforeAll(async () => {
    service = await tinyRetrieval();
  });
  afterAll(() => service.close());

  const pair = (query: string, chunk: string) => {
    const head = referenceTokens(query).slice(0, 384);
    return [0, ...head, 2, 2, ...referenceTokens(chunk).slice(0, 512 - 4 - head.length), 2];
  };

  test.each([
    ["an English query", "What is BGE M3?", [...texts, ""]],
    ["a Thai query", "รายงานตรวจสอบ เสาเข็ม", texts],
    ["a chunk beyond the limit", "What is BGE M3?", ["x", textOf(600)]],
    ["a query beyond its share", textOf(500), ["pump", textOf(200)]],
  ])("gives %s the logits of the independent computation", async (_, query, chunks) => {
    const { scores, device } = await service.retrieval.reranker.rerank(query, chunks, signal);
    expect(device).toBe("cpu");
    const expected = chunks.map((chunk) => referenceLogit(service.rerankWeights, pair(query, chunk)));
    expect(scores).toHaveLength(chunks.length);
    expect(largestDifference(scores, expected)).toBeLessThan(tolerance);
  });

  test("needs no process for a query without chunks", async () => {
    await using other = await disposable();
    expect(await other.retrieval.reranker.rerank("What?", [], signal)).toMatchObject({ scores: [], device: "cpu" });
    expect(other.retrieval.status().reranker.cpu.state).toBe("idle");
  });
});

async function disposable(options: TinyRetrievalOptions = {}): Promise<TinyRetrieval & AsyncDisposable> {
  const service = await tinyRetrieval(options);
  return { ...service, [Symbol.asyncDispose]: () => service.close() };
}
