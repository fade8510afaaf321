import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { backOffMs } from "../../src/processes/back-off.ts";
import { planBatch } from "../../src/retrieval/batching/batch-plan.ts";
import { paddedLength } from "../../src/retrieval/child/sequences.ts";
import { readSparseHead, sparseVectors, unpackSparseVectors } from "../../src/retrieval/child/sparse.ts";
import { normalisedRows } from "../../src/retrieval/child/tensors.ts";
import { pairSequence, singleSequence, type Tokens } from "../../src/retrieval/child/tokenise.ts";
import { inferenceThreads, quotaCpus, usableCpus } from "../../src/retrieval/cpu-quota.ts";
import { withoutPaths } from "../../src/retrieval/faults.ts";
import { parseFileName, parseModelName } from "../../src/retrieval/models/model-name.ts";
import { isNews, type SessionState, startsOnDemand } from "../../src/retrieval/models/session-state.ts";
import { judgeModel, type ModelReadiness } from "../../src/retrieval/readiness.ts";
import { rankedIndices, sigmoid } from "../../src/retrieval/reranker.ts";
import { childEnvironment } from "../../src/service/env.ts";
import { sparseLinearFile, storedZip } from "../support/stored-zip.ts";

const upTo = (count: number): Tokens => ({
  ids: Array.from({ length: count }, (_, index) => index + 10),
  cut: false,
});

describe("a sequence of token ids", () => {
  test.each([
    [0, [0, 2], false],
    [3, [0, 10, 11, 12, 2], false],
    [6, [0, 10, 11, 12, 13, 14, 15, 2], false],
    [7, [0, 10, 11, 12, 13, 14, 15, 2], true],
  ])("of %i tokens keeps its final </s> within a limit of 8", (count, ids, truncated) => {
    expect(singleSequence(upTo(count), 8)).toEqual({ ids, truncated });
  });

  test("of a pair has an empty second text between its marks", () => {
    expect(pairSequence(upTo(2), upTo(0), 512)).toEqual({ ids: [0, 10, 11, 2, 2, 2], truncated: false });
  });

  test("of a pair cuts the query to 384 tokens and the passage to what is left of 512", () => {
    const { ids, truncated } = pairSequence(upTo(600), upTo(600), 512);
    expect(ids).toHaveLength(512);
    expect(truncated).toBe(true);
    expect(ids.slice(385, 388)).toEqual([2, 2, 10]);
    expect(ids.at(-1)).toBe(2);
  });

  test("of a text that was given up is truncated however few tokens it has", () => {
    const cut = { ...upTo(1), cut: true };
    expect(singleSequence(cut, 8)).toEqual({ ids: [0, 10, 2], truncated: true });
    expect(pairSequence(cut, upTo(1), 8).truncated).toBe(true);
    expect(pairSequence(upTo(1), cut, 8).truncated).toBe(true);
  });

  test("of a short query leaves the passage its room", () => {
    const { ids, truncated } = pairSequence(upTo(10), upTo(498), 512);
    expect(ids).toHaveLength(512);
    expect(truncated).toBe(false);
    expect(pairSequence(upTo(10), upTo(499), 512).truncated).toBe(true);
  });
});

describe("sparse vectors", () => {
  const vectorsOf = (sequences: number[][], weights: number[], width: number) =>
    unpackSparseVectors(
      sparseVectors(
        sequences.map((ids) => Int32Array.from(ids)),
        Float32Array.from(weights),
        width,
      ),
    );

  test("keep the largest weight per token, in the order of first occurrence", () => {
    const vectors = vectorsOf([[0, 90, 7, 90, 50, 7, 2]], [9, 0.25, 0.5, 0.75, 0.125, 0.375, 9], 7);
    expect(vectors).toEqual([{ indices: [90, 7, 50], values: [0.75, 0.5, 0.125] }]);
  });

  test("tell apart tokens whose ids are alike in their last digits, in every text anew", () => {
    const [one, other] = [
      [4, 4 + 2 ** 16, 4 + 2 ** 17, 4, 4 + 2 ** 17],
      [4 + 2 ** 17, 4],
    ];
    expect(vectorsOf([one, other], [1, 2, 3, 4, 5, 6, 7, 0, 0, 0], 5)).toEqual([
      { indices: [4, 4 + 2 ** 16, 4 + 2 ** 17], values: [4, 2, 5] },
      { indices: [4 + 2 ** 17, 4], values: [6, 7] },
    ]);
  });

  test("leave out special tokens and weights that are not above zero", () => {
    expect(vectorsOf([[0, 1, 2, 3, 4, 5, 6]], [1, 1, 1, 1, 0, -1, Number.NaN], 7)).toEqual([
      { indices: [], values: [] },
    ]);
  });

  test("are each of its own row, without the padding", () => {
    expect(
      vectorsOf(
        [
          [0, 8, 9, 2],
          [0, 2],
          [0, 8, 2],
        ],
        [9, 1, 2, 9, 9, 9, 3, 3, 9, 4, 9, 5],
        4,
      ),
    ).toEqual([
      { indices: [8, 9], values: [1, 2] },
      { indices: [], values: [] },
      { indices: [8], values: [4] },
    ]);
  });
});

describe("a sparse head", () => {
  const weight = Float32Array.of(0.5, -0.25, 2);

  test.each(["half", "single"] as const)("of %s floats is read as it was written", (floats) => {
    const head = readSparseHead(sparseLinearFile(weight, 0.125, floats), 3);
    expect(head).toEqual({ weight, bias: 0.125 });
  });

  const data = (bytes: number) => new Uint8Array(bytes);
  const whole = sparseLinearFile(weight, 0.125, "single");
  const flipped = Uint8Array.from(whole);
  const place = Buffer.from(flipped).indexOf(Buffer.from(Float32Array.of(0.5).buffer));
  flipped[place] = 1;
  test.each([
    ["of another dimension", sparseLinearFile(weight, 0, "single"), 4, /12 bytes, not 16/],
    ["without a bias", storedZip({ "h/data/0": data(12) }), 3, /0 entries …\/data\/1/],
    [
      "with two weights",
      storedZip({ "a/data/0": data(12), "b/data/0": data(12), "h/data/1": data(4) }),
      3,
      /2 entries/,
    ],
    ["of double floats", storedZip({ "h/data/0": data(24), "h/data/1": data(8) }), 3, /bias has 8 bytes/],
    ["of mixed floats", storedZip({ "h/data/0": data(12), "h/data/1": data(2) }), 3, /12 bytes, not 6/],
    ["that is compressed", storedZip({ "h/data/0": data(12), "h/data/1": data(4) }, 8), 3, /is compressed/],
    ["with a damaged weight", flipped, 3, /checksum/],
    ["that is cut short", whole.subarray(20), 3, /damaged|cut short/],
    ["that is no zip", Buffer.from("<html>"), 3, /not a zip/],
    [
      "with infinite numbers",
      sparseLinearFile(Float32Array.of(1, Number.POSITIVE_INFINITY, 0), 0, "half"),
      3,
      /finite/,
    ],
  ])("%s is refused", (_, file, dimension, message) => {
    expect(() => readSparseHead(file, dimension)).toThrow(message);
  });
});

describe("a batch", () => {
  const limits = {
    maxPaddedTokens: 100,
    maxSquaredTokens: 4000,
    maxPaddingTokens: 8,
    maxSmallTokens: 100,
    lengthMultiple: 1,
  };

  test.each([
    ["takes the longest first and pads little", [10, 30, 28, 3], [0, 1, 2, 3], [1, 2]],
    ["runs one sequence that is over every limit", [500, 10], [0], [0]],
    ["is bounded by the square of the length", [50, 50, 50], [0, 1, 2], [0]],
    ["is bounded by its padded tokens", [20, 20, 20, 20, 20, 20], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4]],
    ["takes others' sequences of like length", [10, 30, 9, 8], [0], [0, 2, 3]],
    ["prefers those whose turn it is", [25, 25, 25, 25, 20], [0, 4], [0, 1, 2, 4]],
    ["takes what is padded by just so many tokens", [20, 12, 11], [0, 1, 2], [0, 1]],
    ["takes no longer one of another request", [20, 21, 20], [0], [0, 2]],
    ["is empty when nothing waits", [], [], []],
  ])("%s", (_, lengths, turn, expected) => {
    expect(planBatch(lengths, turn, limits)).toEqual(expected);
  });

  test.each([
    ["holds what fits at the length to which it is padded", [17, 17, 17, 17, 17], [0, 1, 2, 3]],
    ["takes nothing that is longer, although it would fit", [17, 18], [0]],
    ["pads by what a sequence lacks of the longest", [17, 9, 8], [0, 1]],
  ])("on a card %s", (_, lengths, expected) => {
    expect(planBatch(lengths, [0], { ...limits, lengthMultiple: 8 })).toEqual(expected);
  });

  test.each([
    [17, 1, 17],
    [17, 8, 24],
    [16, 8, 16],
    [1, 8, 8],
  ])("whose longest is %i is padded to a multiple of %i: %i", (longest, multiple, length) => {
    expect(paddedLength(longest, multiple)).toBe(length);
  });

  test("never exceeds its limits, except by a single sequence, and always makes progress", () => {
    const waiting = fc.array(fc.integer({ min: 2, max: 600 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(waiting, fc.nat(), (lengths, seed) => {
        const turn = lengths
          .keys()
          .filter((index) => index % 3 === seed % 3)
          .toArray();
        const batch = planBatch(lengths, turn, limits);
        expect(new Set(batch).size).toBe(batch.length);
        expect(batch.some((index) => turn.includes(index))).toBe(turn.length > 0);
        const longest = Math.max(...batch.map((index) => lengths[index] ?? 0));
        if (batch.length < 2) return;
        expect(batch.length * longest).toBeLessThanOrEqual(limits.maxPaddedTokens);
        expect(batch.length * longest ** 2).toBeLessThanOrEqual(limits.maxSquaredTokens);
      }),
    );
  });
});

describe("the CPU quota", () => {
  test.each([
    [{ max: "200000 100000\n", quotaUs: undefined, periodUs: undefined }, 2],
    [{ max: "150000 100000", quotaUs: undefined, periodUs: undefined }, 1.5],
    [{ max: "max 100000", quotaUs: undefined, periodUs: undefined }, undefined],
    [{ max: undefined, quotaUs: "400000\n", periodUs: "100000\n" }, 4],
    [{ max: undefined, quotaUs: "-1", periodUs: "100000" }, undefined],
    [{ max: undefined, quotaUs: undefined, periodUs: undefined }, undefined],
    [{ max: "nonsense", quotaUs: undefined, periodUs: undefined }, undefined],
  ])("of %j is %p CPUs", (files, cpus) => {
    expect(quotaCpus(files)).toBe(cpus);
  });

  test.each([
    [0, 8, 7],
    [0, 1.5, 1],
    [0, 0.5, 1],
    [3, 8, 3],
  ])("with %i threads asked for and %d CPUs gives %i threads", (asked, cpus, threads) => {
    expect(inferenceThreads(asked, cpus)).toBe(threads);
  });

  test("of this machine is a positive number", async () => {
    expect(await usableCpus()).toBeGreaterThan(0);
    expect(await usableCpus("/nowhere")).toBeGreaterThan(0);
  });
});

describe("the name of a model", () => {
  test.each([
    ["Xenova/bge-m3@3fa3a92", { name: "Xenova/bge-m3", revision: "3fa3a92", fetchable: true }],
    ["Xenova/bge-reranker-large", { name: "Xenova/bge-reranker-large", revision: undefined, fetchable: true }],
    ["my-model", { name: "my-model", revision: undefined, fetchable: false }],
    ["a/b/c", { name: "a/b/c", revision: undefined, fetchable: false }],
    ["../etc", undefined],
    ["/etc", undefined],
    ["a/../../b", undefined],
    ["a/b@", undefined],
    ["a/b@x/y", undefined],
    ["a/b@x@y", undefined],
    ["", undefined],
  ])("%p is %j", (text, expected) => {
    expect(parseModelName(text)).toEqual(expected);
  });

  test.each([
    ["BAAI/bge-m3:sparse_linear.pt", { name: "BAAI/bge-m3", revision: undefined, fetchable: true }, "sparse_linear.pt"],
    ["heads/sparse_linear.pt", undefined, "heads/sparse_linear.pt"],
  ])("of a file, %p, is read", (text, model, file) => {
    expect(parseFileName(text)).toEqual({ model, file });
  });

  test.each(["", "a/b:", "a/b:../x", "../x", "a/b:/etc/passwd", "..:x"])("of a file, %p, is refused", (text) => {
    expect(parseFileName(text)).toBeUndefined();
  });
});

describe("a ranking", () => {
  test.each([
    [[0.1, 3, -2], undefined, [1, 0, 2]],
    [[1, 2, 1, 2], undefined, [1, 3, 0, 2]],
    [[0.1, 3, -2], 2, [1, 0]],
    [[0.1], 5, [0]],
    [[], undefined, []],
  ])("of %j, at most %p, is %j", (scores, topK, expected) => {
    expect(rankedIndices(scores, topK)).toEqual(expected);
  });

  test.each([
    [0, 0.5],
    [800, 1],
    [-800, 0],
    [2, 0.8807970779778823],
  ])("has for a logit of %d the share %d", (logit, share) => {
    expect(sigmoid(logit)).toBeCloseTo(share, 12);
  });
});

describe("the readiness of a model", () => {
  const gpu = { state: "off", reason: "there is no CUDA provider", process: undefined } as const;
  test.each<[SessionState, ModelReadiness["state"], RegExp]>([
    [{ state: "ready", facts: { dimension: 1024, maxTokens: 512 } }, "ready", /a\/b on cpu; GPU off: there is no CUDA/],
    [{ state: "idle" }, "loading", /first request/],
    [{ state: "starting" }, "loading", /starts/],
    [{ state: "fetching", done: 0.428 }, "loading", /42 %/],
    [{ state: "loading", stage: "loading the model", done: 0 }, "loading", /loading the model/],
    [{ state: "restarting", reason: "it was killed", atMs: 1 }, "loading", /again: it was killed/],
    [{ state: "missing", reason: "no file" }, "failed", /no file/],
    [{ state: "failed", reason: "no head" }, "failed", /no head/],
    [{ state: "gone", reason: "the service stops" }, "failed", /stops/],
  ])("whose session is %j is %s", (cpu, state, reason) => {
    const counts = { requests: 0, texts: 0, crashes: 0, replacements: 0, gpuFailures: 0 };
    const judged = judgeModel({ model: "a/b", dtype: "fp32", cpu, pid: 1, gpu, device: "cpu", ...counts });
    expect(judged.state).toBe(state);
    expect(judged.reason).toMatch(reason);
  });
});

test.each([
  [
    "Load model from /models/a/onnx/model.onnx failed:File doesn't exist",
    "Load model from model.onnx failed:File doesn't exist",
  ],
  ["ENOENT: no such file, open '/models/x.json'", "ENOENT: no such file, open 'x.json'"],
  ["see file:///app/src/child.ts:12", "see child.ts:12"],
  ["3 / 4 and a/b stay", "3 / 4 and a/b stay"],
])("the fault %j is told as %j", (text, told) => {
  expect(withoutPaths(new Error(text))).toBe(told);
});

test("an inference process gets no secret from the environment", () => {
  const source = {
    PATH: "/bin",
    CUDA_VISIBLE_DEVICES: "0",
    OCR_SIDECAR_API_KEY: "secret",
    OLLAMA_API_URL: "u",
    TZ: undefined,
  };
  expect(childEnvironment(source)).toEqual({ PATH: "/bin", CUDA_VISIBLE_DEVICES: "0" });
});

describe("the life of a model's process", () => {
  test.each<[SessionState, number, boolean]>([
    [{ state: "idle" }, 0, true],
    [{ state: "missing", reason: "" }, 1_999, false],
    [{ state: "missing", reason: "" }, 2_000, true],
    [{ state: "failed", reason: "" }, 29_999, false],
    [{ state: "failed", reason: "" }, 30_000, true],
    [{ state: "starting" }, 60_000, false],
    [{ state: "gone", reason: "" }, 60_000, false],
  ])("in %j after %i ms: work starts it is %p", (state, lastedMs, starts) => {
    expect(startsOnDemand(state, lastedMs)).toBe(starts);
  });

  test("waits twice as long after each end, at most half a minute", () => {
    expect([1, 2, 3, 8, 9, 10, 50].map(backOffMs)).toEqual([100, 200, 400, 12_800, 25_600, 30_000, 30_000]);
  });

  test.each<[SessionState, SessionState, boolean]>([
    [{ state: "idle" }, { state: "starting" }, true],
    [{ state: "starting" }, { state: "starting" }, false],
    [{ state: "fetching", done: 0.11 }, { state: "fetching", done: 0.19 }, false],
    [{ state: "fetching", done: 0.19 }, { state: "fetching", done: 0.2 }, true],
  ])("from %j to %j: worth a line is %p", (before, after, news) => {
    expect(isNews(before, after)).toBe(news);
  });
});

describe("the rows of an output", () => {
  test.each([
    ["a row", [3, 4], 2, [0.6, 0.8]],
    ["several rows", [3, 4, 0, -2], 2, [0.6, 0.8, 0, -1]],
  ])("%s has the length 1", (_, values, dimension, normalised) => {
    const rows = normalisedRows(Float32Array.from(values), dimension);
    expect([...rows]).toEqual([...Float32Array.from(normalised)]);
  });

  test("are refused where one has no length", () => {
    expect(() => normalisedRows(Float32Array.of(3, 4, 0, 0), 2)).toThrow("a vector of length 0");
  });

  test("are divided by their length however long they are", () => {
    const long = 1_000_000;
    const rows = normalisedRows(new Float32Array(long).fill(2), long);
    expect(rows[0]).toBeCloseTo(1 / Math.sqrt(long), 9);
  });
});
