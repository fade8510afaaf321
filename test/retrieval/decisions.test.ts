import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProcessExit, ProcessGone } from "../../src/processes/process-exit.ts";
import { type ModelConfig, readModelConfig } from "../../src/retrieval/child/model-config.ts";
import { chooseOutputs, type OutputChoice } from "../../src/retrieval/child/model-outputs.ts";
import { packSequences, unpackSequences } from "../../src/retrieval/child/sequences.ts";
import {
  type DenseAndSparse,
  Embedder,
  embedInParts,
  shortened,
  unpackEmbeddings,
} from "../../src/retrieval/embedder.ts";
import { busy, inferenceFailed, stillLoading, tookTooLong, unavailable } from "../../src/retrieval/faults.ts";
import type { DeviceAnswer } from "../../src/retrieval/gpu/model-runner.ts";
import { digestsOf, sha256OfFile } from "../../src/retrieval/models/digests.ts";
import type { HubFile } from "../../src/retrieval/models/hub.ts";
import { isDataOf } from "../../src/retrieval/models/model-files.ts";
import { isSettled, type SessionState } from "../../src/retrieval/models/session-state.ts";
import { unpackScores } from "../../src/retrieval/reranker.ts";

const { signal } = new AbortController();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "retrieval-decisions-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const heads = (dense: string, sparse: string, from?: string): OutputChoice => ({
  ok: true,
  plan: { kind: "heads", dense, sparse, from },
});
const made = (from: string) => heads("sidecar_dense", "sidecar_sparse", from);
const refused = (reason: string) => ({ ok: false as const, reason: expect.stringContaining(reason) });

describe("where the numbers of a model come from", () => {
  test.each<[string, "embed" | "rerank", string[], boolean, OutputChoice]>([
    ["a reranker's logits", "rerank", ["x", "logits"], false, { ok: true, plan: { kind: "logits", logits: "logits" } }],
    ["no reranker", "rerank", ["last_hidden_state"], true, refused("no reranker: its outputs are last_hidden_state")],
    [
      "both heads",
      "embed",
      ["dense_vecs", "sparse_vecs", "last_hidden_state"],
      false,
      heads("dense_vecs", "sparse_vecs"),
    ],
    [
      "both heads though a head is there",
      "embed",
      ["dense_vecs", "sparse_vecs"],
      true,
      heads("dense_vecs", "sparse_vecs"),
    ],
    ["one head and a hidden state", "embed", ["dense_vecs", "last_hidden_state"], true, made("last_hidden_state")],
    ["the other name of a hidden state", "embed", ["token_embeddings"], true, made("token_embeddings")],
    ["two hidden states", "embed", ["token_embeddings", "last_hidden_state"], true, made("last_hidden_state")],
    ["a hidden state without a head", "embed", ["last_hidden_state"], false, refused("no sparse output")],
    [
      "one head only",
      "embed",
      ["dense_vecs"],
      true,
      refused("no embedding model of this kind: its outputs are dense_vecs"),
    ],
    ["a reranker's outputs", "embed", ["logits"], true, refused("no embedding model of this kind")],
  ])("with %s", (_, model, names, hasSparseHead, choice) => {
    expect(chooseOutputs(model, names, hasSparseHead)).toEqual(choice);
  });
});

describe("what a model's config.json says", () => {
  const configOf = async (config: object) => {
    await Bun.write(join(folder, "config.json"), JSON.stringify(config));
    return readModelConfig(folder);
  };
  test.each<[string, object, ModelConfig]>([
    [
      "of BGE-M3",
      { hidden_size: 1024, max_position_embeddings: 8194, num_attention_heads: 16 },
      { dimension: 1024, heads: 16, maxTokens: 8192 },
    ],
    [
      "without heads, of which each has 64 numbers",
      { hidden_size: 100, max_position_embeddings: 5 },
      { dimension: 100, heads: 2, maxTokens: 3 },
    ],
  ])("%s", async (_, config, expected) => {
    expect(await configOf(config)).toEqual(expected);
  });

  test.each<[object, string]>([
    [{ hidden_size: 0, max_position_embeddings: 514 }, "no usable hidden_size"],
    [{ hidden_size: 8, max_position_embeddings: 4 }, "no usable max_position_embeddings"],
    [{ num_attention_heads: 0 }, "hidden_size and max_position_embeddings and num_attention_heads"],
  ])("is refused where it is %j", async (config, reason) => {
    expect(await configOf(config).catch(String)).toContain(reason);
  });
});

test("sequences come out of two arrays as they went in, each in memory of its own", () => {
  const sequences = [[1, 2, 3], [], [4], [5, 6]];
  const packed = packSequences(sequences);
  expect([[...packed.ids], [...packed.lengths]]).toEqual([
    [1, 2, 3, 4, 5, 6],
    [3, 0, 1, 2],
  ]);
  const unpacked = unpackSequences(packed);
  expect(unpacked.map((sequence) => [...sequence])).toEqual(sequences);
  packed.ids.fill(0);
  expect(unpacked.map((sequence) => [...sequence])).toEqual(sequences);
});

describe("the numbers of a batch", () => {
  const embedded = (count: number) => ({
    type: "embedded" as const,
    dense: Float32Array.from({ length: 3 * count }, (_, at) => at),
    sparse: {
      indices: Int32Array.from({ length: count }, (_, at) => at + 10),
      values: new Float32Array(count).fill(1),
      lengths: new Int32Array(count).fill(1),
    },
  });
  const scored = (count: number) => ({
    type: "scored" as const,
    logits: Float32Array.from({ length: count }, (_, at) => at),
  });

  test("are cut into those of each sequence", () => {
    expect(unpackEmbeddings(embedded(2), 2)).toEqual([
      { dense: Float32Array.of(0, 1, 2), sparse: { indices: [10], values: [1] } },
      { dense: Float32Array.of(3, 4, 5), sparse: { indices: [11], values: [1] } },
    ]);
    expect(unpackScores(scored(2), 2)).toEqual([0, 1]);
  });

  test.each<[string, () => unknown]>([
    ["of fewer texts", () => unpackEmbeddings(embedded(1), 2)],
    ["of a reranker", () => unpackEmbeddings(scored(2), 2)],
    ["of more pairs", () => unpackScores(scored(3), 2)],
    ["of an embedding model", () => unpackScores(embedded(2), 2)],
  ])("are not taken from an answer %s", (_, unpack) => {
    expect(unpack).toThrow("answered something else");
  });
});

describe("a vector that is shortened", () => {
  test.each<[number[], number, number[]]>([
    [[3, 4, 12], 2, [0.6, 0.8]],
    [[3, 4, 12], 1, [1]],
    [[3, 4, 12], 3, [3, 4, 12]],
    [[3, 4, 12], 4, [3, 4, 12]],
    [[0, 0, 1], 2, [0, 0]],
  ])("%j to %d numbers is %j", (dense, dimensions, expected) => {
    expect([...shortened(Float32Array.from(dense), dimensions)]).toEqual([...Float32Array.from(expected)]);
  });
});

describe("a long list of texts", () => {
  /** A runner that answers with the length of each text, and notes what it was asked. */
  function runner() {
    const asked: { texts: readonly string[]; arrivedMs: number | undefined; signal: AbortSignal }[] = [];
    return {
      asked,
      submit: async (
        { texts }: { texts: readonly string[] },
        submitted: AbortSignal,
        place: { arrivedMs?: number } = {},
      ): Promise<DeviceAnswer<DenseAndSparse>> => {
        asked.push({ texts, arrivedMs: place.arrivedMs, signal: submitted });
        place.arrivedMs ??= 5;
        return {
          results: texts.map(({ length }) => ({
            dense: Float32Array.of(length),
            sparse: { indices: [length], values: [1] },
          })),
          tokens: texts.map(({ length }) => length + 2),
          truncated: texts.map(({ length }) => length > 2),
          waitedMs: 10,
          computedMs: 3,
          device: asked.length > 1 ? "cuda" : "cpu",
          fellBack: false,
        };
      },
    };
  }

  test("is embedded in parts, in order, in the place of the first, and its times add up", async () => {
    const { asked, submit } = runner();
    const answer = await embedInParts(new Embedder({ submit }), ["a", "bb", "ccc", "dddd", "e"], 2, signal);
    expect(asked.map(({ texts, arrivedMs }) => ({ texts, arrivedMs }))).toEqual([
      { texts: ["a", "bb"], arrivedMs: undefined },
      { texts: ["ccc", "dddd"], arrivedMs: 5 },
      { texts: ["e"], arrivedMs: 5 },
    ]);
    expect(asked.every((one) => one.signal === signal)).toBe(true);
    expect(answer).toMatchObject({ device: "cuda", waitedMs: 30, computedMs: 9 });
    expect(answer.results.map(({ tokens, truncated, sparse }) => [tokens, truncated, sparse.indices])).toEqual([
      [3, false, [1]],
      [4, false, [2]],
      [5, true, [3]],
      [6, true, [4]],
      [3, false, [1]],
    ]);
  });

  test("that is empty needs no model", async () => {
    const { asked, submit } = runner();
    const nothing = { results: [], device: "cpu", waitedMs: 0, computedMs: 0 } as const;
    expect(await new Embedder({ submit }).embed([], signal)).toEqual({ ...nothing, results: [] });
    expect(await embedInParts(new Embedder({ submit }), [], 2, signal)).toEqual({ ...nothing, results: [] });
    expect(asked).toEqual([]);
  });
});

describe("a request that is refused", () => {
  const gone: ProcessExit = { why: "crashed", wasBusy: true, how: "was killed by SIGKILL", lastWords: "/srv/m.onnx" };
  test.each([
    ["busy", busy("embedding model"), "retrieval_busy", true, 5, "The embedding model has more work"],
    ["loading", stillLoading("embedding model"), "model_loading", true, 5, "still loading"],
    ["unusable", unavailable("embedding model", "no file"), "model_unavailable", false, undefined, "be used: no file."],
    ["slow", tookTooLong(90_500), "retrieval_timeout", true, 5, "longer than 90.5 s"],
    [
      "its process died",
      inferenceFailed("m", new ProcessGone(gone)),
      "internal_error",
      true,
      undefined,
      "send it again",
    ],
    [
      "it failed",
      inferenceFailed("m", new Error("at /srv/x/m.onnx")),
      "internal_error",
      false,
      undefined,
      "request: at m.onnx",
    ],
  ] as const)("because of %s says so", (_, fault, code, retryable, retryAfterSeconds, words) => {
    expect(fault).toMatchObject({ code, retryable });
    expect(fault.retryAfterSeconds).toBe(retryAfterSeconds);
    expect(fault.message).toContain(words);
    expect(fault.message).not.toContain("/srv");
  });
});

test.each<[SessionState["state"], boolean]>([
  ["idle", false],
  ["missing", true],
  ["fetching", false],
  ["starting", false],
  ["loading", false],
  ["ready", true],
  ["restarting", false],
  ["failed", true],
  ["gone", true],
])("of a model that is %s it is known whether it can compute: %p", (state, known) => {
  const facts = { dimension: 1, maxTokens: 1 };
  const all = { done: 0, reason: "", stage: "first inference", facts, atMs: 0 } as const;
  expect(isSettled({ ...all, state })).toBe(known);
});

test.each([
  ["onnx/model.onnx", "onnx/model.onnx_data", true],
  ["onnx/model.onnx", "onnx/model.onnx_data_1", true],
  ["onnx/model.onnx", "onnx/model.onnx.data", true],
  ["onnx/model.onnx", "onnx/Constant_7_attr__value", true],
  ["model.onnx", "model.onnx_data", true],
  ["onnx/model.onnx", "model.onnx_data", false],
  ["onnx/model.onnx", "onnx/model.onnx.data.txt", false],
  ["onnx/model.onnx", "onnx/model_fp16.onnx_data", false],
  ["onnx/model.onnx", "onnx/Constant_x_attr__value", false],
  ["onnx/model.onnx", "onnx/model.onnx", false],
])("of %p the file %p holds weights: %p", (modelFile, file, holds) => {
  expect(isDataOf(modelFile, file)).toBe(holds);
});

describe("the digest of a file", () => {
  const content = "hello\n";
  const sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
  // git hash-object
  const git = "ce013625030ba8dba906f756967f9e9ca394464a";
  const file = (kind: HubFile["digest"]["kind"], hex: string, bytes = content.length): HubFile => ({
    name: "config.json",
    bytes,
    url: "",
    digest: { kind, hex },
  });
  test.each<[string, HubFile, boolean]>([
    ["the SHA-256", file("sha256", sha256), true],
    ["the SHA-1 of Git", file("git-sha1", git), true],
    ["another SHA-256", file("sha256", sha256.replace("5", "6")), false],
    ["another SHA-1", file("git-sha1", git.replace("c", "d")), false],
    ["the SHA-256 where Git's is named", file("git-sha1", sha256), false],
    ["another length", file("sha256", sha256, 7), false],
  ])("against %s", async (_, known, matches) => {
    const path = join(folder, "digest");
    await Bun.write(path, content);
    expect(await digestsOf(path, known)).toEqual({ sha256, matches, bytes: content.length });
    expect(await sha256OfFile(path)).toBe(sha256);
  });
});
