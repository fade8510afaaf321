import { describe, expect, test } from "bun:test";
import { mkdtempDisposable, open, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../src/errors.ts";
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
const namesIn = (...parts: readonly Uint8Array[]) => outputNames(new Blob(parts.map((part) => Uint8Array.from(part))));
const head = { weight: new Float32Array(8), bias: 0 };

describe("the outputs of an ONNX file", () => {
  test.each<[TinyOutputs, string[]]>([
    ["three-headed", ["dense_vecs", "sparse_vecs", "colbert_vecs"]],
    ["hidden-state", ["last_hidden_state"]],
    ["logits", ["logits"]],
  ])("with %s are read from it", async (outputs, names) => {
    expect(await namesIn(fileOf(outputs))).toEqual(names);
  });

  test("are two more when the heads are appended", async () => {
    const grown = [fileOf("hidden-state"), headsForGraph("last_hidden_state", head)];
    expect(await namesIn(...grown)).toEqual(["last_hidden_state", "sidecar_dense", "sidecar_sparse"]);
  });

  test("are found behind weights of any length, of which next to nothing is read", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "onnx-graph-"));
    const path = join(folder.path, "model.onnx");
    // Names the graph, and of it a weight; the output stands behind it.
    const weightBytes = 3 * 2 ** 30;
    const output = Uint8Array.of(0x62, 3, 0x0a, 1, 97);
    const weight = Uint8Array.of(0x2a, ...varint(weightBytes));
    const graph = Uint8Array.of(0x3a, ...varint(weight.length + weightBytes + output.length));
    const file = await open(path, "w");
    await file.write(Buffer.concat([graph, weight]), 0, undefined, 0);
    await file.write(output, 0, undefined, graph.length + weight.length + weightBytes);
    await file.close();
    expect(await outputNames(Bun.file(path))).toEqual(["a"]);
  });

  const whole = fileOf("hidden-state");
  test.each<[string, Uint8Array]>([
    ["is empty", new Uint8Array()],
    ["is cut short", whole.subarray(0, whole.length - 10)],
    ["is a page of the web", Buffer.from("<html><body>Not found</body></html>")],
    ["names more bytes than it has", Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f)],
    ["ends in a number", Uint8Array.of(0x3a, 0xff)],
    ["ends in a field of a length of its own", Uint8Array.of(0x39, 0, 0, 0)],
    ["holds no more than zeros yet", new Uint8Array(1000)],
    ["holds a number without an end", new Uint8Array(100_000).fill(0xff)],
  ])("are not guessed when the file %s", async (_, file) => {
    expect(await failureOf(namesIn(file))).toBe("it is damaged or not an ONNX file");
  });

  test("are not guessed when the file has gone, nor when it became shorter after it was measured", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "onnx-graph-"));
    const path = join(folder.path, "model.onnx");
    expect(await failureOf(outputNames(Bun.file(path)))).toStartWith("ENOENT");
    const weightBytes = 100_000;
    await Bun.write(path, Uint8Array.of(0x0a, ...varint(weightBytes), ...new Uint8Array(weightBytes), 0x3a, 0));
    const file = Bun.file(path);
    expect(file.size).toBeGreaterThan(weightBytes);
    await truncate(path, weightBytes / 2);
    expect(await failureOf(outputNames(file))).toBe("it is damaged or not an ONNX file");
  });
});

const failureOf = (promise: Promise<unknown>) => promise.then(() => "none", messageOf);

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
