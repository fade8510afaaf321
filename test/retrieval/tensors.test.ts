import { describe, expect, test } from "bun:test";
import { Tensor } from "onnxruntime-node";
import { feeds, floats } from "../../src/retrieval/child/tensors.ts";

describe("what a model reads", () => {
  const sequences = [Int32Array.of(0, 7, 2), Int32Array.of(0, 250_001, 8, 9, 2)];
  const read = (name: string) => feeds([name], sequences, 5)[name];

  test.each([
    ["input_ids", [0, 7, 2, 1, 1, 0, 250_001, 8, 9, 2]],
    ["attention_mask", [1, 1, 1, 0, 0, 1, 1, 1, 1, 1]],
    ["token_type_ids", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])("are %s, padded to the longest sequence", (name, expected) => {
    const tensor = read(name);
    expect(tensor?.dims).toEqual([2, 5]);
    expect(Array.from(tensor?.data ?? [], Number)).toEqual(expected);
  });

  test("are only inputs that are known", () => {
    expect(() => read("pixel_values")).toThrow("it wants an input pixel_values, which is not known");
  });
});

describe("the numbers of an output", () => {
  const of = (...values: number[]) => new Tensor("float32", Float32Array.from(values), [values.length]);
  test("are taken as they are, half floats too, from wherever in their memory they stand", () => {
    expect(floats(of(1, -2), "o", 2)).toEqual(Float32Array.of(1, -2));
    const memory = new Uint16Array(Float16Array.of(9, 0.5, -3, 9).buffer);
    const half = new Tensor("float16", memory.subarray(1, 3), [2]);
    expect(floats(half, "o", 2)).toEqual(Float32Array.of(0.5, -3));
  });

  test.each<[string, Tensor | undefined, string]>([
    ["fewer", of(1), "its output o has 1 numbers, not 2"],
    ["more", of(1, 2, 3), "its output o has 3 numbers, not 2"],
    ["not finite", of(1, Number.NaN), "the output o holds numbers that are not finite"],
    ["without bound", of(Number.POSITIVE_INFINITY, 1), "the output o holds numbers that are not finite"],
    ["whole", new Tensor("int32", Int32Array.of(1, 2), [2]), "its output o holds int32, not floats"],
    ["not there", undefined, "its output o holds nothing, not floats"],
  ])("are refused where they are %s", (_, tensor, reason) => {
    expect(() => floats(tensor, "o", 2)).toThrow(reason);
  });
});
