import { Tensor } from "onnxruntime-node";
import { specialIds } from "./tokenise.ts";

/**
 * What a model reads: the sequences, padded to the width of the longest.
 *
 * @param names of the model's inputs
 * @throws Error when there is an input that is not known
 */
export function feeds(
  names: readonly string[],
  sequences: readonly Int32Array[],
  width: number,
): Record<string, Tensor> {
  const ids = new BigInt64Array(sequences.length * width).fill(BigInt(specialIds.pad));
  const mask = new BigInt64Array(sequences.length * width);
  sequences.forEach((sequence, row) => {
    sequence.forEach((id, column) => {
      ids[row * width + column] = BigInt(id);
      mask[row * width + column] = 1n;
    });
  });
  const shaped = (data: BigInt64Array) => new Tensor("int64", data, [sequences.length, width]);
  const known: Record<string, () => Tensor> = {
    input_ids: () => shaped(ids),
    attention_mask: () => shaped(mask),
    token_type_ids: () => shaped(new BigInt64Array(ids.length)),
  };
  return Object.fromEntries(
    names.map((name) => {
      const make = known[name];
      if (make === undefined) throw new Error(`it wants an input ${name}, which is not known`);
      return [name, make()];
    }),
  );
}

/** The first `dimension` of every `stride` numbers, each such row divided by its length. */
export function normalisedRows(values: Float32Array, dimension: number, stride: number): Float32Array {
  const rows = new Float32Array((values.length / stride) * dimension);
  for (let row = 0; row * stride < values.length; row += 1) {
    const vector = values.subarray(row * stride, row * stride + dimension);
    const length = lengthOf(vector);
    rows.set(
      vector.map((value) => value / length),
      row * dimension,
    );
  }
  return rows;
}

function lengthOf(vector: Float32Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}

/**
 * The numbers of an output, all of them finite.
 *
 * @throws Error when it holds something else, or not `count` of it
 */
export function floats(tensor: Tensor | undefined, name: string, count: number): Float32Array {
  const data = tensor?.data;
  const values = data instanceof Float32Array ? data : halfFloats(tensor);
  if (values === undefined) throw new Error(`its output ${name} holds ${tensor?.type ?? "nothing"}, not floats`);
  if (values.length !== count) throw new Error(`its output ${name} has ${values.length} numbers, not ${count}`);
  if (!values.every(Number.isFinite)) throw new Error(`the output ${name} holds numbers that are not finite`);
  return values;
}

/** Half floats as single ones; their type in JavaScript depends on the versions of runtime and library. */
function halfFloats(tensor: Tensor | undefined): Float32Array | undefined {
  if (tensor?.type !== "float16") return undefined;
  const { data } = tensor;
  return ArrayBuffer.isView(data)
    ? Float32Array.from(new Float16Array(data.buffer, data.byteOffset, data.length))
    : undefined;
}
