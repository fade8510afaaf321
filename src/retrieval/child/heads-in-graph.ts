import type { SparseHead } from "./sparse.ts";

/** The outputs that are added, under names that no exporter uses. */
export const headOutputs = { dense: "sidecar_dense", sparse: "sidecar_sparse" } as const;

const float = 1;
const int64 = 7;

/**
 * The bytes that, appended to an ONNX file, give its graph two more outputs, both of single floats: the row of the first
 * token of a hidden state (`[batch, dimension]`), and for each token its weight by the sparse head before any cut at zero
 * (`[batch, tokens, 1]`). A file is one protobuf message, and what follows it is merged into it: lists are continued
 * (protobuf encoding, "Last One Wins"). So the hidden state, a thousand numbers for each token, stays in the runtime.
 *
 * @param hidden name of the output `[batch, tokens, dimension]`, of single or half floats
 */
export function headsForGraph(hidden: string, { weight, bias }: SparseHead): Uint8Array {
  const own = (name: string) => `sidecar_${name}`;
  return message(
    7,
    node("Cast", [hidden], own("hidden"), integer("to", float)),
    node("Gather", [own("hidden"), own("first")], headOutputs.dense, integer("axis", 1)),
    node("MatMul", [own("hidden"), own("weight")], own("weighed")),
    node("Add", [own("weighed"), own("bias")], headOutputs.sparse),
    tensor(own("first"), int64, [], new BigInt64Array(1)),
    tensor(own("weight"), float, [weight.length, 1], weight),
    tensor(own("bias"), float, [1], Float32Array.of(bias)),
    output(headOutputs.dense, 2),
    output(headOutputs.sparse, 3),
  );
}

// Field numbers are those of onnx.proto3.

const node = (type: string, inputs: readonly string[], name: string, ...attributes: readonly Uint8Array[]) =>
  message(1, ...inputs.map((input) => text(1, input)), text(2, name), text(3, name), text(4, type), ...attributes);

const integer = (name: string, value: number) => message(5, text(1, name), varint(3, value), varint(20, 2));

const tensor = (name: string, type: number, dims: readonly number[], values: Float32Array | BigInt64Array) =>
  message(
    5,
    ...dims.map((dim) => varint(1, dim)),
    varint(2, type),
    text(8, name),
    message(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );

const output = (name: string, dimensions: number) => {
  const shape = message(2, ...Array.from({ length: dimensions }, () => message(1)));
  return message(12, text(1, name), message(2, message(1, varint(1, float), shape)));
};

const text = (field: number, value: string) => message(field, Buffer.from(value));

const message = (field: number, ...parts: readonly Uint8Array[]) => {
  const content = Buffer.concat(parts);
  return Buffer.concat([number(field * 8 + 2), number(content.length), content]);
};

const varint = (field: number, value: number) => Buffer.concat([number(field * 8), number(value)]);

/** Base 128, the lowest group first. */
function number(value: number): Uint8Array {
  const groups: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) groups.push((rest % 128) + 128);
  return Uint8Array.from([...groups, rest]);
}
