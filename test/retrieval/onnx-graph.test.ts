import { describe, expect, test } from "bun:test";
import { headsForGraph } from "../../src/retrieval/child/heads-in-graph.ts";
import { outputNames } from "../../src/retrieval/child/onnx-graph.ts";
import { encodeModel } from "../support/onnx-writer.ts";
import { type TinyOutputs, tinyGraph } from "../support/tiny-graph.ts";
import { tinyWeights } from "../support/tiny-weights.ts";

const weights = tinyWeights({
  vocabulary: 8,
  hidden: 8,
  heads: 2,
  layers: 1,
  feedForward: 8,
  positions: 10,
  seed: 1,
});
const fileOf = (outputs: TinyOutputs) => encodeModel(tinyGraph(weights, outputs)).model;
const head = { weight: new Float32Array(8), bias: 0 };

describe("the outputs of an ONNX file", () => {
  test.each<[TinyOutputs, string[]]>([
    ["three-headed", ["dense_vecs", "sparse_vecs", "colbert_vecs"]],
    ["hidden-state", ["last_hidden_state"]],
    ["logits", ["logits"]],
  ])("with %s are read from it", (outputs, names) => {
    expect(outputNames(fileOf(outputs))).toEqual(names);
  });

  test("are two more when the heads are appended", () => {
    const grown = Buffer.concat([fileOf("hidden-state"), headsForGraph("last_hidden_state", head)]);
    expect(outputNames(grown)).toEqual(["last_hidden_state", "sidecar_dense", "sidecar_sparse"]);
  });

  const whole = fileOf("hidden-state");
  test.each<[string, Uint8Array]>([
    ["is cut short", whole.subarray(0, whole.length - 10)],
    ["is a page of the web", Buffer.from("<html><body>Not found</body></html>")],
    ["names more bytes than it has", Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ["ends in a number", Uint8Array.of(0x3a, 0xff)],
  ])("are not guessed when the file %s", (_, file) => {
    expect(() => outputNames(file)).toThrow("damaged or not an ONNX file");
  });
});
